/**
 * The SHA-256 of a large file, in little memory. A file that changes while it is read has no digest.
 */
import { closeSync, createReadStream, fstatSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { RepomillError } from '../../errors.ts';
import type { Digest } from '../../model/digest.ts';
import { startDigest } from '../hash/sha256.ts';
import { nextTurn } from '../threads/next-turn.ts';
import { type FileStamp, fileStampOf } from './file-stamp.ts';
import { openRegularFileSync } from './regular-file.ts';
import { cannotRead } from './system-error.ts';

/** A file's digest, and its stamp while it was read. */
export interface HashedFile {
  readonly sha256: Digest;
  readonly stamp: FileStamp;
}

/** Digests of files that were computed before. */
export interface DigestMemory {
  /** The digest of a file with this stamp, if it is known. */
  find(file: string, stamp: FileStamp): Digest | undefined;
  /** Remembers a digest that was computed just now. */
  add(file: string, stamp: FileStamp, sha256: Digest): void;
}

/** Bytes of one read. */
const CHUNK_SIZE = 1 << 20;

/** Bytes after which timers and signals have their turn. */
const TURN_SIZE = 64 * CHUNK_SIZE;

/**
 * Hashes a file.
 *
 * @throws RepomillError `not-found`; `transport` if it cannot be read, is not a file, or changes meanwhile
 */
export async function hashFile(file: string): Promise<HashedFile> {
  let handle: number | undefined;
  try {
    handle = openRegularFileSync(file);
    const stats = fstatSync(handle, { bigint: true });
    const stamp = fileStampOf(stats);
    const digest = startDigest();
    const chunk = new Uint8Array(Math.min(CHUNK_SIZE, stamp.size + 1));
    let size = 0;
    let sinceTurn = 0;
    for (let read = readSync(handle, chunk); read > 0; read = readSync(handle, chunk)) {
      digest.update(chunk.subarray(0, read));
      size += read;
      if (size > stamp.size) break;
      sinceTurn += read;
      if (sinceTurn >= TURN_SIZE) {
        sinceTurn = 0;
        await nextTurn();
      }
    }
    const isUnchanged = fileStampOf(fstatSync(handle, { bigint: true })).text === stamp.text;
    if (isUnchanged && size === stamp.size) return { sha256: digest.finish(), stamp };
    throw new RepomillError('transport', 'changed while it was read', { path: file });
  } catch (cause) {
    if (cause instanceof RepomillError) throw cause;
    throw cannotRead(file, cause);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/**
 * The digest of a file, from memory if it is known.
 *
 * @param stamp - of the file as it is now
 * @throws what `hashFile` throws
 */
export async function recallDigest(file: string, stamp: FileStamp, memory: DigestMemory): Promise<Digest> {
  const name = resolve(file);
  const known = memory.find(name, stamp);
  if (known !== undefined) return known;
  const hashed = await hashFile(file);
  memory.add(name, hashed.stamp, hashed.sha256);
  return hashed.sha256;
}

/**
 * The bytes of a file, piece by piece. Throws `not-found` or `transport` if it cannot be read.
 *
 * @param size - the bytes that it should have. If they are few, no more than one byte after them is read, which shows that it has
 *   grown
 */
export async function* readFileChunks(file: string, size: number = CHUNK_SIZE): AsyncGenerator<Uint8Array, void> {
  try {
    if (size < CHUNK_SIZE) yield readStart(file, size + 1);
    else yield* createReadStream(file, { highWaterMark: CHUNK_SIZE });
  } catch (cause) {
    throw cannotRead(file, cause);
  }
}

function readStart(file: string, length: number): Uint8Array {
  const handle = openRegularFileSync(file);
  try {
    const bytes = new Uint8Array(length);
    let read = 0;
    for (let more = 1; more > 0 && read < length; read += more)
      more = readSync(handle, bytes, read, length - read, read);
    return bytes.subarray(0, read);
  } finally {
    closeSync(handle);
  }
}
