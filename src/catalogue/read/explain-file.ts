/**
 * The first records of a file, each before and after the mapping, for people who write a mapping.
 */
import type { Config } from '../../config/config.ts';
import { RepomillError } from '../../errors.ts';
import { compileMapping } from '../../mapping/mapping.ts';
import { parseConvertible } from '../../model/convert-record.ts';
import type { PackageRecord } from '../../model/record.ts';
import { fileInUtf8 } from '../../platform/encoding/transcode.ts';
import { openInputFile } from '../../platform/files/input-file.ts';
import { loadVersionOrder } from '../../platform/versions/load-version-order.ts';
import { compileQuery } from '../../query/match-query.ts';
import { readerFor, readerNamed } from '../../readers/readers.ts';
import type { InputPath } from './list-inputs.ts';
import { archFlaw, messagesOf, refusalOf } from './problems/record-refusal.ts';
import { recordSelection } from './read-tasks.ts';

/** A record before and after the mapping. */
export interface RecordExplanation {
  /** Line of the file, from 1. */
  readonly line: number;
  /** The record and what it inherits, under the names of the file. */
  readonly source: Readonly<Record<string, unknown>>;
  /** The record under our names; absent if it is not valid, or if `where:` leaves it out. */
  readonly fields?: PackageRecord;
  /** Where each field came from: a source of `fields:`, `the record`, `its parents`, `path`, `key of the map` or `defaults`. */
  readonly origins: Readonly<Record<string, string>>;
  /** Why it is not valid. */
  readonly problems: readonly string[];
}

/** The first records of a file. */
export interface FileExplanation {
  /** Relative to the input. */
  readonly file: string;
  readonly reader: string;
  /** The pattern of the input that reads the file. */
  readonly input: string;
  readonly records: readonly RecordExplanation[];
  /** What is wrong between the records, each with its line. */
  readonly problems: readonly string[];
  /** Whether there are more records. */
  readonly hasMore: boolean;
}

/** What a build knows about the repository when it reads a record. */
export interface ExplainOptions {
  readonly config: Pick<Config, 'details' | 'versions'>;
  /** How many records to read. */
  readonly limit: number;
}

/** Reads the first records of a file. Throws what `openInputFile` throws, and a usage error if no reader recognises it. */
export async function explainFile(
  directory: string,
  input: InputPath,
  { config, limit }: ExplainOptions,
): Promise<FileExplanation> {
  const { path, rule } = input;
  const file = await fileInUtf8(await openInputFile(`${directory}/${path}`, path), rule.encoding);
  const reader = rule.reader === undefined ? readerFor(file) : readerNamed(rule.reader);
  if (reader === undefined) {
    throw new RepomillError('usage', 'no reader recognises this file', { path, hint: 'name one with `reader:`' });
  }
  const mapping = compileMapping(rule);
  const order = await loadVersionOrder(config.versions);
  const isWanted = rule.where && compileQuery(rule.where, order.compare);
  const detailFields = new Set(config.details);
  const records: RecordExplanation[] = [];
  const problems: string[] = [];
  const report = (hasMore: boolean): FileExplanation => {
    return { file: path, reader: reader.name, input: rule.files, records, problems, hasMore };
  };
  for await (const output of reader.read(file, recordSelection(rule))) {
    problems.push(
      ...output.problems.map(({ line, message }) => (line === undefined ? message : `${line}: ${message}`)),
    );
    for (const draft of output.drafts) {
      if (records.length === limit) return report(true);
      const origins: Record<string, string> = {};
      const mapped = mapping.map(
        draft,
        input,
        () => undefined,
        (field, origin) => {
          origins[field] = origin;
        },
      );
      const { source } = mapped;
      const common = { line: draft.line, source, origins };
      if (isWanted !== undefined && !isWanted({ ...source, ...mapped.fields })) {
        records.push({ ...common, problems: ['`where:` leaves it out'] });
        continue;
      }
      const isSound = mapped.problems.length === 0 && archFlaw(mapped.fields.arch, input) === undefined;
      const parsed = isSound ? parseConvertible(mapped.fields, { detailFields }) : undefined;
      if (parsed !== undefined && 'record' in parsed) records.push({ ...common, fields: parsed.record, problems: [] });
      else {
        const refusal = refusalOf(draft, mapped, { mapping, reader, path: input, detailFields });
        records.push({ ...common, problems: messagesOf(refusal) });
      }
    }
  }
  return report(false);
}
