/**
 * The first stage of a build: from an input directory to the set of its records. Every bad place of every file is
 * reported in one error; nothing that could be read is left out in silence.
 */
import type { Config, InputRule } from '../config/config.ts';
import { CONFIG_NAME } from '../config/config-name.ts';
import { parseFilePattern } from '../config/file-pattern.ts';
import { type Problem, RepomillError } from '../errors.ts';
import { parseRecord } from '../model/parse-record.ts';
import type { Progress } from '../model/progress.ts';
import { ALL, archesOf } from '../model/record.ts';
import { RecordSet } from '../model/record-set.ts';
import { type ListedFile, listFiles } from '../platform/glob.ts';
import { type InputFile, openInputFile } from '../platform/input-file.ts';
import type { Draft, Reader } from './reader.ts';
import { readerFor, readerNamed } from './readers.ts';

/** After this many problems reading stops: a wrong reader makes one for every line. */
const MAX_PROBLEMS = 1000;

/** What was read. */
export interface ReadResult {
  readonly records: RecordSet;
  readonly files: number;
  /** Files that no reader recognises, where the configuration names no files. */
  readonly skipped: readonly string[];
}

interface InputPath extends ListedFile {
  readonly rule: InputRule;
  /** The architecture that lists the records, where the path says so. */
  readonly listedBy: string | undefined;
  /** Other fields that the path gives to each record. */
  readonly given: readonly (readonly [field: string, value: string])[];
}

/** Reads every file of a directory that the configuration names. Throws a metadata error with all problems. */
export async function readRecords(directory: string, config: Config, progress: Progress): Promise<ReadResult> {
  const listed = await listFiles(directory);
  const inputs = matchFiles(listed.files, config.inputs);
  const collected: Collected = { records: new RecordSet(), problems: [...listed.problems], skipped: [] };
  const detailFields = new Set(config.details);
  progress.start(
    'reading',
    inputs.reduce((sum, input) => sum + input.size, 0),
    'bytes',
  );
  for (const input of inputs) {
    await readFile(directory, input, detailFields, collected, progress);
    if (collected.problems.length >= MAX_PROBLEMS) break;
  }
  if (collected.problems.length > 0) throw badInput(collected.problems);
  if (collected.records.size === 0) {
    throw new RepomillError('metadata', `${directory}: no package records found; nothing was written`, {
      hint: `read were ${config.inputs.map((rule) => rule.files).join(', ')}; name other files with \`inputs:\` in ${CONFIG_NAME}`,
    });
  }
  return { records: collected.records, files: inputs.length - collected.skipped.length, skipped: collected.skipped };
}

interface Collected {
  readonly records: RecordSet;
  readonly problems: Problem[];
  readonly skipped: string[];
}

function matchFiles(files: readonly ListedFile[], rules: readonly InputRule[]): readonly InputPath[] {
  const patterns = rules.map((rule) => ({ rule, pattern: parseFilePattern(rule.files) }));
  const inputs: InputPath[] = [];
  for (const { path, size } of files) {
    if (path === CONFIG_NAME) continue;
    for (const { rule, pattern } of patterns) {
      const fields = pattern.match(path);
      if (fields === undefined) continue;
      const { arch: listedBy, ...given } = fields;
      inputs.push({ path, size, rule, listedBy, given: Object.entries(given) });
      break;
    }
  }
  return inputs;
}

async function readFile(
  directory: string,
  input: InputPath,
  detailFields: ReadonlySet<string>,
  collected: Collected,
  progress: Progress,
): Promise<void> {
  try {
    const file = counted(await openInputFile(`${directory}/${input.path}`, input.path), input.size, progress);
    const reader = chooseReader(file, input.rule, collected);
    if (reader === undefined) return;
    for await (const batch of reader.read(file)) {
      collected.problems.push(...batch.problems);
      for (const draft of batch.drafts) addDraft(draft, input, detailFields, collected);
      if (collected.problems.length >= MAX_PROBLEMS) return;
    }
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    const prefix = `${input.path}: `;
    const message = error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message;
    collected.problems.push({ file: input.path, message });
  }
}

// Tells how far reading is, in bytes of the file as it is on disk; a compressed file counts as read as it comes apart.
function counted(file: InputFile, size: number, progress: Progress): InputFile {
  return {
    ...file,
    async *chunks() {
      let left = size;
      for await (const chunk of file.chunks()) {
        const read = Math.min(left, chunk.length);
        left -= read;
        progress.advance(read);
        yield chunk;
      }
      progress.advance(left);
    },
  };
}

function chooseReader(file: InputFile, rule: InputRule, collected: Collected): Reader | undefined {
  const reader = rule.reader === undefined ? readerFor(file) : readerNamed(rule.reader);
  if (reader !== undefined) return reader;
  if (rule.files === '**/*') collected.skipped.push(file.path);
  else collected.problems.push({ file: file.path, message: 'no reader recognises this file; name one with `reader:`' });
  return undefined;
}

function addDraft(
  draft: Draft,
  input: InputPath,
  detailFields: ReadonlySet<string>,
  { records, problems }: Collected,
): void {
  const place = { file: input.path, line: draft.line };
  const fields = withoutOmitted(draft.fields, input.rule.omit);
  for (const [field, value] of input.given) {
    const own = fields[field];
    if (own === undefined) fields[field] = value;
    else if (own !== value) {
      problems.push({
        ...place,
        message: `field "${field}": the path says ${value}, the record ${JSON.stringify(own)}`,
      });
    }
  }
  const parsed = parseRecord(fields, { detailFields });
  if ('problems' in parsed) {
    problems.push(...parsed.problems.map((message) => ({ ...place, message })));
    return;
  }
  const own = archesOf(parsed.record);
  if (input.listedBy !== undefined && !own.includes(ALL) && !own.includes(input.listedBy)) {
    const message = `field "arch": the path says ${input.listedBy}, the record ${own.join(', ')}`;
    problems.push({ ...place, message });
    return;
  }
  const problem = records.add(parsed.record, input.listedBy, place);
  if (problem !== undefined) problems.push(problem);
}

// A copy without some fields is faster to work with than one that they were deleted from. Own `__proto__` members survive
// the copy, for the record parser to refuse.
function withoutOmitted(fields: Draft['fields'], omit: readonly string[]): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const field in fields) {
    if (omit.includes(field)) continue;
    if (field === '__proto__') Object.defineProperty(kept, field, { value: fields[field], enumerable: true });
    else kept[field] = fields[field];
  }
  return kept;
}

function badInput(problems: readonly Problem[]): RepomillError {
  const count =
    problems.length >= MAX_PROBLEMS
      ? `${MAX_PROBLEMS} or more problems`
      : problems.length === 1
        ? 'one problem'
        : `${problems.length} problems`;
  return new RepomillError('metadata', `${count} in the input; nothing was written`, { problems });
}
