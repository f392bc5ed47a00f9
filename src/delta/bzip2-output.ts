/**
 * Where decoded bytes go: an array that grows up to a limit, or one of the caller's that does not grow.
 */
import { RepomillError } from '../errors.ts';

/** Bytes that have been decoded, and room for more. */
export class Bzip2Output {
  /** The decoded bytes and room behind them; another array after `reserve`. */
  bytes: Uint8Array;
  length = 0;
  private readonly limit: number;

  /** @param limit - how many bytes may be decoded; the size of `bytes` where they are the caller's own */
  constructor(bytes: Uint8Array, limit: number) {
    this.bytes = bytes;
    this.limit = limit;
  }

  /** Makes room for `end` bytes in all, the first `used` of which are kept. Throws a format error past the limit. */
  reserve(used: number, end: number): Uint8Array {
    if (end > this.limit) throw new RepomillError('format', `bzip2: more than the expected ${this.limit} bytes`);
    if (end > this.bytes.length) {
      const larger = new Uint8Array(Math.min(this.limit, Math.max(end, this.bytes.length * 2)));
      larger.set(this.bytes.subarray(0, used));
      this.bytes = larger;
    }
    return this.bytes;
  }
}
