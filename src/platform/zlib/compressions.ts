/**
 * The table of compressions that an input file may have. What a file is, its first bytes say; its name only counts if they do
 * not. So a database that is named `core.db` is decompressed, and a text that is named `Packages.gz` is read as it is.
 */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { decodeBzip2Stream } from '../../bzip2/decode-stream.ts';

/** One way to compress a file. */
export interface Compression {
  /** How names of such files end: `.gz`. */
  readonly suffix: string;
  /** What such files begin with, as Latin-1: one of these. A question mark stands for any byte. */
  readonly signatures: readonly string[];
  /**
   * The content of a file, read `chunkSize` bytes at a time. Throws an Error if the file is empty, truncated, corrupt or longer
   * than it should be.
   */
  read(file: string, chunkSize: number): AsyncIterable<Uint8Array>;
}

/** All compressions. */
export const compressions: readonly Compression[] = [
  { suffix: '.gz', signatures: ['\x1f\x8b\x08'], read: readGzip },
  { suffix: '.xz', signatures: ['\xfd7zXZ\0'], read: readXzFile },
  { suffix: '.bz2', signatures: ['BZh?1AY&SY', 'BZh?\x17\x72\x45\x38\x50\x90'], read: readBzip2 },
  { suffix: '.zst', signatures: ['\x28\xb5\x2f\xfd', ...skippableFrames()], read: readZstdFile },
];

/** A file of Zstandard may begin with a frame of other content. */
function skippableFrames(): readonly string[] {
  return [...'PQRSTUVWXYZ[\\]^_'].map((first) => `${first}*M\x18`);
}

/** The first bytes of a file that `compressionOf` looks at. */
export const DECISIVE_SIZE = 512;

/** A path without the suffix of its compression, if it has one. */
export function withoutCompression(path: string): string {
  const suffix = suffixOf(path);
  return suffix === undefined ? path : path.slice(0, -suffix.length);
}

/**
 * How a file is compressed; undefined if it is not.
 *
 * @param path - only its end counts
 * @param start - the first bytes, `DECISIVE_SIZE` of them if there are as many
 */
export function compressionOf(path: string, start: Uint8Array): Compression | undefined {
  const found = compressions.find(({ signatures }) => signatures.some((signature) => begins(start, signature)));
  if (found !== undefined) return found;
  const suffix = suffixOf(path);
  if (suffix === undefined) return undefined;
  const named = compressions.find((compression) => compression.suffix === suffix);
  // A truncated file may end within its signature, which can be text.
  const mayBegin = named?.signatures.some((signature) => begins(start, signature.slice(0, start.length)));
  return !mayBegin && isText(start) ? undefined : named;
}

function suffixOf(path: string): string | undefined {
  return compressions.find(({ suffix }) => path.endsWith(suffix))?.suffix;
}

function begins(bytes: Uint8Array, signature: string): boolean {
  if (bytes.length < signature.length) return false;
  for (let at = 0; at < signature.length; at++) {
    if (signature[at] !== '?' && signature.charCodeAt(at) !== bytes[at]) return false;
  }
  return true;
}

/** Whether there is no control character except for white space: text in any encoding whose characters may be one byte. */
function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

async function* readGzip(file: string, chunkSize: number): AsyncGenerator<Uint8Array, void> {
  const gunzip = createGunzip({ chunkSize });
  try {
    // The callback has nothing to do: the last stream passes on errors of the source.
    yield* pipeline(createReadStream(file, { highWaterMark: chunkSize }), gunzip, () => undefined);
  } catch (error) {
    throw explainGzip(error);
  }
  // To zlib, no bytes are an empty stream; to us, they are a file that lost its content.
  if (gunzip.bytesWritten === 0) throw new Error('unexpected end of file');
}

/** zlib says what it found where it stopped, and not that the file is broken. */
export function explainGzip(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'Z_DATA_ERROR')) return error;
  const isElse = error.message === 'incorrect header check';
  const text = isElse ? 'not gzip data, or something else after it' : `corrupt gzip data (${error.message})`;
  return new Error(text, { cause: error });
}

async function* readXzFile(file: string, chunkSize: number): AsyncGenerator<Uint8Array, void> {
  const { readXz } = await import('./xz.ts');
  yield* readXz(file, chunkSize);
}

function readBzip2(file: string, chunkSize: number): AsyncIterable<Uint8Array> {
  return decodeBzip2Stream(createReadStream(file, { highWaterMark: chunkSize }));
}

async function* readZstdFile(file: string, chunkSize: number): AsyncGenerator<Uint8Array, void> {
  const { readZstd } = await import('./zstd.ts');
  yield* readZstd(createReadStream(file, { highWaterMark: chunkSize }));
}
