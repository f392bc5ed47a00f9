/**
 * gzip and zlib by fflate, which runs anywhere: a fixed level and no time stamp, so that the stored bytes are the same on
 * every machine. Decompression stops at the length that signed data announces, and does not check checksums: everything is
 * verified by its digest anyway.
 */
import { Gunzip, gzipSync, unzlibSync, zlibSync } from 'fflate';
import { concatBytes } from '../../bytes/bytes.ts';
import { messageOf, RepomillError } from '../../errors.ts';
import { defined } from '../../model/defined.ts';

const LEVEL = 9;

/** Size of fflate's hash table, 2^(12 + n): at 2^16 the output is the same as with more, in half the memory and time. */
const MEMORY = 4;

/** Bytes of one push into the decompressor: bounds what a hostile file makes it hold to some tens of megabytes. */
const CHUNK_SIZE = 1 << 16;

/** Position of the first block of a zlib stream with a dictionary, and the bits of that byte that are its type. */
const FIRST_BLOCK = 6;
const BLOCK_TYPE = 0b110;

/**
 * One gzip member.
 *
 * @param level - 9 is the smallest; 6 takes a sixth less time for a thousandth more bytes
 */
export function gzip(bytes: Uint8Array, level: 6 | 9 = LEVEL): Uint8Array {
  return gzipSync(bytes, { level, mem: MEMORY, mtime: 0 });
}

/**
 * The content of a gzip file of one or several members.
 *
 * @param size - how many bytes it must hold
 * @throws RepomillError `format` if it holds more or fewer bytes, found before more are kept
 */
export function gunzipInJs(stored: Uint8Array, size: number): Uint8Array {
  const content = gunzipWithin(stored, size);
  if (content.length !== size)
    throw new RepomillError('format', `gzip: expected ${size} bytes, found ${content.length}`);
  return content;
}

/** The content of a gzip file of at most `max` bytes. Throws `format` if it holds more. */
export function gunzipWithin(stored: Uint8Array, max: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  let used = 0;
  const stream = new Gunzip((chunk) => {
    used += chunk.length;
    if (used > max) throw new RepomillError('format', `gzip: more than the expected ${max} bytes`);
    chunks.push(chunk);
  });
  try {
    for (let at = 0; at < stored.length; at += CHUNK_SIZE) {
      stream.push(stored.subarray(at, at + CHUNK_SIZE), at + CHUNK_SIZE >= stored.length);
    }
  } catch (cause) {
    if (cause instanceof RepomillError) throw cause;
    throw new RepomillError('format', `gzip: ${messageOf(cause)}`, { cause });
  }
  return concatBytes(chunks);
}

/** A zlib stream, made with a preset dictionary if there is one. */
export function deflate(bytes: Uint8Array, dictionary: Uint8Array | undefined): Uint8Array {
  if (dictionary === undefined) return zlibSync(bytes, { level: LEVEL, mem: MEMORY });
  const stored = zlibSync(bytes, { level: LEVEL, mem: MEMORY, dictionary });
  // fflate 0.8 writes the dictionary into a first block that is stored uncompressed (BTYPE 0); level 0 leaves it out.
  return ((stored[FIRST_BLOCK] ?? 0) & BLOCK_TYPE) === 0 ? zlibSync(bytes, { level: 0, dictionary }) : stored;
}

/** The content of a zlib stream. Throws `format` unless it is exactly `size` bytes. */
export function inflate(stored: Uint8Array, size: number, dictionary: Uint8Array | undefined): Uint8Array {
  // One byte more than expected shows a stream that holds too much; fflate never writes past the buffer that it gets.
  const output = new Uint8Array(size + 1);
  let content: Uint8Array;
  try {
    content = unzlibSync(stored, { out: output, ...defined({ dictionary }) });
  } catch (cause) {
    throw new RepomillError('format', `zlib: ${messageOf(cause)}`, { cause });
  }
  if (content.length !== size)
    throw new RepomillError('format', `zlib: expected ${size} bytes, found ${content.length}`);
  return content;
}
