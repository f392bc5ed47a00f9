/**
 * Which files of a directory are read, and what their paths tell.
 */
import type { Config, InputRule } from '../../config/config.ts';
import { CONFIG_NAME } from '../../config/config-name.ts';
import { parseFilePattern } from '../../config/pattern/file-pattern.ts';
import type { ListedFile } from '../../platform/files/list-files.ts';

/** A file to be read. */
export interface InputPath extends ListedFile {
  readonly rule: InputRule;
  /** The architecture that lists the records, where the path says so. */
  readonly listedBy?: string;
  /** Other fields that the path gives to each record. */
  readonly given: readonly (readonly [field: string, value: string])[];
  /** What is to be read in place of the file. */
  readonly content?: Uint8Array;
}

/** The files that match a rule, each with the first that it matches. */
export function matchFiles(files: readonly ListedFile[], rules: Config['inputs']): readonly InputPath[] {
  const patterns = rules.map((rule) => ({ rule, pattern: parseFilePattern(rule.files) }));
  const inputs: InputPath[] = [];
  for (const { path, size } of files) {
    if (path === CONFIG_NAME) continue;
    for (const { rule, pattern } of patterns) {
      const fields = pattern.match(path);
      if (fields === undefined) continue;
      const { arch: listedBy, ...given } = fields;
      inputs.push({
        path,
        size,
        rule,
        ...(listedBy === undefined ? {} : { listedBy }),
        given: Object.entries(given),
      });
      break;
    }
  }
  return inputs;
}
