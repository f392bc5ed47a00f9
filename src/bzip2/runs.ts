/**
 * The first step of encoding: shortens runs and cuts the result into blocks where the program bzip2 does. A run of 4 to 255
 * equal bytes becomes four of them and a byte with the number of the rest. A longer run becomes several of these.
 */
import { CRC_START, extendCrcByRun, finishCrc } from './crc.ts';

/** Size in bytes at which a block is closed: 900,000 less the 19 that libbzip2 keeps free. The last run may exceed it. */
export const BLOCK_SIZE: number = 900_000 - 19;

const LONGEST_RUN = 255;
/** Runs of at least this length are written as this many bytes and a count. */
const COUNTED_RUN = 4;
/** Bytes of a counted run. */
const COUNTED_SIZE = COUNTED_RUN + 1;

/** Bytes to allocate for the first block, which is usually small. */
const FIRST_SIZE = 1 << 12;

/** Receives a block with shortened runs, valid until it returns, and the CRC-32 of the original bytes. */
export type TakeBlock = (block: Uint8Array, crc: number) => void;

/** Shortens runs and cuts blocks. A run costs no more than its shortened form. */
export class RunShortener {
  readonly #take: TakeBlock;
  #block = new Uint8Array(FIRST_SIZE);
  #size = 0;
  #crc = CRC_START;
  /** The last run, which may still grow and is not in the block yet. */
  #runByte = -1;
  #runLength = 0;

  constructor(take: TakeBlock) {
    this.#take = take;
  }

  /** Appends bytes. */
  add(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; ) {
      const byte = bytes[i] ?? 0;
      let end = i + 1;
      while (end < bytes.length && bytes[end] === byte) end++;
      this.addRun(byte, end - i);
      i = end;
    }
  }

  /** Appends the same byte `count` times. */
  addRun(byte: number, count: number): void {
    if (count === 0) return;
    if (byte !== this.#runByte) {
      this.#writeRun();
      this.#runByte = byte;
    }
    this.#runLength += count;
  }

  /** Closes the last block, if there is one. */
  finish(): void {
    this.#writeRun();
    if (this.#size > 0) this.#closeBlock();
  }

  #writeRun(): void {
    while (this.#runLength > 0) {
      if (this.#size >= BLOCK_SIZE) this.#closeBlock();
      if (this.#runLength < LONGEST_RUN) this.#writeCountedRun(this.#runLength);
      else this.#writeLongestRuns();
    }
  }

  /** Writes `length` bytes of the run, at most `LONGEST_RUN`, as one counted run. */
  #writeCountedRun(length: number): void {
    this.#reserve(COUNTED_SIZE);
    const block = this.#block;
    const runByte = this.#runByte;
    for (let i = Math.min(length, COUNTED_RUN); i > 0; i--) block[this.#size++] = runByte;
    if (length >= COUNTED_RUN) block[this.#size++] = length - COUNTED_RUN;
    this.#account(length);
  }

  /** Writes as many counted runs of the greatest length as the run contains and the block can take. */
  #writeLongestRuns(): void {
    const room = Math.ceil((BLOCK_SIZE - this.#size) / COUNTED_SIZE);
    const runs = Math.min(room, Math.floor(this.#runLength / LONGEST_RUN));
    const start = this.#size;
    this.#writeCountedRun(LONGEST_RUN);
    const end = start + runs * COUNTED_SIZE;
    this.#reserve(end - this.#size);
    while (this.#size < end) {
      const copied = Math.min(this.#size - start, end - this.#size);
      this.#block.copyWithin(this.#size, start, start + copied);
      this.#size += copied;
    }
    this.#account((runs - 1) * LONGEST_RUN);
  }

  #reserve(more: number): void {
    const needed = this.#size + more;
    if (needed <= this.#block.length) return;
    const larger = new Uint8Array(Math.min(2 * needed, BLOCK_SIZE + COUNTED_SIZE));
    larger.set(this.#block);
    this.#block = larger;
  }

  #account(length: number): void {
    this.#crc = extendCrcByRun(this.#crc, this.#runByte, length);
    this.#runLength -= length;
  }

  #closeBlock(): void {
    this.#take(this.#block.subarray(0, this.#size), finishCrc(this.#crc));
    this.#size = 0;
    this.#crc = CRC_START;
  }
}
