/**
 * Decompression of a part of a file, piece by piece: of the archives in a Debian package. What is decompressed is bounded by who
 * reads it, and the memory by the windows that each format allows.
 */
import { pipeline, Readable } from 'node:stream';
import { createGunzip, gunzipSync } from 'node:zlib';
import { concatBytes } from '../../bytes/bytes.ts';
import { decodeBzip2Stream } from '../../bzip2/decode-stream.ts';
import type { DebCompression } from '../../deb/members.ts';
import { messageOf, RepomillError } from '../../errors.ts';
import { explainGzip } from './compressions.ts';

/** A part of a file. */
export interface FileRange {
  readonly size: number;
  /** Exactly `length` bytes of the part, from `start`. */
  read(start: number, length: number): Uint8Array;
}

const CHUNK_BYTES = 1 << 18;

/**
 * The content of a part, in order.
 *
 * @throws RepomillError `format` if it is cut off or corrupt, or if nothing here reads its compression
 */
export async function* decompressRange(
  range: FileRange,
  compression: DebCompression,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* await open(range, compression);
  } catch (cause) {
    if (cause instanceof RepomillError) throw cause;
    throw new RepomillError('format', messageOf(cause), { cause });
  }
}

/** The content of a part that has at most `max` bytes. Throws what `decompressRange` throws, and `format` if it has more. */
export async function decompressWithin(
  range: FileRange,
  compression: DebCompression,
  max: number,
): Promise<Uint8Array> {
  if (compression === 'gzip' && range.size < CHUNK_BYTES) return gunzipAtOnce(range, max);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of decompressRange(range, compression)) {
    size += part.length;
    if (size > max) throw tooLarge(max);
    parts.push(part);
  }
  return concatBytes(parts);
}

async function open(range: FileRange, compression: DebCompression): Promise<AsyncIterable<Uint8Array>> {
  switch (compression) {
    case 'none':
      return chunksOf(range);
    case 'gzip':
      return gunzipRange(range);
    case 'xz':
      return (await import('./xz.ts')).decodeXz(range, CHUNK_BYTES);
    case 'zstd':
      return (await import('./zstd.ts')).readZstd(chunksOf(range));
    case 'bzip2':
      return decodeBzip2Stream(chunksOf(range));
    case 'lzma':
      throw new Error('expected a compression that is read here, found lzma');
  }
}

async function* gunzipRange(range: FileRange): AsyncGenerator<Uint8Array, void> {
  if (range.size === 0) throw new Error('unexpected end of file');
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  // The callback has nothing to do: the last stream passes on errors of the source.
  try {
    yield* pipeline(Readable.from(chunksOf(range)), gunzip, () => undefined);
  } catch (error) {
    throw explainGzip(error);
  }
}

/** The same without a stream, which costs more than the work if there is little of it. */
function gunzipAtOnce({ size, read }: FileRange, max: number): Uint8Array {
  if (size === 0) throw new RepomillError('format', 'unexpected end of file');
  try {
    return gunzipSync(read(0, size), { maxOutputLength: max });
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(max);
    throw new RepomillError('format', messageOf(explainGzip(cause)), { cause });
  }
}

function tooLarge(max: number): RepomillError {
  return new RepomillError('format', `expected at most ${max} bytes uncompressed, found more`);
}

async function* chunksOf({ size, read }: FileRange): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < size; at += CHUNK_BYTES) yield read(at, Math.min(CHUNK_BYTES, size - at));
}
