/**
 * The first step of bzip2: runs are shortened, and what that gives is cut into blocks, at the places where the program
 * bzip2 cuts. A run of 4 to 255 bytes becomes four of them and how many more there are; a longer one several of these.
 */
import { CRC_START, extendCrcByRun, finishCrc } from './crc.ts';

/** Bytes of a block before it is closed: 900,000 less the 19 that libbzip2 keeps free. The last run may go beyond. */
export const BLOCK_SIZE: number = 900_000 - 19;

const LONGEST_RUN = 255;
/** From this length on, a run is written as so many bytes and a count. */
const COUNTED_RUN = 4;
/** Bytes of a counted run. */
const COUNTED_SIZE = COUNTED_RUN + 1;

/** Receives a block of shortened text, which is valid until it returns, and the CRC-32 of the text. */
export type TakeBlock = (block: Uint8Array, crc: number) => void;

/** Cuts text into blocks. A run costs as much as what it is shortened to, however its bytes come. */
export class RunShortener {
  private readonly take: TakeBlock;
  private readonly block = new Uint8Array(BLOCK_SIZE + COUNTED_SIZE);
  private size = 0;
  private crc = CRC_START;
  /** The run that may go on: it is not in the block yet. */
  private runByte = -1;
  private runLength = 0;

  constructor(take: TakeBlock) {
    this.take = take;
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
    if (byte !== this.runByte) {
      this.writeRun();
      this.runByte = byte;
    }
    this.runLength += count;
  }

  /** Hands over the last block, if there is any. */
  finish(): void {
    this.writeRun();
    if (this.size > 0) this.closeBlock();
  }

  private writeRun(): void {
    while (this.runLength > 0) {
      if (this.size >= BLOCK_SIZE) this.closeBlock();
      if (this.runLength < LONGEST_RUN) this.writePiece(this.runLength);
      else this.writeLongestPieces();
    }
  }

  /** Writes so much of the run, at most `LONGEST_RUN`. */
  private writePiece(length: number): void {
    const { block, runByte } = this;
    for (let i = Math.min(length, COUNTED_RUN); i > 0; i--) block[this.size++] = runByte;
    if (length >= COUNTED_RUN) block[this.size++] = length - COUNTED_RUN;
    this.account(length);
  }

  /** Writes as much of the run in the longest pieces as the block takes. */
  private writeLongestPieces(): void {
    const room = Math.ceil((BLOCK_SIZE - this.size) / COUNTED_SIZE);
    const pieces = Math.min(room, Math.floor(this.runLength / LONGEST_RUN));
    const start = this.size;
    this.writePiece(LONGEST_RUN);
    const end = start + pieces * COUNTED_SIZE;
    while (this.size < end) {
      const copied = Math.min(this.size - start, end - this.size);
      this.block.copyWithin(this.size, start, start + copied);
      this.size += copied;
    }
    this.account((pieces - 1) * LONGEST_RUN);
  }

  private account(length: number): void {
    this.crc = extendCrcByRun(this.crc, this.runByte, length);
    this.runLength -= length;
  }

  private closeBlock(): void {
    this.take(this.block.subarray(0, this.size), finishCrc(this.crc));
    this.size = 0;
    this.crc = CRC_START;
  }
}
