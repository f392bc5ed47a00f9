/**
 * The byte kit of all formats: a growing writer, a varint reader, UTF-8, hexadecimal, concatenation, and file signatures. Runs
 * in browsers. Truncated or malformed input is a `format` error.
 */
import { RepomillError } from '../errors.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Collects bytes in one growing array. */
export class ByteWriter {
  #buffer: Uint8Array = new Uint8Array(1 << 16);
  #used = 0;

  /** Bytes written since the last `take`. */
  get length(): number {
    return this.#used;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#used++] = value;
  }

  /** Writes a text as UTF-8. It must not contain lone surrogates; the record parser refuses them. */
  text(value: string): void {
    // Make room for ASCII first; other characters take up to three bytes per code unit.
    this.#reserve(value.length);
    const { read, written } = encoder.encodeInto(value, this.#buffer.subarray(this.#used));
    this.#used += written;
    if (read === value.length) return;
    this.#reserve((value.length - read) * 3);
    this.#used += encoder.encodeInto(value.slice(read), this.#buffer.subarray(this.#used)).written;
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#used);
    this.#used += value.length;
  }

  /** Writes an integer from 0 to 2^53 - 1: seven bits per byte, lowest first, with the high bit set on all bytes but the last. */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest > 0x7f) {
      this.#buffer[this.#used++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#used++] = rest;
  }

  /** Returns a copy of the bytes written so far and starts over with the same memory. */
  take(): Uint8Array {
    const taken = this.#buffer.slice(0, this.#used);
    this.#used = 0;
    return taken;
  }

  #reserve(more: number): void {
    const needed = this.#used + more;
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
    larger.set(this.#buffer.subarray(0, this.#used));
    this.#buffer = larger;
  }
}

/** Reads the varints that `ByteWriter.varint` writes. */
export class VarintReader {
  readonly #source: Uint8Array;
  #at = 0;

  constructor(source: Uint8Array) {
    this.#source = source;
  }

  /** Whether every byte has been read. */
  get done(): boolean {
    return this.#at === this.#source.length;
  }

  /** The next integer. Throws a format error if it is cut off, not in its shortest form, or larger than 2^53 - 1. */
  next(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.#source[this.#at++];
      if (byte === undefined) throw new RepomillError('format', 'an integer is cut off');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (byte === 0 && i > 0) throw new RepomillError('format', 'an integer is not in its shortest form');
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      scale *= 0x80;
    }
    throw new RepomillError('format', 'an integer is larger than 2^53 - 1');
  }
}

/** The UTF-8 bytes of a text. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes. Throws a format error if they are not valid UTF-8. Keeps a byte order mark. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new RepomillError('format', 'a text is not valid UTF-8', { cause });
  }
}

/** All parts concatenated in a new array. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The size of the chunks that `inChunks` makes of smaller parts, in bytes. */
const CHUNK_SIZE = 1 << 16;

/**
 * Regroups bytes into chunks of up to 64 KiB, for receivers where a call costs more than copying. Larger parts are passed on
 * unchanged. A chunk is valid until the next one is requested.
 */
export function* inChunks(parts: Iterable<Uint8Array>): Generator<Uint8Array, void> {
  const chunk = new Uint8Array(CHUNK_SIZE);
  let used = 0;
  for (const part of parts) {
    if (used + part.length > CHUNK_SIZE && used > 0) {
      yield chunk.subarray(0, used);
      used = 0;
    }
    if (part.length >= CHUNK_SIZE) yield part;
    else {
      chunk.set(part, used);
      used += part.length;
    }
  }
  if (used > 0) yield chunk.subarray(0, used);
}

/** Whether the bytes start like a gzip file. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The size of the UTF-8 byte order mark at a position: 3, or 0 if there is none. */
export function byteOrderMarkSize(bytes: Uint8Array, at = 0): 0 | 3 {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf ? 3 : 0;
}

const hexDigits = encodeText('0123456789abcdef');

/** Digits per call of `String.fromCharCode`, whose number of arguments is limited. */
const HEX_CALL_SIZE = 8192;

/** Bytes as lower-case hexadecimal digits. */
export function formatHex(bytes: Uint8Array): string {
  const digits: number[] = [];
  for (const byte of bytes) digits.push(hexDigits[byte >> 4] ?? 0, hexDigits[byte & 0xf] ?? 0);
  if (digits.length <= HEX_CALL_SIZE) return String.fromCharCode(...digits);
  let hex = '';
  for (let at = 0; at < digits.length; at += HEX_CALL_SIZE) {
    hex += String.fromCharCode(...digits.slice(at, at + HEX_CALL_SIZE));
  }
  return hex;
}

/** The bytes of lower-case hexadecimal digits. Does not check them: callers do (`isDigest`). */
export function parseHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (nibble(hex, 2 * i) << 4) | nibble(hex, 2 * i + 1);
  return bytes;
}

function nibble(hex: string, at: number): number {
  const unit = hex.charCodeAt(at);
  return unit <= 0x39 ? unit - 0x30 : unit - 0x57;
}

/** The buffers that hold nothing but one of the parts, such as may be moved to a different thread. The buffer of a small file is shared. */
export function ownBuffersOf(parts: readonly Uint8Array[]): readonly ArrayBufferLike[] {
  return parts.flatMap((part) => (part.byteLength === part.buffer.byteLength ? [part.buffer] : []));
}
