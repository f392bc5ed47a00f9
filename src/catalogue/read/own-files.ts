/**
 * Files that are packages themselves, as the reading stage sees them: each is known by its digest, which is known by its stamp, so
 * that a build without changes looks at no file twice. A batch of them is named by their paths and digests.
 */

import type { Digest } from '../../model/digest.ts';
import { MAX_RECORD_SIZE } from '../../model/limits.ts';
import { compareText } from '../../model/order.ts';
import { type FileStamp, fileStampOf } from '../../platform/files/file-stamp.ts';
import type { DigestMemory } from '../../platform/files/hash-file.ts';
import { readSmallFile } from '../../platform/files/input-file.ts';
import { findEntry } from '../../platform/files/read-files.ts';
import type { Reader } from '../../readers/reader.ts';
import { batchSlot } from '../batch.ts';
import type { InputPath } from './list-inputs.ts';
import type { ChunkRule } from './record-intake.ts';

/** A digest that is known for one stamp of a file. */
export interface KnownFile {
  /** Its real path. */
  readonly file: string;
  readonly stamp: FileStamp;
  readonly sha256: Digest;
}

/** A file that is read by itself. */
export interface OwnFile {
  readonly input: InputPath;
  readonly rule: ChunkRule;
  /** Where it is on disk. */
  readonly path: string;
  /** What is known of it and of its neighbours, itself first. */
  readonly known: readonly KnownFile[];
  /** How many digests its record depends on. Undefined if only reading tells. */
  readonly depends: number | undefined;
}

/** What determines the record of a file: its own digest, and those of its neighbours. */
export interface OwnFileKey {
  readonly rule: ChunkRule;
  readonly file: string;
  readonly digests: readonly Digest[];
}

/**
 * Looks at a file: its stamp, and for a reader that needs them those of its neighbours.
 *
 * @param path - its real path
 */
export function lookAtOwnFile(
  input: InputPath,
  { path, rule, reader, memory }: { path: string; rule: ChunkRule; reader: Reader; memory: DigestMemory },
): OwnFile {
  const names = neighboursOf(path, input, reader);
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const files = [path, ...(names ?? []).map((name) => folder + name)];
  const known = files.flatMap((file) => recall(file, memory) ?? []);
  return { input, rule, path, known, depends: names === undefined ? undefined : files.length };
}

/** The names of a file's neighbours; undefined if the file is too large to have any, which is the reader's to refuse. */
function neighboursOf(path: string, input: InputPath, { ownFiles }: Reader): readonly string[] | undefined {
  if (ownFiles?.neighboursIn === undefined) return [];
  return input.size > MAX_RECORD_SIZE ? undefined : ownFiles.neighboursIn(readSmallFile(path, input.path));
}

function recall(file: string, memory: DigestMemory): KnownFile | undefined {
  const stats = findEntry(file);
  if (stats === undefined || stats === 'hidden') return undefined;
  const stamp = fileStampOf(stats);
  const sha256 = memory.find(file, stamp);
  return sha256 === undefined ? undefined : { file, stamp, sha256 };
}

/** The name of the batch of some files; undefined if not every digest is known. */
export function nameOfKnown(madeFrom: unknown, files: readonly OwnFile[]): string | undefined {
  if (!files.every(({ known, depends }) => known.length === depends)) return undefined;
  return nameOfOwnBatch(
    madeFrom,
    files.map(({ input, rule, known }) => ({ rule, file: input.path, digests: digestsInOrder(known) })),
  );
}

function digestsInOrder(known: readonly KnownFile[]): readonly Digest[] {
  return known.toSorted((a, b) => compareText(a.file, b.file)).map(({ sha256 }) => sha256);
}

/** The name of a batch. */
export function nameOfOwnBatch(madeFrom: unknown, files: readonly OwnFileKey[]): string {
  const parts = files.map(({ rule, file, digests }) => [rule, file, digests]);
  return batchSlot.nameOf(['own files', madeFrom, parts]);
}

/** Remembers digests for one task: those that its job brought, and those that it computes. */
export class TaskDigests implements DigestMemory {
  readonly #known = new Map<string, KnownFile>();
  /** What the task computed. */
  readonly added: KnownFile[] = [];
  /** Every digest that was asked for, each once. */
  readonly #asked = new Map<string, Digest>();

  constructor(known: readonly KnownFile[]) {
    for (const one of known) this.#known.set(one.file, one);
  }

  /** In the order of their paths. */
  get asked(): readonly Digest[] {
    return [...this.#asked].sort(([a], [b]) => compareText(a, b)).map(([, sha256]) => sha256);
  }

  find(file: string, stamp: FileStamp): Digest | undefined {
    const known = this.#known.get(file);
    if (known?.stamp.text !== stamp.text) return undefined;
    this.#asked.set(file, known.sha256);
    return known.sha256;
  }

  add(file: string, stamp: FileStamp, sha256: Digest): void {
    const one = { file, stamp, sha256 };
    this.#known.set(file, one);
    this.added.push(one);
    this.#asked.set(file, sha256);
  }
}
