/**
 * The reading tasks, which can run on any thread: they read chunks of input files, or a whole file, into batches in the
 * workspace. Every problem is reported. After a problem a task writes nothing more, because the build will fail.
 */
import { compileSubsets } from '../../config/compile-subsets.ts';
import { RepomillError } from '../../errors.ts';
import { parseRecordsPath } from '../../mapping/records-path.ts';
import { NamePlacer } from '../../model/bucket-placement.ts';
import { problemsOf } from '../../model/problems.ts';
import { fileInUtf8 } from '../../platform/encoding/transcode.ts';
import { type InputFile, memoryFile, openInputFile, storedInputFile } from '../../platform/files/input-file.ts';
import { loadFingerprint } from '../../platform/hash/fingerprint.ts';
import { loadVersionOrder } from '../../platform/versions/load-version-order.ts';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import type { RecordSelection } from '../../readers/reader.ts';
import { readerNamed } from '../../readers/readers.ts';
import type { TaskDefinitions, TaskSetup } from '../../work/task.ts';
import type { ChunkProblem } from '../batch.ts';
import { type KnownFile, nameOfOwnBatch, type OwnFileKey, TaskDigests } from './own-files.ts';
import type { LackingRecords } from './problems/lacking-records.ts';
import type { ChunkProblemKind } from './problems/problem-kinds.ts';
import { type ChunkRule, type IntakeOptions, RecordIntake } from './record-intake.ts';

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
  /** The encoding of the file, if it is not UTF-8. */
  readonly encoding?: string;
  /** The names of the batches, without `-0`, `-1` and so on. */
  readonly name: string;
}

/** Reads files that are packages themselves into one batch. */
export interface ReadOwnFilesJob {
  /** What determines the content of a batch, besides the files and their rules. */
  readonly madeFrom: unknown;
  readonly files: readonly OwnFileToRead[];
}

/** A file that is read by itself. */
export interface OwnFileToRead {
  readonly rule: ChunkRule;
  /** As the user would type it. */
  readonly file: string;
  /** Where it is on disk. */
  readonly path: string;
  /** What is known of it and of its neighbours. */
  readonly known: readonly KnownFile[];
}

/** What reading such files gives: also the digests that were computed, to be remembered. */
export interface OwnFilesReport extends BatchReport {
  readonly hashed: readonly KnownFile[];
}

/** The result of a task. */
export interface BatchReport {
  /** The names of the batches that were written. */
  readonly batches: readonly string[];
  /** The number of lines in each chunk. */
  readonly lines: readonly number[];
  readonly problems: readonly ChunkProblem[];
  readonly lacking: readonly LackingRecords[];
  readonly kinds: readonly ChunkProblemKind[];
}

export interface ReadTasks {
  readChunks(job: ReadChunksJob): Promise<BatchReport>;
  readFile(job: ReadFileJob): Promise<BatchReport>;
  readOwnFiles(job: ReadOwnFilesJob): Promise<OwnFilesReport>;
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
  readOwnFiles: {
    inlineFirst: 4,
    open: async (setup) => {
      const tools = await readTools(setup);
      return (job) => readOwnFilesTask(job, tools);
    },
  },
};

/** What tasks need besides their jobs. */
export interface ReadTools extends IntakeOptions {
  readonly workspace: Workspace;
}

/** Opens the tools, once per thread. */
export async function readTools({ workspace, config }: TaskSetup): Promise<ReadTools> {
  const placer = new NamePlacer(await loadFingerprint());
  const order = await loadVersionOrder(config.versions);
  return { workspace, placer, details: config.details, subsets: compileSubsets(config.subsets, order.compare), order };
}

/** Approximate bytes per batch of a file that is read as a whole. */
const FILE_BATCH_BYTES = 1 << 19;

/** Reads chunks. */
export async function readChunksTask({ name, chunks }: ReadChunksJob, tools: ReadTools): Promise<BatchReport> {
  const intake = new RecordIntake(tools);
  for (const [position, chunk] of chunks.entries()) {
    try {
      for await (const _ of readInto(memoryFile(chunk.file, chunk.bytes), chunk, position, intake));
    } catch (error) {
      failWith(error, chunk.file, intake);
    }
    if (intake.hasTooManyProblems) break;
  }
  const lines = chunks.map(({ bytes }) => countLines(bytes));
  if (!intake.isRefused) writeBatch(name, lines, intake, tools.workspace);
  return reportOf(intake, [name], lines);
}

/** Reads a file as a whole. A file that cannot be read is a problem without a line. */
export async function readFileTask(job: ReadFileJob, tools: ReadTools): Promise<BatchReport> {
  const intake = new RecordIntake(tools);
  const batches: string[] = [];
  const write = (): void => {
    const name = `${job.name}-${batches.length}`;
    writeBatch(name, NO_LINES, intake, tools.workspace);
    batches.push(name);
  };
  try {
    const file = await fileInUtf8(await openInputFile(job.path, job.file), job.encoding);
    for await (const _ of readInto(file, job, 0, intake)) {
      if (intake.hasTooManyProblems) break;
      if (intake.size > FILE_BATCH_BYTES) write();
    }
    write();
  } catch (error) {
    failWith(error, job.file, intake);
  }
  return reportOf(intake, batches, NO_LINES);
}

/** Reads files that are packages themselves. Each is hashed unless its digest is known; none is held in memory. */
export async function readOwnFilesTask(
  { madeFrom, files }: ReadOwnFilesJob,
  tools: ReadTools,
): Promise<OwnFilesReport> {
  const intake = new RecordIntake(tools);
  const hashed: KnownFile[] = [];
  const keys: OwnFileKey[] = [];
  for (const [position, { rule, file, path, known }] of files.entries()) {
    const digests = new TaskDigests(known);
    const stored = storedInputFile(path, file, digests);
    try {
      // What is left out because it is bad is known by its content, too.
      if (rule.skipsInvalid === true) await stored.stored?.((own) => own.sha256());
      for await (const _ of readInto(stored, rule, position, intake));
    } catch (error) {
      failWith(error, file, intake);
    }
    hashed.push(...digests.added);
    keys.push({ rule, file, digests: digests.asked });
    if (intake.hasTooManyProblems) break;
  }
  const name = nameOfOwnBatch(madeFrom, keys);
  const lines = files.map(() => 0);
  if (!intake.isRefused) writeBatch(name, lines, intake, tools.workspace);
  return { ...reportOf(intake, [name], lines), hashed };
}

/** Reports that a file cannot be read to its end. Throws any other error. */
function failWith(error: unknown, file: string, intake: RecordIntake): void {
  if (!(error instanceof RepomillError)) throw error;
  for (const { file: _, ...problem } of problemsOf(error, file)) intake.fail(problem);
}

// All batches of a file that is read as a whole count lines from the start of the file.
const NO_LINES = [0];

function writeBatch(name: string, lines: readonly number[], intake: RecordIntake, workspace: Workspace): void {
  const { writer, tracker } = intake.takeBatch();
  writer.write(name, { lines, use: tracker.use }, workspace);
}

function reportOf(intake: RecordIntake, batches: readonly string[], lines: readonly number[]): BatchReport {
  const { isRefused, problems, lacking, kinds } = intake;
  return { batches: isRefused ? [] : batches, lines, problems, lacking, kinds };
}

/** Reads the records of a file into a batch. Yields now and then, so that the caller can write the batch. */
async function* readInto(
  file: InputFile,
  rule: ChunkRule,
  chunk: number,
  intake: RecordIntake,
): AsyncGenerator<void, void> {
  const reader = readerNamed(rule.reader);
  if (reader === undefined) throw new RangeError(`no reader ${rule.reader}`);
  intake.open(rule, chunk, reader);
  if (rule.records !== undefined && reader.nests !== true) {
    intake.fail({ message: `records: the reader ${reader.name} has no records within records` });
    return;
  }
  for await (const { drafts, problems } of reader.read(file, recordSelection(rule))) {
    for (const problem of problems) intake.refuse(problem);
    for (const draft of drafts) intake.take(draft);
    yield;
  }
}

/** Where a rule says that the records of a document are. */
export function recordSelection({ records, omit }: Pick<ChunkRule, 'records' | 'omit'>): RecordSelection | undefined {
  if (records === undefined) return undefined;
  return { paths: records.map(parseRecordsPath), ignores: (field) => omit.includes(field) };
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = nextLineEnd(bytes, 0); at !== -1; at = nextLineEnd(bytes, at + 1)) lines++;
  return lines;
}

// An empty line is seen without a search, which costs a hundred times as much.
function nextLineEnd(bytes: Uint8Array, from: number): number {
  return bytes[from] === NEWLINE ? from : bytes.indexOf(NEWLINE, from);
}

const NEWLINE = 0x0a;
