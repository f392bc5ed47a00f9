/**
 * Bytes in and out: a growing writer and a bounds-checked reader. All of the format's binary parts go through here.
 */
import { RepomillError } from '../errors.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Collects bytes. `take` hands them out and starts anew. */
export class ByteWriter {
  private buffer: Uint8Array = new Uint8Array(1 << 16);
  private used = 0;

  get length(): number {
    return this.used;
  }

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.used++] = value;
  }

  /** UTF-8. Lone surrogates never reach the format: the record parser refuses them. */
  text(value: string): void {
    // Room for ASCII first: what is left over, if anything, has characters of up to three bytes.
    this.reserve(value.length);
    const { read, written } = encoder.encodeInto(value, this.buffer.subarray(this.used));
    this.used += written;
    if (read === value.length) return;
    this.reserve((value.length - read) * 3);
    this.used += encoder.encodeInto(value.slice(read), this.buffer.subarray(this.used)).written;
  }

  bytes(value: Uint8Array): void {
    this.reserve(value.length);
    this.buffer.set(value, this.used);
    this.used += value.length;
  }

  /** An integer from 0 to 2^53 - 1: seven bits a byte, lowest first, the high bit set on all bytes but the last. */
  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest > 0x7f) {
      this.buffer[this.used++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.buffer[this.used++] = rest;
  }

  take(): Uint8Array {
    const taken = this.buffer.slice(0, this.used);
    this.used = 0;
    return taken;
  }

  private reserve(more: number): void {
    const needed = this.used + more;
    if (needed <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    larger.set(this.buffer.subarray(0, this.used));
    this.buffer = larger;
  }
}

/** Reads varints from bytes; throws a format error instead of reading past the end. */
export class VarintReader {
  private readonly source: Uint8Array;
  private at = 0;

  constructor(source: Uint8Array) {
    this.source = source;
  }

  get done(): boolean {
    return this.at === this.source.length;
  }

  /** The next integer, at most 2^53 - 1, in its shortest form. */
  next(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.source[this.at++];
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

/** UTF-8 bytes of a text. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes; a format error where they are not UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new RepomillError('format', 'a text is not valid UTF-8', { cause });
  }
}

/** All parts in one array. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const hexDigits = encodeText('0123456789abcdef');

/** Digits that are made a text at a time: a call takes no more arguments than that. */
const HEX_CHUNK = 8192;

/** Lower-case hexadecimal digits of bytes. */
export function formatHex(bytes: Uint8Array): string {
  const digits: number[] = [];
  for (const byte of bytes) digits.push(hexDigits[byte >> 4] ?? 0, hexDigits[byte & 0xf] ?? 0);
  if (digits.length <= HEX_CHUNK) return String.fromCharCode(...digits);
  let hex = '';
  for (let at = 0; at < digits.length; at += HEX_CHUNK) hex += String.fromCharCode(...digits.slice(at, at + HEX_CHUNK));
  return hex;
}

/** The bytes of a text of lower-case hexadecimal digits; the caller has checked it (`isDigest`). */
export function parseHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (nibble(hex, 2 * i) << 4) | nibble(hex, 2 * i + 1);
  return bytes;
}

function nibble(hex: string, at: number): number {
  const unit = hex.charCodeAt(at);
  return unit <= 0x39 ? unit - 0x30 : unit - 0x57;
}
