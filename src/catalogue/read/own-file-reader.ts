/**
 * Reads files that are packages themselves, one batch after the other. A batch whose digests are all known, and which is in the
 * workspace, is not read; for any other, a task reads and hashes what is not known.
 */
import { endsBatch } from '../../platform/hash/sha256.ts';
import type { Reader } from '../../readers/reader.ts';
import { readerNamed, readers } from '../../readers/readers.ts';
import { batchSlot } from '../batch.ts';
import { type ChunkTasks, emptyReport } from './chunk-tasks.ts';
import type { InputPath } from './list-inputs.ts';
import { lookAtOwnFile, nameOfKnown, type OwnFile } from './own-files.ts';
import type { ReadOptions } from './read-options.ts';
import type { ChunkRule } from './record-intake.ts';

/** Average number of packages read together: if one changes, the control files of the others are read again. */
const BATCH_FILES = 24;

/** Bytes of packages that are read together, so that no thread is left with gigabytes at the end. */
const BATCH_BYTES = 64_000_000;

/** The reader of packages themselves that reads a file; undefined if it is no such file. */
export function ownFilesReaderOf({
  path,
  content,
  rule,
}: Pick<InputPath, 'path' | 'content' | 'rule'>): Reader | undefined {
  if (content !== undefined) return undefined;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (rule.reader === undefined) return readers.find(({ ownFiles }) => ownFiles?.isNamed(name));
  const reader = readerNamed(rule.reader);
  return reader?.ownFiles === undefined ? undefined : reader;
}

/** Collects files until there are enough for a batch. */
export class OwnFileReader {
  readonly #directory: string;
  readonly #madeFrom: unknown;
  readonly #tasks: ChunkTasks;
  readonly #options: ReadOptions;
  #files: OwnFile[] = [];
  #bytes = 0;

  /**
   * @param directory - its real path
   * @param madeFrom - what determines the content of a batch, besides the files and their rules
   */
  constructor(directory: string, madeFrom: unknown, tasks: ChunkTasks, options: ReadOptions) {
    this.#directory = directory;
    this.#madeFrom = madeFrom;
    this.#tasks = tasks;
    this.#options = options;
  }

  /** Starts reading a file, together with those before it. Throws if it cannot be looked at. */
  async read(input: InputPath, reader: Reader, rule: ChunkRule): Promise<void> {
    const path = `${this.#directory}/${input.path}`;
    this.#files.push(lookAtOwnFile(input, { path, rule, reader, memory: this.#options.digests }));
    this.#bytes += input.size;
    if (endsBatch(input.path, BATCH_FILES) || this.#bytes >= BATCH_BYTES) await this.flush();
  }

  /** Starts reading what was collected. */
  async flush(): Promise<void> {
    const files = this.#files;
    const bytes = this.#bytes;
    this.#files = [];
    this.#bytes = 0;
    if (files.length === 0) return;
    const { workspace, tasks, progress, digests } = this.#options;
    const name = nameOfKnown(this.#madeFrom, files);
    const known = name === undefined ? undefined : batchSlot.read(name, workspace);
    progress.cacheLookup('batch', known !== undefined);
    const task = this.#tasks.add(files.map(({ input }) => input));
    if (name !== undefined && known !== undefined) {
      task.report = { ...emptyReport, batches: [name], lines: known.lines };
      progress.advance(bytes);
      return;
    }
    const parts = files.map(({ input, rule, path, known: own }) => ({ rule, file: input.path, path, known: own }));
    await this.#tasks.start(task, async () => {
      const { hashed, ...report } = await tasks.readOwnFiles({ madeFrom: this.#madeFrom, files: parts });
      for (const { file, stamp, sha256 } of hashed) digests.add(file, stamp, sha256);
      progress.advance(bytes);
      return report;
    });
  }
}
