/**
 * gzip and zlib through Node's own zlib, for the auditor: another implementation than the generator's, which also compares
 * the checksums and lengths that fflate passes over, and at which gunzip and zlib would stop.
 */
import { gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib';
import { messageOf, RepomillError } from '../../errors.ts';

/** The content of a gzip file of one or several members, of at most `max` bytes. Throws a format error. */
export function gunzipStrictly(stored: Uint8Array, max: number): Uint8Array {
  return strictly('gzip', gunzipSync, stored, { maxOutputLength: Math.max(1, max) });
}

/**
 * The content of a gzip file of one member, of at most `max` bytes. Throws a format error: some programs end with the first
 * member, so that the rest would be lost to them.
 */
export function gunzipMember(stored: Uint8Array, max: number): Uint8Array {
  const content = gunzipStrictly(stored, max);
  // A member ends with the length of its own content (RFC 1952, section 2.3.1).
  const told = new DataView(stored.buffer, stored.byteOffset).getUint32(stored.length - 4, true);
  if (told === content.length % 2 ** 32) return content;
  throw new RepomillError('format', `gzip: expected one member, found several`);
}

/** The content of a zlib stream of at most `max` bytes. Throws a format error. */
export function inflateStrictly(stored: Uint8Array, max: number, dictionary: Uint8Array | undefined): Uint8Array {
  const options = { maxOutputLength: Math.max(1, max), ...(dictionary === undefined ? {} : { dictionary }) };
  return strictly('zlib', inflateSync, stored, options);
}

/** The content of a raw deflate stream; a format error unless it is exactly `size` bytes. */
export function inflateRaw(stored: Uint8Array, size: number): Uint8Array {
  const content = strictly('deflate', inflateRawSync, stored, { maxOutputLength: Math.max(1, size) });
  if (content.length === size) return content;
  throw new RepomillError('format', `deflate: expected ${size} bytes, found ${content.length}`);
}

function strictly(
  what: string,
  decompress: (stored: Uint8Array, options: ZlibOptions) => unknown,
  stored: Uint8Array,
  options: ZlibOptions,
): Uint8Array {
  let result: unknown;
  try {
    // With `info`, Node gives the engine too, which knows how much of the input it has used.
    result = decompress(stored, { ...options, info: true });
  } catch (cause) {
    throw new RepomillError('format', `${what}: ${messageOf(cause)}`, { cause });
  }
  if (!isInformed(result)) throw new TypeError(`${what}: no content`);
  const behind = stored.length - result.engine.bytesWritten;
  if (behind > 0) throw new RepomillError('format', `${what}: ${behind} bytes behind the end`);
  return new Uint8Array(result.buffer);
}

function isInformed(
  result: unknown,
): result is { readonly buffer: Uint8Array; readonly engine: { bytesWritten: number } } {
  return typeof result === 'object' && result !== null && 'buffer' in result && 'engine' in result;
}
