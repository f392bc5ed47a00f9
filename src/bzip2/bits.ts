/**
 * Bits in byte arrays, the highest bit of each byte first, as bzip2 writes them. Reading past the end is a format error.
 * Peeking past the end is not, because the decoder may look beyond the code word it finds.
 */
import { concatBytes } from '../bytes/bytes.ts';
import { RepomillError } from '../errors.ts';

/** Reads up to 24 bits at a time. */
export class BitReader {
  #source: Uint8Array;
  #size: number;
  #next = 0;
  /** The loaded bits, left-aligned: `held` of the 32. */
  #window = 0;
  #held = 0;
  /** Bytes before the source that `append` dropped. */
  #dropped = 0;

  constructor(source: Uint8Array) {
    this.#source = source;
    this.#size = source.length;
  }

  /** Bytes that have not been consumed, a partial one included. */
  get remaining(): number {
    return this.#size - Math.floor(this.#position / 8);
  }

  /** Adds bytes after the last, and drops those that have been consumed. */
  append(bytes: Uint8Array): void {
    const position = this.#position;
    const consumed = Math.floor(position / 8);
    this.#source = concatBytes([this.#source.subarray(consumed), bytes]);
    this.#size = this.#source.length;
    this.#dropped += consumed;
    // Zeros from past the end may have been loaded: load again.
    this.#next = this.#window = this.#held = 0;
    if (position % 8 > 0) this.read(position % 8);
  }

  /** In bits, from the start of the source. */
  get #position(): number {
    return this.#next * 8 - this.#held;
  }

  /** Whether every byte has been consumed. */
  get done(): boolean {
    return this.#position >= this.#size * 8;
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
    if (this.#next > this.#size && this.#position > this.#size * 8) {
      throw new RepomillError('format', `bzip2: cut off after ${this.#dropped + this.#size} bytes`);
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
