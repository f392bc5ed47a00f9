/**
 * A file as it is on disk, for readers that look at a few places of it and never hold it whole. A package of gigabytes is read once,
 * for its digest, and not even for that if the digest is known by the file's stamp.
 */
import { closeSync, fstatSync, readSync, statSync } from 'node:fs';
import { RepomillError } from '../../errors.ts';
import type { Digest } from '../../model/digest.ts';
import { digestOf, startDigest } from '../hash/sha256.ts';
import { nextTurn } from '../threads/next-turn.ts';
import { type FileStamp, fileStampOf } from './file-stamp.ts';
import { type DigestMemory, hashFile } from './hash-file.ts';
import { openRegularFileSync } from './regular-file.ts';
import { cannotRead, isMissing } from './system-error.ts';

/** A file on disk that is open. */
export interface StoredFile {
  /** In bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `start`. Throws a `format` error if the file ends before them. */
  read(start: number, length: number): Uint8Array;
  /** The digest of the whole file. */
  sha256(): Promise<Digest>;
  /** The size and the digest of a file in the same directory; undefined if there is none. Throws `transport` if it cannot be read. */
  neighbour(name: string): Promise<{ readonly size: number; readonly sha256: Digest } | undefined>;
}

/** Bytes that are read at once when a file is opened: all of a small file, and all that is asked for of most others. */
const HEAD_BYTES = 1 << 15;

/** Bytes of one read. */
const CHUNK_BYTES = 1 << 20;

/** Bytes after which timers and signals have their turn. */
const TURN_BYTES = 64 * CHUNK_BYTES;

/** No digest is known. */
export const noDigests: DigestMemory = { find: () => undefined, add: () => undefined };

/**
 * Opens a file, and closes it after use.
 *
 * @param file - with `/` before its name
 * @param memory - digests by the same paths
 * @throws RepomillError `not-found`; `transport` if it cannot be read, is no regular file, or changes meanwhile; and what `use` throws
 */
export async function withStoredFile<Result>(
  file: string,
  memory: DigestMemory,
  use: (stored: StoredFile) => Promise<Result>,
): Promise<Result> {
  let handle: number | undefined;
  try {
    handle = openRegularFileSync(file);
    const stamp = stampOf(handle);
    const result = await use(new OpenFile(file, handle, stamp, memory));
    if (stampOf(handle).text === stamp.text) return result;
    throw new RepomillError('transport', 'changed while it was read', { path: file });
  } catch (cause) {
    if (cause instanceof RepomillError) throw cause;
    throw cannotRead(file, cause);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function stampOf(handle: number): FileStamp {
  return fileStampOf(fstatSync(handle, { bigint: true }));
}

class OpenFile implements StoredFile {
  readonly #file: string;
  readonly #handle: number;
  readonly #stamp: FileStamp;
  readonly #memory: DigestMemory;
  readonly #head: Uint8Array;

  constructor(file: string, handle: number, stamp: FileStamp, memory: DigestMemory) {
    this.#file = file;
    this.#handle = handle;
    this.#stamp = stamp;
    this.#memory = memory;
    this.#head = this.#readAt(0, Math.min(stamp.size, HEAD_BYTES));
  }

  get size(): number {
    return this.#stamp.size;
  }

  read(start: number, length: number): Uint8Array {
    const isInHead = start >= 0 && start + length <= this.#head.length;
    return isInHead ? this.#head.subarray(start, start + length) : this.#readAt(start, length);
  }

  async sha256(): Promise<Digest> {
    const known = this.#memory.find(this.#file, this.#stamp);
    if (known !== undefined) return known;
    const sha256 = this.size === this.#head.length ? digestOf(this.#head) : await this.#hash();
    this.#memory.add(this.#file, this.#stamp, sha256);
    return sha256;
  }

  async neighbour(name: string): ReturnType<StoredFile['neighbour']> {
    const file = this.#file.slice(0, this.#file.lastIndexOf('/') + 1) + name;
    try {
      const stamp = fileStampOf(statSync(file, { bigint: true }));
      const known = this.#memory.find(file, stamp);
      if (known !== undefined) return { size: stamp.size, sha256: known };
      const hashed = await hashFile(file);
      this.#memory.add(file, hashed.stamp, hashed.sha256);
      return { size: hashed.stamp.size, sha256: hashed.sha256 };
    } catch (cause) {
      if (isMissing(cause)) return undefined;
      throw cannotRead(name, cause);
    }
  }

  async #hash(): Promise<Digest> {
    const digest = startDigest();
    digest.update(this.#head);
    const chunk = new Uint8Array(Math.min(CHUNK_BYTES, this.size - this.#head.length));
    let sinceTurn = 0;
    for (let at = this.#head.length; at < this.size; ) {
      const read = readSync(this.#handle, chunk, 0, Math.min(chunk.length, this.size - at), at);
      if (read === 0) throw endsEarly();
      digest.update(chunk.subarray(0, read));
      at += read;
      sinceTurn += read;
      if (sinceTurn < TURN_BYTES) continue;
      sinceTurn = 0;
      await nextTurn();
    }
    return digest.finish();
  }

  #readAt(start: number, length: number): Uint8Array {
    if (start < 0 || start + length > this.size) throw endsEarly();
    const bytes = new Uint8Array(length);
    for (let used = 0; used < length; ) {
      const read = readSync(this.#handle, bytes, used, length - used, start + used);
      if (read === 0) throw endsEarly();
      used += read;
    }
    return bytes;
  }
}

function endsEarly(): RepomillError {
  return new RepomillError('format', 'unexpected end of file');
}
