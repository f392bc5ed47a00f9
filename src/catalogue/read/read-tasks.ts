/**
 * The reading tasks, which can run on any thread: they read chunks of input files, or a whole file, into batches in the
 * workspace. Every problem is reported. After a problem a task writes nothing more, because the build will fail.
 */
import { compileSubsets } from '../../config/compile-subsets.ts';
import type { InputRule } from '../../config/config.ts';
import { type Problem, RepomillError } from '../../errors.ts';
import { NamePlacer } from '../../model/bucket-placement.ts';
import { namedFilesOf } from '../../model/package-file.ts';
import { parseRecord } from '../../model/parse-record.ts';
import { MAX_PROBLEMS, problemOf } from '../../model/problems.ts';
import { ALL, archesOf, type PackageRecord } from '../../model/record.ts';
import { HEAD_SIZE, type InputFile, openInputFile } from '../../platform/files/input-file.ts';
import { loadFingerprint } from '../../platform/hash/fingerprint.ts';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import type { Draft } from '../../readers/reader.ts';
import { readerNamed } from '../../readers/readers.ts';
import type { TaskDefinitions, TaskSetup } from '../../work/task.ts';
import { BatchWriter } from '../batch.ts';
import { moveDetails } from './move-details.ts';
import { UseTracker } from './settings-use.ts';

/** What the path and the configuration say about the records in a file. */
export interface ChunkRule {
  readonly reader: string;
  readonly omit: InputRule['omit'];
  /** Fields that the path gives to each record. */
  readonly given: readonly (readonly [field: string, value: string])[];
  /** The architecture that lists the records, if the path names one. */
  readonly listedBy?: string;
}

/** Uncompressed bytes of an input file that hold whole records. */
export interface InputChunk extends ChunkRule {
  /** As the user would type it. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Reads chunks into one batch. */
export interface ReadChunksJob {
  /** Name of the batch in the workspace. */
  readonly name: string;
  readonly chunks: readonly InputChunk[];
  /** Buffers of the chunks that may be transferred to the thread that does the job. */
  readonly transfer?: readonly unknown[];
}

/** Reads a file that cannot be cut into chunks into as many batches as needed. */
export interface ReadFileJob extends ChunkRule {
  /** Where the file is, and its name as the user would type it. */
  readonly path: string;
  readonly file: string;
  /** The names of the batches, without `-0`, `-1` and so on. */
  readonly name: string;
}

/** A problem. `line` and `column` count from 1 within the chunk. */
export interface ChunkProblem extends Omit<Problem, 'file'> {
  /** The position of the chunk in the job; 0 for a whole file. */
  readonly chunk: number;
}

/** The result of a task. */
export interface BatchReport {
  /** The names of the batches that were written. */
  readonly batches: readonly string[];
  /** The number of lines in each chunk. */
  readonly lines: readonly number[];
  readonly problems: readonly ChunkProblem[];
}

export interface ReadTasks {
  readChunks(job: ReadChunksJob): Promise<BatchReport>;
  readFile(job: ReadFileJob): Promise<BatchReport>;
}

/** How to open each task of the read stage. */
export const readTasks: TaskDefinitions<ReadTasks> = {
  readChunks: {
    inlineFirst: 12,
    open: async (setup) => {
      const tools = await readTools(setup);
      return (job) => readChunksTask(job, tools);
    },
  },
  readFile: {
    inlineFirst: 0,
    open: async (setup) => {
      const tools = await readTools(setup);
      return (job) => readFileTask(job, tools);
    },
  },
};

/** What tasks need besides their jobs. */
export interface ReadTools {
  readonly workspace: Workspace;
  readonly placer: NamePlacer;
  /** Fields that go to `details/`. */
  readonly details: readonly string[];
  /** A test of records for each subset. */
  readonly subsets: readonly { matches(record: PackageRecord): boolean }[];
}

/** Opens the tools, once per thread. */
export async function readTools({ workspace, config }: TaskSetup): Promise<ReadTools> {
  const placer = new NamePlacer(await loadFingerprint());
  return { workspace, placer, details: config.details, subsets: compileSubsets(config.subsets) };
}

/** Approximate bytes per batch of a file that is read as a whole. */
const FILE_BATCH_BYTES = 1 << 19;

/** Reads chunks. */
export async function readChunksTask({ name, chunks }: ReadChunksJob, tools: ReadTools): Promise<BatchReport> {
  const problems: ChunkProblem[] = [];
  const target = { writer: new BatchWriter(), tracker: new UseTracker(), problems, tools };
  for (const [position, chunk] of chunks.entries()) {
    for await (const _ of readInto(memoryFile(chunk), chunk, position, target));
    if (problems.length >= MAX_PROBLEMS) break;
  }
  const lines = chunks.map(({ bytes }) => countLines(bytes));
  if (problems.length > 0) return { batches: [], lines, problems: problems.slice(0, MAX_PROBLEMS) };
  target.writer.write(name, { lines, use: target.tracker.use }, tools.workspace);
  return { batches: [name], lines, problems };
}

/** Reads a file as a whole. A file that cannot be read is a problem without a line. */
export async function readFileTask(job: ReadFileJob, tools: ReadTools): Promise<BatchReport> {
  const problems: ChunkProblem[] = [];
  const target = { writer: new BatchWriter(), tracker: new UseTracker(), problems, tools };
  const batches: string[] = [];
  const write = (): void => {
    const name = `${job.name}-${batches.length}`;
    target.writer.write(name, { lines: NO_LINES, use: target.tracker.use }, tools.workspace);
    target.writer = new BatchWriter();
    batches.push(name);
  };
  try {
    const file = await openInputFile(job.path, job.file);
    for await (const _ of readInto(file, job, 0, target)) {
      if (problems.length >= MAX_PROBLEMS) break;
      if (target.writer.size > FILE_BATCH_BYTES) write();
    }
    write();
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    problems.push({ chunk: 0, message: problemOf(error, job.file).message });
  }
  if (problems.length > 0) return { batches: [], lines: NO_LINES, problems: problems.slice(0, MAX_PROBLEMS) };
  return { batches, lines: NO_LINES, problems };
}

// All batches of a file that is read as a whole count lines from the start of the file.
const NO_LINES = [0];

interface Target {
  readonly writer: BatchWriter;
  readonly tracker: UseTracker;
  readonly problems: ChunkProblem[];
  readonly tools: ReadTools;
}

/** Reads the records of a file into a batch. Yields now and then, so that the caller can write the batch. */
async function* readInto(file: InputFile, rule: ChunkRule, chunk: number, target: Target): AsyncGenerator<void, void> {
  const reader = readerNamed(rule.reader);
  if (reader === undefined) throw new RangeError(`no reader ${rule.reader}`);
  const details = new Set(target.tools.details);
  for await (const { drafts, problems } of reader.read(file)) {
    for (const { file: _, ...problem } of problems) target.problems.push({ ...problem, chunk });
    for (const draft of drafts) addDraft(draft, rule, chunk, details, target);
    yield;
  }
}

function addDraft(
  draft: Draft,
  rule: ChunkRule,
  chunk: number,
  detailFields: ReadonlySet<string>,
  { writer, tracker, problems, tools }: Target,
): void {
  const origin = { chunk, line: draft.line };
  const refuse = (message: string): void => void problems.push({ ...origin, message });
  tracker.addFields(draft.fields);
  const fields = withoutOmitted(draft.fields, rule.omit, tracker.omittedIn(chunk));
  for (const [field, value] of rule.given) {
    const own = fields[field];
    if (own === undefined) fields[field] = value;
    else if (own !== value) refuse(`field "${field}": expected ${value}, as in the path, found ${JSON.stringify(own)}`);
  }
  const parsed = parseRecord(fields, { detailFields });
  if ('problems' in parsed) {
    for (const message of parsed.problems) refuse(message);
    return;
  }
  const own = archesOf(parsed.record);
  if (rule.listedBy !== undefined && !own.includes(ALL) && !own.includes(rule.listedBy)) {
    refuse(`field "arch": expected ${rule.listedBy}, as in the path, found ${own.join(', ')}`);
    return;
  }
  const subsets: number[] = [];
  for (const [position, subset] of tools.subsets.entries()) if (subset.matches(parsed.record)) subsets.push(position);
  tracker.addRecord(parsed.record, subsets, tools.details);
  const moved = moveDetails(parsed.record, tools.details);
  if ('problem' in moved) {
    refuse(moved.problem);
    return;
  }
  const slice = tools.placer.number(parsed.record.name);
  writer.add(moved.record, { ...origin, slice, subsets, isListed: rule.listedBy !== undefined });
  for (const file of namedFilesOf(parsed.record)) writer.addFile(file, tools.placer.fingerprint);
  if (moved.document !== undefined) writer.addDocument(moved.document);
}

// A copy without the fields is faster to use than an object from which they were deleted. An own `__proto__` field is copied
// too, so that the record parser refuses it.
function withoutOmitted(
  fields: Draft['fields'],
  omit: readonly string[],
  omitted: Set<string>,
): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const field in fields) {
    if (omit.includes(field)) omitted.add(field);
    else if (field === '__proto__') Object.defineProperty(kept, field, { value: fields[field], enumerable: true });
    else kept[field] = fields[field];
  }
  return kept;
}

function memoryFile({ file, bytes }: InputChunk): InputFile {
  return {
    path: file,
    name: file,
    head: bytes.subarray(0, HEAD_SIZE),
    async *chunks() {
      yield bytes;
    },
  };
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}

const NEWLINE = 0x0a;
