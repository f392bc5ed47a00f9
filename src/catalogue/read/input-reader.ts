/**
 * Reading under way: decides for each file whether it is known, and hands what is not to tasks, in groups of small files and
 * stretches of large ones. What stands in a batch is named by the bytes that it was read from, never by a size or a time.
 */

import { WorkQueue } from '../../async/queue.ts';
import type { Config } from '../../config/config.ts';
import { type Problem, RepomillError } from '../../errors.ts';
import type { Digest } from '../../model/digest.ts';
import type { Reporter } from '../../model/progress.ts';
import { digestOfFile, type InputFile, openInputFile, readSmallFile } from '../../platform/files/input-file.ts';
import { digestOf, keyOf } from '../../platform/hash/sync-sha256.ts';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import type { Reader } from '../../readers/reader.ts';
import { readerFor, readerNamed } from '../../readers/readers.ts';
import { readBatchHead } from '../batch.ts';
import { MAX_PROBLEMS } from './bad-input.ts';
import { cutStretches } from './cut-chunks.ts';
import type { InputPath } from './match-files.ts';
import { type Portion, problemsOf, recallFile, rememberFile } from './portion.ts';
import { type BatchReport, type PieceRule, type ReadFileJob, type ReadPiecesJob, withoutPath } from './read-batch.ts';

/** The tasks of this stage. */
export interface ReadTasks {
  readPieces(job: ReadPiecesJob): Promise<BatchReport>;
  readFile(job: ReadFileJob): Promise<BatchReport>;
}

/** What reading needs. */
export interface ReadOptions {
  readonly config: Config;
  readonly workspace: Workspace;
  readonly tasks: ReadTasks;
  /** Tasks that may be waited for at a time. */
  readonly ahead: number;
  readonly progress: Reporter;
}

/** Grows whenever the same bytes are read as other records. */
const EDITION = 1;

/** Smaller files are read together, because each batch costs a file in the workspace. */
const SMALL = 1 << 15;

/** Bytes of small files that are read together, and of how many: each is read again when one of them changes. */
const GROUP_SIZE = 1 << 18;

/** Files in a group, on average: a file whose path says so ends its group, so that a new file moves no other group. */
const GROUP_FILES = 128;

/** A large file is cut into about so many stretches, of `MIN_STRETCH` to `MAX_STRETCH` bytes. */
const STRETCHES = 512;
const MIN_STRETCH = 1 << 17;
const MAX_STRETCH = 1 << 20;

/** A large file, and what is remembered of it. */
interface LargeFile {
  readonly name: string;
  readonly portions: Portion[];
}

interface SmallFile {
  readonly input: InputPath;
  readonly rule: PieceRule;
  readonly bytes: Uint8Array;
}

const NOTHING: BatchReport = { batches: [], lines: [], problems: [] };

/** What was read so far, and what is on its way. */
export class Reading {
  /** Files that no reader recognises, where the configuration names no files. */
  readonly skipped: string[] = [];
  readonly #directory: string;
  readonly #options: ReadOptions;
  /** Names what decides, beside the bytes of a file, what is in a batch. */
  readonly #edition: Digest;
  readonly #portions: Portion[] = [];
  readonly #largeFiles: LargeFile[] = [];
  readonly #problems: Problem[] = [];
  readonly #queue: WorkQueue;
  #problemCount = 0;
  #group: SmallFile[] = [];
  #groupSize = 0;

  constructor(directory: string, options: ReadOptions) {
    this.#directory = directory;
    this.#options = options;
    this.#edition = keyOf([EDITION, options.config.details, options.config.subsets]);
    this.#queue = new WorkQueue(options.ahead);
  }

  /** Whether there are so many problems that reading on would only bury them. */
  get isHopeless(): boolean {
    return this.#problemCount >= MAX_PROBLEMS;
  }

  /** Reads a file, or begins to. */
  async read(input: InputPath): Promise<void> {
    try {
      const isMade = input.content !== undefined;
      if (isMade || (input.size <= SMALL && !/\.(gz|xz)$/.test(input.path))) await this.#readSmall(input);
      else await this.#readLarge(input);
    } catch (error) {
      if (!(error instanceof RepomillError)) throw error;
      this.#refuse(input.path, withoutPath(error.message, input.path));
    }
  }

  /** Waits for everything that is on its way. */
  async finish(): Promise<{ portions: readonly Portion[]; problems: readonly Problem[] }> {
    await this.#endGroup();
    await this.#queue.finish();
    for (const { name, portions } of this.#largeFiles) rememberFile(name, portions, this.#options.workspace);
    return { portions: this.#portions, problems: [...this.#problems, ...problemsOf(this.#portions)] };
  }

  async #readSmall(input: InputPath): Promise<void> {
    const bytes = input.content ?? readSmallFile(`${this.#directory}/${input.path}`, input.path);
    const reader = this.#readerOf(input, { name: baseName(input.path), head: bytes });
    this.#options.progress.advance(input.size);
    if (reader === undefined) return;
    this.#group.push({ input, rule: ruleOf(input, reader), bytes });
    this.#groupSize += bytes.length;
    const last = Number.parseInt(keyOf(input.path).slice(0, 8), 16) % GROUP_FILES === 0;
    if (last || this.#groupSize >= GROUP_SIZE) await this.#endGroup();
  }

  async #endGroup(): Promise<void> {
    const group = this.#group;
    this.#group = [];
    this.#groupSize = 0;
    if (group.length === 0) return;
    const pieces = group.map(({ input, rule, bytes }) => ({ ...rule, file: input.path, bytes }));
    const portion = this.#addPortion(group.map(({ input }) => input));
    await this.#readPieces(portion, pieces);
  }

  async #readLarge(input: InputPath): Promise<void> {
    await this.#endGroup();
    const path = `${this.#directory}/${input.path}`;
    const { workspace, progress } = this.#options;
    // The base name decides too: whether the file is compressed, and which reader recognises it.
    const digest = digestOfFile(path, input.path);
    const decisive = [baseName(path), input.rule, input.given, input.listedBy, digest];
    const name = `file/${keyOf([this.#edition, decisive])}`;
    const remembered = recallFile(name, workspace);
    progress.cacheLookup('file', remembered !== undefined);
    if (remembered !== undefined) {
      for (const [i, report] of remembered.entries()) this.#addPortion([input], i > 0).report = report;
      progress.advance(input.size);
      return;
    }
    const file = await openInputFile(path, input.path);
    const reader = this.#readerOf(input, file);
    if (reader === undefined) return;
    const before = this.#portions.length;
    if (!(await this.#readStretches(input, reader, file))) {
      this.#portions.splice(before);
      const portion = this.#addPortion([input]);
      const job = { ...ruleOf(input, reader), path, file: input.path, name: `batch/${keyOf(name)}` };
      await this.#begin(portion, () => this.#options.tasks.readFile(job));
      progress.advance(input.size);
    }
    // A file that was not read to its end, or that changed meanwhile, is not remembered.
    const isWhole = !this.isHopeless && digestOfFile(path, input.path) === digest;
    if (isWhole) this.#largeFiles.push({ name, portions: this.#portions.slice(before) });
  }

  /** Whether the file could be cut into stretches; each is read. */
  async #readStretches(input: InputPath, reader: Reader, file: InputFile): Promise<boolean> {
    const separator = reader.separatorIn?.(file);
    if (separator === undefined) return false;
    const rule = ruleOf(input, reader);
    const options = { separator, size: stretchSize(input.size) };
    let follows = false;
    for await (const bytes of cutStretches(file.chunks(), options)) {
      if (bytes === undefined) return false;
      const portion = this.#addPortion([input], follows);
      await this.#readPieces(portion, [{ ...rule, file: input.path, bytes }]);
      this.#options.progress.advance(bytes.length);
      follows = true;
      if (this.isHopeless) break;
    }
    return true;
  }

  async #readPieces(portion: Portion, pieces: ReadPiecesJob['pieces']): Promise<void> {
    const { workspace, tasks, progress } = this.#options;
    const parts = pieces.map(({ bytes, file: _, ...rule }) => [rule, digestOf(bytes)]);
    const name = `batch/${keyOf([this.#edition, parts])}`;
    const known = readBatchHead(name, workspace);
    progress.cacheLookup('batch', known !== undefined);
    if (known !== undefined) portion.report = { batches: [name], lines: known.lines, problems: [] };
    else await this.#begin(portion, () => tasks.readPieces({ name, pieces, transfer: buffersOf(pieces) }));
  }

  async #begin(portion: Portion, work: () => Promise<BatchReport>): Promise<void> {
    await this.#queue.add(async () => {
      portion.report = await work();
      this.#problemCount += portion.report.problems.length;
    });
  }

  #addPortion(inputs: readonly InputPath[], follows = false): Portion {
    const pieces = inputs.map(({ path, listedBy }) => ({
      file: path,
      listedBy: listedBy === undefined ? [] : [listedBy],
    }));
    const portion: Portion = { pieces, follows, report: NOTHING };
    this.#portions.push(portion);
    return portion;
  }

  #readerOf(input: InputPath, file: Pick<InputFile, 'name' | 'head'>): Reader | undefined {
    const reader = input.rule.reader === undefined ? readerFor(file) : readerNamed(input.rule.reader);
    if (reader !== undefined) return reader;
    if (input.rule.files === '**/*') this.skipped.push(input.path);
    else this.#refuse(input.path, 'no reader recognises this file; name one with `reader:`');
    return undefined;
  }

  #refuse(file: string, message: string): void {
    this.#problems.push({ file, message });
    this.#problemCount++;
  }
}

// Of a small file, the buffer may be one that others are in too.
function buffersOf(pieces: ReadPiecesJob['pieces']): readonly unknown[] {
  return pieces.flatMap(({ bytes }) => (bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer] : []));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function ruleOf({ rule, given, listedBy }: InputPath, { name }: Reader): PieceRule {
  return { reader: name, omit: rule.omit, given, ...(listedBy === undefined ? {} : { listedBy }) };
}

// A power of two, so that a file which grows a little is cut where it was cut before.
function stretchSize(fileSize: number): number {
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, fileSize / STRETCHES)));
  return Math.min(MAX_STRETCH, Math.max(MIN_STRETCH, wanted));
}
