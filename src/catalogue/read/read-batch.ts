/**
 * The task of reading: pieces of input files to a batch in the workspace. Every bad place is reported; a batch with one is
 * not written, since the build ends there.
 */
import type { InputRule } from '../../config/config.ts';
import { type Problem, RepomillError } from '../../errors.ts';
import type { NamePlacer } from '../../model/bucket-placement.ts';
import { parseRecord } from '../../model/parse-record.ts';
import { ALL, archesOf, type PackageRecord } from '../../model/record.ts';
import { HEAD_SIZE, type InputFile, openInputFile } from '../../platform/files/input-file.ts';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import type { Draft } from '../../readers/reader.ts';
import { readerNamed } from '../../readers/readers.ts';
import { BatchWriter } from '../batch.ts';
import { MAX_PROBLEMS } from './bad-input.ts';
import { moveDetails } from './move-details.ts';

/** What a path and the configuration say of the records of a file. */
export interface PieceRule {
  /** A reader's name. */
  readonly reader: string;
  readonly omit: InputRule['omit'];
  /** Fields that the path gives to each record. */
  readonly given: readonly (readonly [field: string, value: string])[];
  /** The architecture that lists the records, where the path says so. */
  readonly listedBy?: string;
}

/** Some bytes of an input file, uncompressed, which hold whole records. */
export interface Piece extends PieceRule {
  /** As the user would type it. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Reads pieces into one batch. */
export interface ReadPiecesJob {
  /** Name of the batch in the workspace. */
  readonly name: string;
  readonly pieces: readonly Piece[];
  /** Buffers of the pieces, which whoever does the job may have for good. */
  readonly transfer?: readonly unknown[];
}

/** Reads a file that cannot be cut into pieces, from disk, into as many batches as it takes. */
export interface ReadFileJob extends PieceRule {
  /** Where the file is, and how the user would type it. */
  readonly path: string;
  readonly file: string;
  /** Names of the batches without their numbers. */
  readonly name: string;
}

/** What was wrong. `line` and `column` count from 1 within the piece. */
export interface PieceProblem extends Omit<Problem, 'file'> {
  readonly piece: number;
}

/** What reading gave. */
export interface BatchReport {
  /** Names of the batches that were written. */
  readonly batches: readonly string[];
  /** Of each piece: how many lines it has. */
  readonly lines: readonly number[];
  readonly problems: readonly PieceProblem[];
}

/** What reading needs to know beside its job. */
export interface ReadTools {
  readonly workspace: Workspace;
  readonly placer: NamePlacer;
  /** Fields that go to `details/`. */
  readonly details: readonly string[];
  /** Whether a record is in each of the subsets. */
  readonly subsets: readonly { matches(record: PackageRecord): boolean }[];
}

/** A batch of a file that is read as a whole holds about so many bytes. */
const BATCH_SIZE = 1 << 19;

/** Reads pieces. */
export async function readPiecesTask({ name, pieces }: ReadPiecesJob, tools: ReadTools): Promise<BatchReport> {
  const writer = new BatchWriter();
  const problems: PieceProblem[] = [];
  for (const [position, piece] of pieces.entries()) {
    for await (const _ of readInto(memoryFile(piece), piece, position, { writer, problems, tools }));
    if (problems.length >= MAX_PROBLEMS) break;
  }
  const lines = pieces.map((piece) => countLines(piece.bytes));
  if (problems.length > 0) return { batches: [], lines, problems: problems.slice(0, MAX_PROBLEMS) };
  writer.write(name, lines, tools.workspace);
  return { batches: [name], lines, problems };
}

/** Reads a file as a whole. What is wrong with the file itself is a problem without a line. */
export async function readFileTask(job: ReadFileJob, tools: ReadTools): Promise<BatchReport> {
  const problems: PieceProblem[] = [];
  const target = { writer: new BatchWriter(), problems, tools };
  const batches: string[] = [];
  const write = (): void => {
    const name = `${job.name}-${batches.length}`;
    target.writer.write(name, NO_LINES, tools.workspace);
    target.writer = new BatchWriter();
    batches.push(name);
  };
  try {
    const file = await openInputFile(job.path, job.file);
    for await (const _ of readInto(file, job, 0, target)) {
      if (problems.length >= MAX_PROBLEMS) break;
      if (target.writer.size > BATCH_SIZE) write();
    }
    write();
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    problems.push({ piece: 0, message: withoutPath(error.message, job.file) });
  }
  if (problems.length > 0) return { batches: [], lines: NO_LINES, problems: problems.slice(0, MAX_PROBLEMS) };
  return { batches, lines: NO_LINES, problems };
}

/** In every batch of a file that is read as a whole, lines are counted from the beginning of the file. */
const NO_LINES = [0];

/** The message of an error without the file that it names at its beginning. */
export function withoutPath(message: string, file: string): string {
  const prefix = `${file}: `;
  return message.startsWith(prefix) ? message.slice(prefix.length) : message;
}

interface Target {
  readonly writer: BatchWriter;
  readonly problems: PieceProblem[];
  readonly tools: ReadTools;
}

/** Reads a file's records into a batch; yields now and then, so that the caller may write the batch. */
async function* readInto(file: InputFile, rule: PieceRule, piece: number, target: Target): AsyncGenerator<void, void> {
  const reader = readerNamed(rule.reader);
  if (reader === undefined) throw new RangeError(`no reader ${rule.reader}`);
  const details = new Set(target.tools.details);
  for await (const { drafts, problems } of reader.read(file)) {
    for (const { file: _, ...problem } of problems) target.problems.push({ ...problem, piece });
    for (const draft of drafts) addDraft(draft, rule, piece, details, target);
    yield;
  }
}

function addDraft(
  draft: Draft,
  rule: PieceRule,
  piece: number,
  detailFields: ReadonlySet<string>,
  { writer, problems, tools }: Target,
): void {
  const place = { piece, line: draft.line };
  const refuse = (message: string): void => void problems.push({ ...place, message });
  const fields = withoutOmitted(draft.fields, rule.omit);
  for (const [field, value] of rule.given) {
    const own = fields[field];
    if (own === undefined) fields[field] = value;
    else if (own !== value) refuse(`field "${field}": the path says ${value}, the record ${JSON.stringify(own)}`);
  }
  const parsed = parseRecord(fields, { detailFields });
  if ('problems' in parsed) {
    for (const message of parsed.problems) refuse(message);
    return;
  }
  const own = archesOf(parsed.record);
  if (rule.listedBy !== undefined && !own.includes(ALL) && !own.includes(rule.listedBy)) {
    refuse(`field "arch": the path says ${rule.listedBy}, the record ${own.join(', ')}`);
    return;
  }
  const subsets: number[] = [];
  for (const [position, subset] of tools.subsets.entries()) if (subset.matches(parsed.record)) subsets.push(position);
  const moved = moveDetails(parsed.record, tools.details);
  if ('problem' in moved) {
    refuse(moved.problem);
    return;
  }
  const slice = tools.placer.number(parsed.record.name);
  writer.add(moved.record, { ...place, slice, subsets, isListed: rule.listedBy !== undefined });
  if (moved.document !== undefined) writer.addDocument(moved.document);
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

function memoryFile({ file, bytes }: Piece): InputFile {
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
