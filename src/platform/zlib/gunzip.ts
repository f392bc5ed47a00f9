/**
 * Decompression by Node's own zlib: of what clients fetch, three times as fast as by fflate, which takes its place in a
 * browser; and for the auditor, because it is not the generator's implementation and also checks what fflate passes over
 * (checksums, lengths), at which gunzip and zlib would stop.
 */
import type * as Zlib from 'node:zlib';
import { messageOf, RepomillError } from '../../errors.ts';
import { defined } from '../../model/defined.ts';

/** Memory for the output is allocated in chunks of this many bytes, or at once if the output is smaller. */
const CHUNK_SIZE = 4 * 1024 * 1024;

/** Above this size, content is inflated in pieces into its own array: at once, Node holds all of it twice. */
const LARGE_SIZE = 16 * 1024 * 1024;

const PIECE_SIZE = 256 * 1024;

/**
 * The content of a gzip file of one or several members. Runs in a browser, too.
 *
 * @param size - how many bytes it must hold
 * @throws RepomillError `format` if it holds more or fewer bytes, found before more are kept
 */
export async function gunzip(stored: Uint8Array, size: number): Promise<Uint8Array> {
  const zlib = builtinZlib();
  // Loaded only in browsers: a start of the command line pays for what it loads.
  if (zlib === undefined) return (await import('./gzip.ts')).gunzipInJs(stored, size);
  if (size > LARGE_SIZE) return gunzipInPieces(zlib, stored, size);
  let content: Buffer;
  try {
    const chunkSize = Math.max(64, Math.min(size + 1, CHUNK_SIZE));
    content = zlib.gunzipSync(stored, { maxOutputLength: size + 1, chunkSize });
  } catch (cause) {
    throw new RepomillError('format', `gzip: ${messageOf(cause)}`, { cause });
  }
  if (content.length === size) return new Uint8Array(content.buffer, content.byteOffset, size);
  throw new RepomillError('format', `gzip: expected ${size} bytes, found ${content.length}`);
}

async function gunzipInPieces(zlib: typeof Zlib, stored: Uint8Array, size: number): Promise<Uint8Array> {
  const content = new Uint8Array(size);
  let used = 0;
  try {
    const engine = zlib.createGunzip({ chunkSize: PIECE_SIZE });
    engine.end(stored);
    for await (const piece of engine) {
      const bytes: Uint8Array = piece;
      if (used + bytes.length > size) throw new RepomillError('format', `expected ${size} bytes, found more`);
      content.set(bytes, used);
      used += bytes.length;
    }
  } catch (cause) {
    throw new RepomillError('format', `gzip: ${messageOf(cause)}`, { cause });
  }
  if (used === size) return content;
  throw new RepomillError('format', `gzip: expected ${size} bytes, found ${used}`);
}

/** The content of a gzip file of one or several members, at most `max` bytes. Throws `format` for anything that is wrong with it. */
export function gunzipStrictly(stored: Uint8Array, max: number): Uint8Array {
  return strictly('gzip', nodeZlib().gunzipSync, stored, { maxOutputLength: Math.max(1, max) });
}

/**
 * The content of a gzip file of one member, at most `max` bytes. Several members are a `format` error: some programs stop after
 * the first one and lose the rest.
 */
export function gunzipMember(stored: Uint8Array, max: number): Uint8Array {
  const content = gunzipStrictly(stored, max);
  // A member ends with the length of its own content (RFC 1952, section 2.3.1).
  const announced = new DataView(stored.buffer, stored.byteOffset).getUint32(stored.length - 4, true);
  if (announced === content.length % 2 ** 32) return content;
  throw new RepomillError('format', 'gzip: expected one member, found several');
}

/** The content of a zlib stream, at most `max` bytes. Throws `format` for anything that is wrong with it. */
export function inflateStrictly(stored: Uint8Array, max: number, dictionary: Uint8Array | undefined): Uint8Array {
  const options = { maxOutputLength: Math.max(1, max), ...defined({ dictionary }) };
  return strictly('zlib', nodeZlib().inflateSync, stored, options);
}

/** The content of a raw deflate stream. Throws `format` unless it is exactly `size` bytes. */
export function inflateRaw(stored: Uint8Array, size: number): Uint8Array {
  const content = strictly('deflate', nodeZlib().inflateRawSync, stored, { maxOutputLength: Math.max(1, size) });
  if (content.length === size) return content;
  throw new RepomillError('format', `deflate: expected ${size} bytes, found ${content.length}`);
}

function strictly(
  format: string,
  decompress: (stored: Uint8Array, options: Zlib.ZlibOptions) => unknown,
  stored: Uint8Array,
  options: Zlib.ZlibOptions,
): Uint8Array {
  let result: unknown;
  try {
    // With `info`, Node also returns the engine, which knows how much of the input it has used.
    result = decompress(stored, { ...options, info: true });
  } catch (cause) {
    throw new RepomillError('format', `${format}: ${messageOf(cause)}`, { cause });
  }
  if (!isInformed(result)) throw new TypeError(`${format}: no content`);
  const trailing = stored.length - result.engine.bytesWritten;
  if (trailing > 0) throw new RepomillError('format', `${format}: ${trailing} bytes after the end`);
  return new Uint8Array(result.buffer);
}

function isInformed(
  result: unknown,
): result is { readonly buffer: Uint8Array; readonly engine: { bytesWritten: number } } {
  return typeof result === 'object' && result !== null && 'buffer' in result && 'engine' in result;
}

/** Node's module, or undefined in a browser. Asked of the process and not imported, so that a bundler for browsers sees no import. */
function builtinZlib(): typeof Zlib | undefined {
  return globalThis.process?.getBuiltinModule?.('node:zlib');
}

function nodeZlib(): typeof Zlib {
  const zlib = builtinZlib();
  if (zlib === undefined) throw new TypeError('strict decompression needs Node');
  return zlib;
}
