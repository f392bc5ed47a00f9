/**
 * The first half of decoding a bzip2 block: Huffman codes, zero runs and move-to-front, which give the bytes in the order of
 * the Burrows-Wheeler transform. `bzip2-text.ts` is the second half. Refuses what libbzip2 refuses, and randomised
 * blocks, which bzip2 has not written since version 0.9.5.
 */
import { RepomillError } from '../errors.ts';
import type { BitReader } from './bit-reader.ts';
import { createHuffmanTable, fillHuffmanTable, type HuffmanTable, MAX_CODE_LENGTH, readSymbol } from './huffman.ts';

const MAX_TABLES = 6;
const MAX_SYMBOLS = 258;
/** The selector count has 15 bits. Some programs write more selectors than a block can use; those are ignored. */
const MAX_SELECTORS = 1 << 15;
/** How many symbols each selector stands for. */
const GROUP = 50;
/** Symbols 0 and 1 are the digits of a run's length. */
const LAST_DIGIT = 1;
/** Up to this place a loop moves the recent bytes faster than a call does; most bytes are found there. */
const NEAR = 16;

/** Memory that every block of a file uses anew. */
export interface Bzip2Scratch {
  /** The block in transform order: a byte each; the high 24 bits belong to `bzip2-text.ts`. */
  entries: Int32Array;
  /** How often each byte occurs in the block. */
  readonly counts: Int32Array;
  /** The block's bytes, the most recent first. */
  readonly recent: Uint8Array;
  readonly tables: readonly HuffmanTable[];
  readonly selectors: Uint8Array;
}

/** A block's length in the transform, and where its text begins there. */
export interface Bzip2Block {
  readonly length: number;
  readonly origin: number;
}

/** Memory for any number of blocks; `entries` is the caller's to enlarge. */
export function createScratch(): Bzip2Scratch {
  return {
    entries: new Int32Array(0),
    counts: new Int32Array(256),
    recent: new Uint8Array(256),
    tables: Array.from({ length: MAX_TABLES }, () => createHuffmanTable(MAX_SYMBOLS)),
    selectors: new Uint8Array(MAX_SELECTORS),
  };
}

/** Reads a block behind its checksum into `scratch.entries` and `scratch.counts`; at most `capacity` bytes. */
export function readBlock(reader: BitReader, scratch: Bzip2Scratch, capacity: number): Bzip2Block {
  if (reader.read(1) !== 0) throw new RepomillError('format', 'bzip2: a randomised block, which is obsolete');
  const origin = reader.read(24);
  const used = readAlphabet(reader, scratch.recent);
  const tableCount = reader.read(3);
  if (tableCount < 2 || tableCount > MAX_TABLES) {
    throw new RepomillError('format', `bzip2: expected 2 to ${MAX_TABLES} Huffman codes, found ${tableCount}`);
  }
  const selectorCount = readSelectors(reader, scratch.selectors, tableCount);
  for (const table of scratch.tables.slice(0, tableCount)) fillHuffmanTable(table, readLengths(reader, used + 2));
  const length = readTransform(reader, scratch, selectorCount, used + 1, capacity);
  if (origin >= length) {
    throw new RepomillError('format', `bzip2: origin ${origin} lies outside a block of ${length} bytes`);
  }
  return { length, origin };
}

/** Lists the bytes that occur, in order, and returns how many there are. */
function readAlphabet(reader: BitReader, bytes: Uint8Array): number {
  const rows = reader.read(16);
  let used = 0;
  for (let row = 0; row < 16; row++) {
    if (((rows << row) & 0x8000) === 0) continue;
    const columns = reader.read(16);
    for (let column = 0; column < 16; column++) {
      if (((columns << column) & 0x8000) !== 0) bytes[used++] = row * 16 + column;
    }
  }
  if (used === 0) throw new RepomillError('format', 'bzip2: a block without bytes');
  return used;
}

/** Which table decodes which group: each selector as its distance, in ones, from the front of a list of recent ones. */
function readSelectors(reader: BitReader, selectors: Uint8Array, tableCount: number): number {
  const count = reader.read(15);
  if (count === 0) throw new RepomillError('format', 'bzip2: a block without selectors');
  const recent = Uint8Array.of(0, 1, 2, 3, 4, 5);
  for (let i = 0; i < count; i++) {
    let place = 0;
    while (reader.read(1) !== 0) {
      place++;
      if (place === tableCount) throw new RepomillError('format', 'bzip2: a selector without a Huffman code');
    }
    selectors[i] = moveToFront(recent, place);
  }
  return count;
}

/** A code's lengths: the first as it is, the others as steps up or down from the one before. */
function readLengths(reader: BitReader, symbols: number): Uint8Array {
  const lengths = new Uint8Array(symbols);
  let length = reader.read(5);
  for (let symbol = 0; symbol < symbols; symbol++) {
    for (;;) {
      if (length < 1 || length > MAX_CODE_LENGTH) {
        throw new RepomillError('format', `bzip2: expected a code of 1 to ${MAX_CODE_LENGTH} bits, found ${length}`);
      }
      if (reader.read(1) === 0) break;
      length += reader.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return lengths;
}

function readTransform(
  reader: BitReader,
  { entries, counts, recent, tables, selectors }: Bzip2Scratch,
  selectorCount: number,
  endSymbol: number,
  capacity: number,
): number {
  counts.fill(0);
  let length = 0;
  // A run's length is written in digits 1 and 2 (symbols 0 and 1) to base 2, lowest first.
  let run = 0;
  let weight = 1;
  for (let group = 0; group < selectorCount; group++) {
    const table = tables[selectors[group] ?? 0];
    if (table === undefined) break;
    for (let left = GROUP; left > 0; left--) {
      const symbol = readSymbol(table, reader);
      if (symbol <= LAST_DIGIT) {
        run += weight << symbol;
        weight <<= 1;
        if (length + run > capacity) throw overfull(capacity);
        continue;
      }
      if (run > 0) {
        const byte = recent[0] ?? 0;
        counts[byte] = (counts[byte] ?? 0) + run;
        entries.fill(byte, length, length + run);
        length += run;
        run = 0;
        weight = 1;
      }
      if (symbol === endSymbol) return length;
      if (length === capacity) throw overfull(capacity);
      const byte = moveToFront(recent, symbol - 1);
      counts[byte] = (counts[byte] ?? 0) + 1;
      entries[length++] = byte;
    }
  }
  throw new RepomillError('format', 'bzip2: a block goes on behind its last selector');
}

function moveToFront(list: Uint8Array, place: number): number {
  const value = list[place] ?? 0;
  if (place > NEAR) list.copyWithin(1, 0, place);
  else for (let i = place; i > 0; i--) list[i] = list[i - 1] ?? 0;
  list[0] = value;
  return value;
}

function overfull(capacity: number): RepomillError {
  return new RepomillError('format', `bzip2: a block holds more than its ${capacity} bytes`);
}
