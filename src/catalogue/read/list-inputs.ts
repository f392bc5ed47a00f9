/**
 * Lists the files to read in the input directory, and what their paths say about the records in them.
 */
import { CONFIG_NAME, type Config, type InputRule } from '../../config/config.ts';
import { type FilePattern, parseFilePattern } from '../../config/pattern/file-pattern.ts';
import { type Problem, throwIfAborted } from '../../errors.ts';
import { defined } from '../../model/defined.ts';
import { type ListedFile, listFiles } from '../../platform/files/list-files.ts';

export interface InputPath extends ListedFile {
  readonly rule: InputRule;
  /** The architecture that lists the records, if the path names one. */
  readonly listedBy?: string;
  /** Other fields that the path gives to each record. */
  readonly given: readonly (readonly [field: string, value: string])[];
  /** Bytes to read instead of the file. */
  readonly content?: Uint8Array;
}

export interface Inputs {
  readonly directory: string;
  readonly files: readonly InputPath[];
  /** Bytes of all files. */
  readonly size: number;
  readonly problems: readonly Problem[];
}

/**
 * Lists the files in a directory that match the configuration.
 *
 * @throws RepomillError `not-found` if the directory does not exist, `interrupted` if the signal is aborted
 */
export async function listInputs(directory: string, config: Config, signal?: AbortSignal): Promise<Inputs> {
  throwIfAborted(signal);
  const rules = config.inputs.map((rule) => ({ rule, pattern: parseFilePattern(rule.files) }));
  const listed = await listFiles(directory, (below) => rules.flatMap(({ pattern }) => pattern.entriesBelow(below)));
  throwIfAborted(signal);
  const files = matchFiles(listed.files, rules);
  return { directory, files, size: files.reduce((sum, { size }) => sum + size, 0), problems: listed.problems };
}

interface PatternRule {
  readonly rule: InputRule;
  readonly pattern: FilePattern;
}

/** The files that match a rule, each with the first rule that it matches. */
function matchFiles(files: readonly ListedFile[], rules: readonly PatternRule[]): readonly InputPath[] {
  const inputs: InputPath[] = [];
  for (const { path, size } of files) {
    if (path === CONFIG_NAME) continue;
    for (const { rule, pattern } of rules) {
      const fields = pattern.match(path);
      if (fields === undefined) continue;
      const { arch: listedBy, ...given } = fields;
      inputs.push({ path, size, rule, ...defined({ listedBy }), given: Object.entries(given) });
      break;
    }
  }
  return inputs;
}
