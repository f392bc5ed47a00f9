/**
 * The first half of decoding a bzip2 block: from Huffman codes, run lengths and move-to-front to the bytes in the order of the
 * Burrows-Wheeler transform. `decoder.ts` does the second half. Refuses whatever libbzip2 refuses, and randomised blocks, which
 * bzip2 has not written since version 0.9.5.
 */
import { RepomillError } from '../errors.ts';
import type { BitReader } from './bits.ts';

const MAX_TABLES = 6;
const MAX_SYMBOLS = 258;
/** The selector count has 15 bits. Some programs write more selectors than a block can use; those are ignored. */
const MAX_SELECTORS = 1 << 15;
/** Symbols per selector. */
const GROUP = 50;
/** Symbols 0 and 1 are the digits of a run's length. */
const LAST_DIGIT = 1;
/** Initial number of entries. A stream says how large its blocks may be, not how large they are. */
const FIRST_ENTRIES = 1 << 12;
/** Up to this position, where most bytes are found, a loop moves bytes faster than `copyWithin`. */
const NEAR = 16;

/** Memory reused for all blocks of a file. */
export interface Bzip2Scratch {
  /** The block in transform order: a byte in each entry, with 24 high bits for `decoder.ts`. Grows with the blocks. */
  entries: Int32Array;
  /** How often each byte occurs in the block. */
  readonly counts: Int32Array;
  /** The block's bytes, the most recent first. */
  readonly recent: Uint8Array;
  /** As many tables as any block so far has had codes. */
  readonly tables: HuffmanTable[];
  readonly selectors: Uint8Array;
}

/** A block's length in transform order, and the position where its text begins there. */
export interface Bzip2Block {
  readonly length: number;
  readonly origin: number;
}

/** Allocates memory for any number of blocks. */
export function createScratch(): Bzip2Scratch {
  return {
    entries: new Int32Array(FIRST_ENTRIES),
    counts: new Int32Array(256),
    recent: new Uint8Array(256),
    tables: [],
    selectors: new Uint8Array(MAX_SELECTORS),
  };
}

/** Reads a block, after its checksum, into `scratch.entries` and `scratch.counts`: at most `capacity` bytes. */
export function readBlock(reader: BitReader, scratch: Bzip2Scratch, capacity: number): Bzip2Block {
  if (reader.read(1) !== 0) throw new RepomillError('format', 'bzip2: a randomised block, which is obsolete');
  const origin = reader.read(24);
  const used = readAlphabet(reader, scratch.recent);
  const tableCount = reader.read(3);
  if (tableCount < 2 || tableCount > MAX_TABLES) {
    throw new RepomillError('format', `bzip2: expected 2 to ${MAX_TABLES} Huffman codes, found ${tableCount}`);
  }
  const selectorCount = readSelectors(reader, scratch.selectors, tableCount);
  for (let i = 0; i < tableCount; i++) {
    const table = scratch.tables[i] ?? createHuffmanTable(MAX_SYMBOLS);
    scratch.tables[i] = table;
    fillHuffmanTable(table, readLengths(reader, used + 2));
  }
  const length = readTransform(reader, scratch, selectorCount, used + 1, capacity);
  if (origin >= length) {
    throw new RepomillError('format', `bzip2: origin ${origin} is outside a block of ${length} bytes`);
  }
  return { length, origin };
}

/** Lists the occurring byte values in order, and returns their number. */
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

/** Reads which table decodes each group. A selector is its position in a list of recent ones, as that many one bits. */
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

/** Reads the lengths of a code's words: the first directly, the others as steps up or down from the previous one. */
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
  scratch: Bzip2Scratch,
  selectorCount: number,
  endSymbol: number,
  capacity: number,
): number {
  const { counts, recent, tables, selectors } = scratch;
  let { entries } = scratch;
  let room = Math.min(entries.length, capacity);
  counts.fill(0);
  let length = 0;
  // A run's length is written in base 2 with the digits 1 and 2 (symbols 0 and 1), lowest first.
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
        if (length + run > room) {
          entries = enlargeEntries(scratch, length + run, capacity);
          room = Math.min(entries.length, capacity);
        }
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
      if (length === room) {
        entries = enlargeEntries(scratch, length + 1, capacity);
        room = Math.min(entries.length, capacity);
      }
      const byte = moveToFront(recent, symbol - 1);
      counts[byte] = (counts[byte] ?? 0) + 1;
      entries[length++] = byte;
    }
  }
  throw new RepomillError('format', 'bzip2: a block continues after its last selector');
}

function moveToFront(list: Uint8Array, place: number): number {
  const value = list[place] ?? 0;
  if (place > NEAR) list.copyWithin(1, 0, place);
  else for (let i = place; i > 0; i--) list[i] = list[i - 1] ?? 0;
  list[0] = value;
  return value;
}

/** Makes room for `needed` entries. Throws a format error if a block may not have that many. */
function enlargeEntries(scratch: Bzip2Scratch, needed: number, capacity: number): Int32Array {
  if (needed > capacity) throw new RepomillError('format', `bzip2: a block holds more than its ${capacity} bytes`);
  const larger = new Int32Array(Math.min(capacity, 2 * needed));
  larger.set(scratch.entries);
  scratch.entries = larger;
  return larger;
}

/** The longest code word, in bits. */
const MAX_CODE_LENGTH = 20;
/** Code words of up to this many bits are decoded by one table look-up. Longer ones are rare and found by their length. */
const SHORT = 10;
const LENGTH_BITS = 5;
const LENGTH_MASK = (1 << LENGTH_BITS) - 1;

/** A canonical code ready for decoding. Refilled for each block, so many blocks allocate no more than one. */
export interface HuffmanTable {
  /** By the next `SHORT` bits: the symbol and the length of its word; 0 if the word is longer. */
  readonly short: Uint16Array;
  /** By length: one more than the last word of that length, as a number of `MAX_CODE_LENGTH` bits. */
  readonly ends: Int32Array;
  /** By length: the index in `symbols` of a word's symbol, less the word. */
  readonly offsets: Int32Array;
  /** In the order of their words. */
  readonly symbols: Uint16Array;
}

/** An unfilled table for an alphabet of up to `symbols` symbols. */
export function createHuffmanTable(symbols: number): HuffmanTable {
  return {
    short: new Uint16Array(1 << SHORT),
    ends: new Int32Array(MAX_CODE_LENGTH + 1),
    offsets: new Int32Array(MAX_CODE_LENGTH + 1),
    symbols: new Uint16Array(symbols),
  };
}

/** Makes the table decode the canonical code with these lengths (1 to 20 bits, by symbol). Throws if they claim too many words. */
export function fillHuffmanTable(table: HuffmanTable, lengths: Uint8Array): void {
  const { short, ends, offsets, symbols } = table;
  short.fill(0);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= MAX_CODE_LENGTH; length++) {
    const unit = 1 << (MAX_CODE_LENGTH - length);
    offsets[length] = place - code / unit;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      symbols[place++] = symbol;
      const start = code >>> (MAX_CODE_LENGTH - SHORT);
      code += unit;
      if (code > 1 << MAX_CODE_LENGTH) throw new RepomillError('format', 'bzip2: a Huffman code has too many words');
      if (length <= SHORT) {
        short.fill((symbol << LENGTH_BITS) | length, start, code >>> (MAX_CODE_LENGTH - SHORT));
      }
    }
    ends[length] = code;
  }
}

/** The next symbol. Throws a format error at a word that is not in the code. */
export function readSymbol(table: HuffmanTable, reader: BitReader): number {
  const bits = reader.peek(MAX_CODE_LENGTH);
  const entry = table.short[bits >>> (MAX_CODE_LENGTH - SHORT)] ?? 0;
  if (entry !== 0) {
    reader.skip(entry & LENGTH_MASK);
    return entry >>> LENGTH_BITS;
  }
  for (let length = SHORT + 1; length <= MAX_CODE_LENGTH; length++) {
    if (bits >= (table.ends[length] ?? 0)) continue;
    reader.skip(length);
    return table.symbols[(bits >>> (MAX_CODE_LENGTH - length)) + (table.offsets[length] ?? 0)] ?? 0;
  }
  throw new RepomillError('format', 'bzip2: a bit sequence that is no Huffman code');
}
