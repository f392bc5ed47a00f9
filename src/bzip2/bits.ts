/**
 * Bits in byte arrays, the highest bit of each byte first, as bzip2 writes them. Reading past the end is a format error.
 * Peeking past the end is not, because the decoder may look beyond the code word it finds.
 */
import { RepomillError } from '../errors.ts';

/** Reads up to 24 bits at a time. */
export class BitReader {
  readonly #source: Uint8Array;
  readonly #size: number;
  #next = 0;
  /** The loaded bits, left-aligned: `held` of the 32. */
  #window = 0;
  #held = 0;

  constructor(source: Uint8Array) {
    this.#source = source;
    this.#size = source.length;
  }

  /** Whether every byte has been consumed. */
  get done(): boolean {
    return this.#next * 8 - this.#held >= this.#size * 8;
  }

  /** The next `count` bits (1 to 24) as an integer, without consuming them. Past the end, bits are zero. */
  peek(count: number): number {
    while (this.#held <= 24) {
      const byte = this.#next < this.#size ? (this.#source[this.#next] ?? 0) : 0;
      this.#window |= byte << (24 - this.#held);
      this.#next++;
      this.#held += 8;
    }
    return this.#window >>> (32 - count);
  }

  /** Consumes bits that `peek` returned. Throws a format error past the end. */
  skip(count: number): void {
    this.#window <<= count;
    this.#held -= count;
    // More bytes were loaded than exist, and more bits consumed than the existing ones hold.
    if (this.#next > this.#size && this.#next * 8 - this.#held > this.#size * 8) {
      throw new RepomillError('format', `bzip2: cut off after ${this.#size} bytes`);
    }
  }

  /** Consumes the next `count` bits (1 to 24) and returns them as an integer. */
  read(count: number): number {
    const value = this.peek(count);
    this.skip(count);
    return value;
  }

  /** Consumes the next 32 bits and returns them as an unsigned integer. */
  readUint32(): number {
    return this.read(16) * 0x10000 + this.read(16);
  }

  /** Skips to the next byte boundary. */
  align(): void {
    const partial = this.#held % 8;
    if (partial > 0) this.skip(partial);
  }
}

const FIRST_SIZE = 256;

/** Writes up to 24 bits at a time. */
export class BitWriter {
  #bytes = new Uint8Array(FIRST_SIZE);
  #size = 0;
  /** The bits that do not yet fill a byte, right-aligned: `held` of them, at most 7. */
  #window = 0;
  #held = 0;

  /** Appends the lowest `count` bits (0 to 24) of `value`, whose other bits must be zero. */
  write(value: number, count: number): void {
    this.#window = (this.#window << count) | value;
    this.#held += count;
    while (this.#held >= 8) {
      this.#held -= 8;
      this.#append(this.#window >>> this.#held);
    }
    this.#window &= (1 << this.#held) - 1;
  }

  /** Appends 32 bits. */
  writeUint32(value: number): void {
    this.write(value >>> 16, 16);
    this.write(value & 0xffff, 16);
  }

  /** Everything written. The last byte is padded with zeros. */
  finish(): Uint8Array {
    if (this.#held > 0) this.write(0, 8 - this.#held);
    return this.#bytes.slice(0, this.#size);
  }

  #append(byte: number): void {
    if (this.#size === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#size++] = byte;
  }
}
