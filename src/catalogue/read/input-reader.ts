/**
 * Reads the files of an input. Skips files that an earlier build has read, and divides the others into tasks: small files are
 * read together, large files in chunks, and files that cannot be cut as a whole. A batch is named by the bytes it was read
 * from, never by size or time.
 */
import { ownBuffersOf } from '../../bytes/bytes.ts';
import { RepomillError, throwIfAborted } from '../../errors.ts';
import { defined } from '../../model/defined.ts';
import { problemsOf } from '../../model/problems.ts';
import { DEFAULT_VERSION_ORDER } from '../../model/versions/version-order.ts';
import { bytesInUtf8, fileInUtf8 } from '../../platform/encoding/transcode.ts';
import {
  digestOfFile,
  HEAD_SIZE,
  type InputFile,
  inputName,
  openInputFile,
  readSmallFile,
} from '../../platform/files/input-file.ts';
import { checkStatedBytes, checkStatedFile } from '../../platform/files/stated-digest.ts';
import { digestOf, endsBatch } from '../../platform/hash/sha256.ts';
import { compressionOf, DECISIVE_SIZE } from '../../platform/zlib/compressions.ts';
import type { Reader } from '../../readers/reader.ts';
import { isCompanion, readerFor, readerNamed } from '../../readers/readers.ts';
import { batchSlot } from '../batch.ts';
import { findStandIn } from '../stand-ins.ts';
import { type ChunkTask, ChunkTasks, emptyReport, nameOfFile, recallFile, rememberFile } from './chunk-tasks.ts';
import { cutChunks } from './cut-chunks.ts';
import type { InputPath } from './list-inputs.ts';
import { OwnFileReader, ownFilesReaderOf } from './own-file-reader.ts';
import type { ReadOptions } from './read-options.ts';
import type { ReadChunksJob } from './read-tasks.ts';
import type { ChunkRule } from './record-intake.ts';

/** In bytes. Smaller files are read together, because each batch costs a file in the workspace. */
const SMALL_FILE_BYTES = 1 << 15;

/** Bytes of the small files that are read together. If one of them changes, all are read again. */
const SMALL_BATCH_BYTES = 1 << 18;

/** Average number of small files read together. The path of the last one decides, so a new file does not move the others. */
const SMALL_BATCH_FILES = 128;

/** Approximate number of chunks in a large file, and the bounds of their size in bytes. */
const CHUNKS_PER_FILE = 512;
const MIN_CHUNK_BYTES = 1 << 17;
const MAX_CHUNK_BYTES = 1 << 20;

interface SmallFile {
  readonly input: InputPath;
  readonly rule: ChunkRule;
  readonly bytes: Uint8Array;
}

/** Reads files one by one, in input order. */
export class InputReader {
  /** Files that no reader recognises or that accompany others, if the configuration names no files. */
  readonly skipped: string[] = [];
  /** Those of them that no reader recognises. */
  readonly unrecognised: string[] = [];
  readonly #directory: string;
  readonly #options: ReadOptions;
  /** What determines the content of a batch, besides the bytes of its chunks and their rules. */
  readonly #madeFrom: unknown;
  readonly #tasks: ChunkTasks;
  readonly #ownFiles: OwnFileReader;
  /** Files to remember once all tasks are done, each with its tasks. */
  readonly #largeFiles: { readonly name: string; readonly tasks: readonly ChunkTask[] }[] = [];
  #foundDifferent = false;
  #smallFiles: SmallFile[] = [];
  #smallBytes = 0;

  /** `directory`: its real path. */
  constructor(directory: string, options: ReadOptions) {
    this.#directory = directory;
    this.#options = options;
    const { details, subsets, versions } = options.config;
    this.#madeFrom = versions === DEFAULT_VERSION_ORDER ? [details, subsets] : [details, subsets, versions];
    this.#tasks = new ChunkTasks(options.maxPending);
    this.#ownFiles = new OwnFileReader(directory, this.#madeFrom, this.#tasks, options);
  }

  /** Whether a file was not what another one states of it. */
  get foundDifferent(): boolean {
    return this.#foundDifferent;
  }

  /** Whether there are too many problems to continue reading. */
  get hasTooManyProblems(): boolean {
    return this.#tasks.hasTooManyProblems;
  }

  /** Starts reading a file. Problems are collected; throws an `interrupted` error if the signal is aborted. */
  async read(input: InputPath): Promise<void> {
    throwIfAborted(this.#options.signal);
    try {
      const own = ownFilesReaderOf(input);
      if (own !== undefined) {
        await this.#readSmallFiles();
        await this.#ownFiles.read(input, own, ruleOf(input, own));
        return;
      }
      await this.#ownFiles.flush();
      const bytes = input.content ?? this.#bytesOfSmall(input);
      if (bytes === undefined) await this.#readLarge(input);
      else await this.#readSmall(input, bytes);
    } catch (error) {
      if (!(error instanceof RepomillError) || error.code === 'interrupted') throw error;
      this.#foundDifferent ||= error.code === 'integrity';
      for (const problem of problemsOf(error, input.path)) this.#tasks.refuse(problem);
    }
  }

  /** Whether a reader took any of the files so far. */
  async hasRead(): Promise<boolean> {
    await this.#readSmallFiles();
    return this.#tasks.length > 0 || this.#tasks.hasProblems;
  }

  /** Leaves files out. */
  leaveOut(inputs: readonly InputPath[]): void {
    for (const { path, size } of inputs) {
      this.skipped.push(path);
      this.#options.progress.advance(size);
    }
  }

  /** Waits until everything is read. */
  async finish(): ReturnType<ChunkTasks['finish']> {
    await this.#readSmallFiles();
    await this.#ownFiles.flush();
    const finished = await this.#tasks.finish();
    for (const { name, tasks } of this.#largeFiles) rememberFile(name, tasks, this.#options.workspace);
    return finished;
  }

  /** The bytes of a small file; undefined for a large one, and for one that is compressed: its content may be large. */
  #bytesOfSmall({ path, size }: InputPath): Uint8Array | undefined {
    if (size > SMALL_FILE_BYTES) return undefined;
    const bytes = readSmallFile(`${this.#directory}/${path}`, path);
    return compressionOf(path, bytes.subarray(0, DECISIVE_SIZE)) === undefined ? bytes : undefined;
  }

  async #readSmall(input: InputPath, stored: Uint8Array): Promise<void> {
    const { stated } = input;
    if (stated !== undefined) checkStatedBytes(input.path, stored, stated);
    const bytes = input.content ?? (await this.#decode(input, stored));
    if (bytes === undefined) {
      this.#options.progress.advance(input.size);
      return;
    }
    const reader = this.#readerOf(input, { name: inputName(input.path), head: bytes.subarray(0, HEAD_SIZE) });
    this.#options.progress.advance(input.size);
    if (reader === undefined) return;
    this.#smallFiles.push({ input, rule: ruleOf(input, reader), bytes });
    this.#smallBytes += bytes.length;
    if (endsBatch(input.path, SMALL_BATCH_FILES) || this.#smallBytes >= SMALL_BATCH_BYTES) await this.#readSmallFiles();
  }

  /** The bytes of a small file as UTF-8; undefined for one that cannot be decoded and that no reader recognises. */
  async #decode(input: InputPath, stored: Uint8Array): Promise<Uint8Array | undefined> {
    const { path, rule } = input;
    try {
      return await bytesInUtf8(stored, path, rule.encoding);
    } catch (error) {
      // Without `inputs`, any file may be here: one that begins like UTF-16 need not be a text.
      const file = { name: inputName(path), head: stored.subarray(0, HEAD_SIZE) };
      if (rule.skipsUnrecognised === true && this.#readerOf(input, file) === undefined) return undefined;
      throw error;
    }
  }

  async #readSmallFiles(): Promise<void> {
    const files = this.#smallFiles;
    this.#smallFiles = [];
    this.#smallBytes = 0;
    if (files.length === 0) return;
    const chunks = files.map(({ input, rule, bytes }) => ({ ...rule, file: input.path, bytes }));
    await this.#readChunks(this.#tasks.add(files.map(({ input }) => input)), chunks);
  }

  async #readLarge(input: InputPath): Promise<void> {
    await this.#readSmallFiles();
    const path = `${this.#directory}/${input.path}`;
    const { workspace, progress } = this.#options;
    // Without `inputs`, any file may be here: gigabytes are not hashed only to learn that nothing reads them.
    const isAny = input.rule.skipsUnrecognised === true;
    if (isAny && this.#readerOf(input, await openInputFile(path, input.path)) === undefined) return;
    // The base name decides whether the file is compressed and which reader recognises it.
    const digest = digestOfFile(path, input.path);
    const { rule, given, listedBy, folder, stated } = input;
    if (stated !== undefined) checkStatedFile(path, input.path, digest, stated);
    const facts = folder === undefined ? [given, listedBy] : [given, listedBy, folder];
    const name = nameOfFile([this.#madeFrom, baseName(path), rule, ...facts, digest]);
    const remembered = recallFile(name, workspace);
    progress.cacheLookup('file', remembered !== undefined);
    if (remembered !== undefined) {
      for (const [i, report] of remembered.entries()) this.#tasks.add([input], i > 0).report = report;
      progress.advance(input.size);
      return;
    }
    const file = await fileInUtf8(await openInputFile(path, input.path), input.rule.encoding);
    const reader = this.#readerOf(input, file);
    if (reader === undefined) return;
    const before = this.#tasks.length;
    if (!(await this.#readInChunks(input, reader, file))) {
      this.#tasks.removeFrom(before);
      const { encoding } = input.rule;
      const names = { path, file: input.path, name: batchSlot.nameOf(name) };
      const job = { ...ruleOf(input, reader), ...names, ...defined({ encoding }) };
      await this.#tasks.start(this.#tasks.add([input]), () => this.#options.tasks.readFile(job));
      progress.advance(input.size);
    }
    // A file that was not read to its end, or that changed while it was read, is not remembered.
    const isWhole = !this.hasTooManyProblems && digestOfFile(path, input.path) === digest;
    if (isWhole) this.#largeFiles.push({ name, tasks: this.#tasks.from(before) });
    // What was read of one that changed is not what was compared with what is stated.
    else if (stated !== undefined && !this.hasTooManyProblems) {
      throw new RepomillError('integrity', 'changed while it was read', { path: input.path });
    }
  }

  /** Reads a file in chunks; false if it cannot be cut. */
  async #readInChunks(input: InputPath, reader: Reader, file: InputFile): Promise<boolean> {
    const separator = reader.separatorIn?.(file);
    if (separator === undefined) return false;
    const rule = ruleOf(input, reader);
    const options = { separator, size: chunkSize(input.size) };
    let continues = false;
    for await (const bytes of cutChunks(file.chunks(), options)) {
      throwIfAborted(this.#options.signal);
      if (bytes === undefined) return false;
      await this.#readChunks(this.#tasks.add([input], continues), [{ ...rule, file: input.path, bytes }]);
      this.#options.progress.advance(bytes.length);
      continues = true;
      if (this.hasTooManyProblems) break;
    }
    return true;
  }

  async #readChunks(task: ChunkTask, chunks: ReadChunksJob['chunks']): Promise<void> {
    const { workspace, tasks, progress } = this.#options;
    const parts = chunks.map(({ bytes, file: _, ...rule }) => [rule, digestOf(bytes)]);
    const name = batchSlot.nameOf([this.#madeFrom, parts]);
    const known = batchSlot.read(name, workspace);
    progress.cacheLookup('batch', known !== undefined);
    if (known !== undefined) task.report = { ...emptyReport, batches: [name], lines: known.lines };
    else {
      const transfer = ownBuffersOf(chunks.map(({ bytes }) => bytes));
      await this.#tasks.start(task, () => tasks.readChunks({ name, chunks, transfer }));
    }
  }

  #readerOf(input: InputPath, file: Pick<InputFile, 'name' | 'head'>): Reader | undefined {
    const { rule } = input;
    const reader = rule.reader === undefined ? readerFor(file) : readerNamed(rule.reader);
    if (rule.skipsUnrecognised === true && (reader === undefined || isCompanion(file))) {
      this.skipped.push(input.path);
      if (reader === undefined && !isCompanion(file)) this.unrecognised.push(input.path);
      return undefined;
    }
    const message =
      reader === undefined ? 'no reader recognises this file; name one with `reader:`' : findStandIn(file);
    if (message !== undefined) {
      this.#tasks.refuse({ file: input.path, message });
      return undefined;
    }
    return reader;
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function ruleOf({ rule, given, listedBy, folder }: InputPath, { name }: Reader): ChunkRule {
  const { records, where, fields, defaults, only, omit, skipsInvalid } = rule;
  const options = defined({ records, where, fields, defaults, only, skipsInvalid, listedBy, folder });
  return { reader: name, omit, given, ...options };
}

// A power of two, so that a file that grows a little is cut in the same places as before.
function chunkSize(fileSize: number): number {
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, fileSize / CHUNKS_PER_FILE)));
  return Math.min(MAX_CHUNK_BYTES, Math.max(MIN_CHUNK_BYTES, wanted));
}
