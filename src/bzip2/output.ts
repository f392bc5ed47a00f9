/**
 * Where decoded bytes go: bytes in stretches, long runs as their lengths, so that neither costs more than its receiver makes
 * of it. Refuses more bytes than are expected before they are handed on.
 */
import { RepomillError } from '../errors.ts';
import { CRC_START, extendCrc, extendCrcByRun, finishCrc } from './crc.ts';

/** Receives decoded bytes in their order. */
export interface ByteSink {
  /** The bytes from `start` up to `end`; they are valid until this returns. */
  take(bytes: Uint8Array, start: number, end: number): void;
  /** The same byte `count` times. */
  takeRun(byte: number, count: number): void;
}

/** Runs of fewer bytes are handed on as bytes. */
const LONG_RUN = 32;
const BUFFER_SIZE = 1 << 14;

/** Decoded bytes on their way to a sink: limited, counted, and with a checksum for each block. */
export class Bzip2Output {
  /** Bytes so far. */
  length = 0;
  private readonly sink: ByteSink;
  private readonly limit: number;
  private readonly buffer = new Uint8Array(BUFFER_SIZE);
  private buffered = 0;
  private crc = CRC_START;

  /** @param limit - how many bytes may be decoded */
  constructor(sink: ByteSink, limit: number) {
    this.sink = sink;
    this.limit = limit;
  }

  /** Appends the same byte `count` times. Throws a format error past the limit. */
  write(byte: number, count: number): void {
    this.length += count;
    if (this.length > this.limit) {
      throw new RepomillError('format', `bzip2: more than the expected ${this.limit} bytes`);
    }
    if (count < LONG_RUN) {
      if (this.buffered + count > BUFFER_SIZE) this.flush();
      for (let left = count; left > 0; left--) this.buffer[this.buffered++] = byte;
      return;
    }
    this.flush();
    this.crc = extendCrcByRun(this.crc, byte, count);
    this.sink.takeRun(byte, count);
  }

  /** Hands on all of a block, and returns its CRC-32. */
  finishBlock(): number {
    this.flush();
    const crc = finishCrc(this.crc);
    this.crc = CRC_START;
    return crc;
  }

  private flush(): void {
    if (this.buffered === 0) return;
    this.crc = extendCrc(this.crc, this.buffer, 0, this.buffered);
    this.sink.take(this.buffer, 0, this.buffered);
    this.buffered = 0;
  }
}

/** Keeps what it receives in an array that grows, or in one of the caller's that is large enough. */
export class ArraySink implements ByteSink {
  /** What was received, and room behind it; another array after a growth. */
  bytes: Uint8Array;
  length = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  take(bytes: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    this.bytes.set(bytes.subarray(start, end), this.length);
    this.length += end - start;
  }

  takeRun(byte: number, count: number): void {
    this.reserve(count);
    this.bytes.fill(byte, this.length, this.length + count);
    this.length += count;
  }

  private reserve(count: number): void {
    const end = this.length + count;
    if (end <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(end, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}
