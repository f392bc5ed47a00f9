/**
 * The choice of a block's Huffman codes, as libbzip2 1.0.8 makes it (compress.c): from an even partition of the alphabet, two
 * to six codes are refined four times; each group of 50 symbols takes the code that is the shortest for it, and each
 * code is then made for the groups that took it.
 */

import { chooseLengths } from './huffman-lengths.ts';
import type { BlockSymbols } from './symbols.ts';

/** How many symbols are written with the same code before another one may be chosen. */
export const GROUP_SIZE = 50;

const REFINEMENTS = 4;
/** Bits. The format allows 20, but libbzip2 before 1.0.3 could not make use of them. */
const MAX_LENGTH = 17;
/** What a symbol costs, in bits, before there are any codes: within a code's part of the alphabet, and without. */
const CHEAP = 0;
const DEAR = 15;
/** Fewer symbols than these are written with two codes, three codes, and so on. */
const CODE_LIMITS = [200, 600, 1200, 2400] as const;
/** A group costs less than 2^10 bits, so that three costs fit into one integer. */
const COST_BITS = 10;
const COST_MASK = (1 << COST_BITS) - 1;
const COSTS_PER_NUMBER = 3;

/** Codes, and which group is written with which. */
export interface BlockCodes {
  /** The lengths of each code's words by symbol, in bits. */
  readonly lengths: readonly Uint8Array[];
  /** The number of a code for each group. */
  readonly selectors: Uint8Array;
}

/** Chooses the codes for a block. */
export function chooseCodes({ symbols, frequencies }: BlockSymbols): BlockCodes {
  const count = 2 + CODE_LIMITS.filter((limit) => symbols.length >= limit).length;
  const selectors = new Uint8Array(Math.ceil(symbols.length / GROUP_SIZE));
  let lengths = partitionAlphabet(frequencies, symbols.length, count);
  for (let i = 0; i < REFINEMENTS; i++) {
    selectCodes(symbols, lengths, selectors);
    lengths = countByCode(symbols, selectors, count, frequencies.length).map((part) => chooseLengths(part, MAX_LENGTH));
  }
  return { lengths, selectors };
}

/** Gives each code a part of the alphabet, such that all parts occur about equally often. The last code has the first part. */
function partitionAlphabet(frequencies: Int32Array, total: number, count: number): readonly Uint8Array[] {
  const lengths: Uint8Array[] = [];
  let left = total;
  let start = 0;
  for (let parts = count; parts > 0; parts--) {
    const share = Math.floor(left / parts);
    let end = start;
    let sum = 0;
    while (sum < share && end < frequencies.length) sum += frequencies[end++] ?? 0;
    // Every second part in the middle does without the symbol that exceeds its share.
    if (end > start + 1 && parts !== count && parts !== 1 && (count - parts) % 2 === 1) sum -= frequencies[--end] ?? 0;
    lengths.unshift(new Uint8Array(frequencies.length).fill(DEAR).fill(CHEAP, start, end));
    start = end;
    left -= sum;
  }
  return lengths;
}

/** Finds the code with which each group is the shortest; the first of several. */
function selectCodes(symbols: Uint16Array, lengths: readonly Uint8Array[], selectors: Uint8Array): void {
  const low = packCosts(lengths.slice(0, COSTS_PER_NUMBER));
  const high = packCosts(lengths.slice(COSTS_PER_NUMBER));
  for (let group = 0; group < selectors.length; group++) {
    const end = Math.min(symbols.length, (group + 1) * GROUP_SIZE);
    let lowSum = 0;
    let highSum = 0;
    for (let i = group * GROUP_SIZE; i < end; i++) {
      const symbol = symbols[i] ?? 0;
      lowSum += low[symbol] ?? 0;
      highSum += high[symbol] ?? 0;
    }
    selectors[group] = findLeast(lowSum, highSum, lengths.length);
  }
}

/** By symbol: what it costs with each of three codes, in one integer. */
function packCosts(lengths: readonly Uint8Array[]): Int32Array {
  const packed = new Int32Array(lengths[0]?.length ?? 0);
  lengths.forEach((code, i) => {
    code.forEach((length, symbol) => {
      packed[symbol] = (packed[symbol] ?? 0) + (length << (i * COST_BITS));
    });
  });
  return packed;
}

function findLeast(low: number, high: number, count: number): number {
  let best = 0;
  let bestCost = COST_MASK + 1;
  for (let code = 0; code < count; code++) {
    const packed = code < COSTS_PER_NUMBER ? low : high;
    const cost = (packed >>> ((code % COSTS_PER_NUMBER) * COST_BITS)) & COST_MASK;
    if (cost >= bestCost) continue;
    best = code;
    bestCost = cost;
  }
  return best;
}

/** How often each symbol is written with each code. */
function countByCode(
  symbols: Uint16Array,
  selectors: Uint8Array,
  codes: number,
  alphabet: number,
): readonly Int32Array[] {
  const counts = new Int32Array(codes * alphabet);
  for (let i = 0, group = 0; i < symbols.length; group++) {
    const start = (selectors[group] ?? 0) * alphabet;
    for (const end = Math.min(symbols.length, i + GROUP_SIZE); i < end; i++) {
      const place = start + (symbols[i] ?? 0);
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }
  return Array.from({ length: codes }, (_, code) => counts.subarray(code * alphabet, (code + 1) * alphabet));
}
