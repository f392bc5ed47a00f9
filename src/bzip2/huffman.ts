/**
 * Canonical prefix codes of up to 20 bits, as bzip2 has them. Codes of up to 10 bits are one table look-up; longer ones,
 * which are rare by construction, are found by their length. A code that claims too many words is refused when the table
 * is filled, a word that the code does not have when it is met.
 */
import { RepomillError } from '../errors.ts';
import type { BitReader } from './bit-reader.ts';

/** The longest code word, in bits. */
export const MAX_CODE_LENGTH = 20;

const SHORT = 10;
const LENGTH_BITS = 5;
const LENGTH_MASK = (1 << LENGTH_BITS) - 1;

/** A code ready for decoding. Filled again for every block, so that a file of many blocks allocates no more than one. */
export interface HuffmanTable {
  /** By the next `SHORT` bits: the symbol and its code's length, or 0 where the code is longer. */
  readonly short: Uint16Array;
  /** By length: one more than the last code word of that length, as a number of `MAX_CODE_LENGTH` bits. */
  readonly ends: Int32Array;
  /** By length: the place in `symbols` of a code word, less the code word. */
  readonly offsets: Int32Array;
  /** In the order of their code words. */
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

/** Makes the table decode the canonical code with these lengths (1 to 20 bits, by symbol). */
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

/** The next symbol. */
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
