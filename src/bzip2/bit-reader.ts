/**
 * Bits of a byte array, the highest of each byte first, as bzip2 writes them. Reading past the end is a format error;
 * peeking past it is not, because a decoder looks further ahead than the code it finds.
 */
import { RepomillError } from '../errors.ts';

/** Reads up to 24 bits at a time. */
export class BitReader {
  private readonly source: Uint8Array;
  private readonly size: number;
  private next = 0;
  /** The bits that are loaded, left-aligned; `held` of the 32 count. */
  private window = 0;
  private held = 0;

  constructor(source: Uint8Array) {
    this.source = source;
    this.size = source.length;
  }

  /** Whether every byte has been consumed. */
  get done(): boolean {
    return this.next * 8 - this.held >= this.size * 8;
  }

  /** The next `count` bits (1 to 24) as an integer, left in place; zeros follow the end. */
  peek(count: number): number {
    while (this.held <= 24) {
      const byte = this.next < this.size ? (this.source[this.next] ?? 0) : 0;
      this.window |= byte << (24 - this.held);
      this.next++;
      this.held += 8;
    }
    return this.window >>> (32 - count);
  }

  /** Consumes bits that `peek` has shown. */
  skip(count: number): void {
    this.window <<= count;
    this.held -= count;
    // More bytes were loaded than there are, and more of them consumed than real ones.
    if (this.next > this.size && this.next * 8 - this.held > this.size * 8) {
      throw new RepomillError('format', `bzip2: cut off after ${this.size} bytes`);
    }
  }

  /** The next `count` bits (1 to 24) as an integer. */
  read(count: number): number {
    const value = this.peek(count);
    this.skip(count);
    return value;
  }

  /** The next 32 bits as an unsigned integer. */
  readUint32(): number {
    return this.read(16) * 0x10000 + this.read(16);
  }

  /** Skips to the next byte boundary. */
  align(): void {
    const partial = this.held % 8;
    if (partial > 0) this.skip(partial);
  }
}
