/**
 * Files of package metadata, plain or compressed, as streams of bounded length. A file that cannot be read to its last byte is
 * an error: a record that is missing must not pass for one that was withdrawn.
 */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, readSync } from 'node:fs';
import { basename } from 'node:path';
import { RepomillError } from '../../errors.ts';
import { MAX_INPUT_SIZE } from '../../model/limits.ts';
import { type Compression, compressionOf, DECISIVE_SIZE, withoutCompression } from '../zlib/compressions.ts';
import type { DigestMemory } from './hash-file.ts';
import { openRegularFileSync, readRegularFileSync } from './regular-file.ts';
import { noDigests, type StoredFile, withStoredFile } from './stored-file.ts';
import { explainFailure } from './system-error.ts';

/** The most bytes that `InputFile.head` holds. */
export const HEAD_SIZE = 4096;

/** An input file as a reader sees it: decompressed. */
export interface InputFile {
  /** The path as the user would type it, for messages. */
  readonly path: string;
  /** Base name without the suffix of a compression: `Packages` for `Packages.xz`. */
  readonly name: string;
  /** The first bytes of the decompressed content, at most `HEAD_SIZE`. */
  readonly head: Uint8Array;
  /** The whole decompressed content, in order. May be called again. Throws what `openInputFile` throws. */
  chunks(): AsyncIterable<Uint8Array>;
  /**
   * Opens the file as it is on disk, for readers that look at a few places of it. Absent if it is compressed, or only in memory.
   * Throws what `withStoredFile` throws.
   */
  readonly stored?: <Result>(use: (file: StoredFile) => Promise<Result>) => Promise<Result>;
}

/** Bytes: large enough that the cost of each chunk does not matter, small enough to hold many. */
const CHUNK_SIZE = 256 * 1024;

/**
 * Opens a file and reads its first bytes.
 *
 * @param shownAs - the path as the user would type it, for errors
 * @param maxSize - the limit of the decompressed content, in bytes
 * @throws RepomillError `not-found` or `transport` for a file that cannot be read, `format` for one that is broken,
 *   truncated or too long
 */
export async function openInputFile(
  file: string,
  shownAs: string,
  maxSize: number = MAX_INPUT_SIZE,
): Promise<InputFile> {
  const chunks = (): AsyncIterable<Uint8Array> => readBounded(file, shownAs, maxSize);
  const opened = { path: shownAs, name: inputName(file), head: await readHead(chunks()), chunks };
  return inputName(file) === basename(file) ? { ...storedInputFile(file, shownAs), ...opened } : opened;
}

/**
 * A file on disk as an input file that is not read as a stream. Its head is empty: the caller knows what it is.
 *
 * @param shownAs - the path as the user would type it
 * @param memory - digests of files by their real paths, asked before anything is hashed
 */
export function storedInputFile(file: string, shownAs: string, memory: DigestMemory = noDigests): InputFile {
  return {
    path: shownAs,
    name: basename(file),
    head: new Uint8Array(0),
    async *chunks() {
      yield* [];
    },
    stored: (use) => withStoredFile(file, memory, use),
  };
}

/** Bytes in memory as a file. `path` is its path and its name. */
export function memoryFile(path: string, bytes: Uint8Array): InputFile {
  return {
    path,
    name: path,
    head: bytes.subarray(0, HEAD_SIZE),
    async *chunks() {
      yield bytes;
    },
  };
}

/** The name that `InputFile` has for a file with this path. */
export function inputName(path: string): string {
  return withoutCompression(basename(path));
}

/** The bytes of a small file as it is on disk. Throws what `openInputFile` throws. */
export function readSmallFile(file: string, shownAs: string): Uint8Array {
  try {
    return readRegularFileSync(file);
  } catch (error) {
    throw inputError(shownAs, error);
  }
}

/** The SHA-256 of a file as it is on disk, in base64url. Throws what `openInputFile` throws. */
export function digestOfFile(file: string, shownAs: string): string {
  try {
    const handle = openRegularFileSync(file);
    try {
      const digest = createHash('sha256');
      const chunk = new Uint8Array(CHUNK_SIZE);
      for (let read = readSync(handle, chunk); read > 0; read = readSync(handle, chunk)) {
        digest.update(chunk.subarray(0, read));
      }
      return digest.digest('base64url');
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw inputError(shownAs, error);
  }
}

/** The first bytes of a stream, at most `HEAD_SIZE`. */
export async function readHead(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const head = new Uint8Array(HEAD_SIZE);
  let length = 0;
  for await (const chunk of chunks) {
    const part = chunk.subarray(0, HEAD_SIZE - length);
    head.set(part, length);
    length += part.length;
    if (length === HEAD_SIZE) break;
  }
  return head.subarray(0, length);
}

async function* readBounded(file: string, shownAs: string, maxSize: number): AsyncGenerator<Uint8Array, void> {
  let size = 0;
  try {
    for await (const chunk of readUncompressed(file)) {
      size += chunk.length;
      if (size > maxSize) throw new Error(`expected at most ${maxSize} bytes, found more`);
      if (chunk.length > 0) yield chunk;
    }
  } catch (error) {
    throw inputError(shownAs, error);
  }
}

function readUncompressed(file: string): AsyncIterable<Uint8Array> {
  const compression = findCompression(file);
  return compression?.read(file, CHUNK_SIZE) ?? createReadStream(file, { highWaterMark: CHUNK_SIZE });
}

function findCompression(file: string): Compression | undefined {
  const start = new Uint8Array(DECISIVE_SIZE);
  const handle = openRegularFileSync(file);
  try {
    return compressionOf(file, start.subarray(0, readSync(handle, start)));
  } finally {
    closeSync(handle);
  }
}

function inputError(shownAs: string, cause: unknown): RepomillError {
  if (cause instanceof RepomillError && cause.code === 'transport') {
    return new RepomillError(cause.code, cause.message, { path: shownAs, cause });
  }
  const { code, text } = explainFailure(cause);
  return new RepomillError(code, `cannot read: ${text}`, { path: shownAs, cause });
}
