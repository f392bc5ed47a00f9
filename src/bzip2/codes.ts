/**
 * Chooses a block's Huffman codes exactly as libbzip2 1.0.8 does (compress.c, huffman.c): two to six codes start from an even
 * partition of the alphabet and are refined four times. Each time, each group of 50 symbols takes the code in which it is
 * shortest, and each code is rebuilt for the groups that took it. Among equally short codes the choice is arbitrary, but
 * published deltas depend on it: a different one would change their bytes.
 */
import type { BlockSymbols } from './transform.ts';

/** Symbols per group. All symbols of a group are written with the same code. */
export const GROUP_SIZE = 50;

const REFINEMENTS = 4;
/** The longest code word, in bits. The format allows 20, but libbzip2 before 1.0.3 could not use them. */
const MAX_LENGTH = 17;
/** Cost of a symbol in bits before there are any codes: inside a code's part of the alphabet, and outside. */
const CHEAP = 0;
const DEAR = 15;
/** From these numbers of symbols on, a block has three codes, four codes, and so on. */
const CODE_LIMITS = [200, 600, 1200, 2400] as const;
/** A group costs less than 2^10 bits, so three costs fit into one integer. */
const COST_BITS = 10;
const COST_MASK = (1 << COST_BITS) - 1;
const COSTS_PER_NUMBER = 3;

/** The codes of a block, and the code of each group. */
export interface BlockCodes {
  /** For each code, the length of each symbol's code word in bits. */
  readonly lengths: readonly Uint8Array[];
  /** The number of the code of each group. */
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

/** Divides the alphabet among the codes so that all parts occur about equally often. The last code gets the first part. */
function partitionAlphabet(frequencies: Int32Array, total: number, count: number): readonly Uint8Array[] {
  const lengths: Uint8Array[] = [];
  let left = total;
  let start = 0;
  for (let parts = count; parts > 0; parts--) {
    const share = Math.floor(left / parts);
    let end = start;
    let sum = 0;
    while (sum < share && end < frequencies.length) sum += frequencies[end++] ?? 0;
    // Every second inner part gives up the symbol that exceeds its share.
    if (end > start + 1 && parts !== count && parts !== 1 && (count - parts) % 2 === 1) sum -= frequencies[--end] ?? 0;
    lengths.unshift(new Uint8Array(frequencies.length).fill(DEAR).fill(CHEAP, start, end));
    start = end;
    left -= sum;
  }
  return lengths;
}

/** Selects the code in which each group is shortest, preferring the first. */
function selectCodes(symbols: Uint16Array, lengths: readonly Uint8Array[], selectors: Uint8Array): void {
  const low = packCosts(lengths.slice(0, COSTS_PER_NUMBER));
  const high = packCosts(lengths.slice(COSTS_PER_NUMBER));
  for (let i = 0; i < selectors.length; i++) {
    const end = Math.min(symbols.length, (i + 1) * GROUP_SIZE);
    let lowSum = 0;
    let highSum = 0;
    for (let at = i * GROUP_SIZE; at < end; at++) {
      const symbol = symbols[at] ?? 0;
      lowSum += low[symbol] ?? 0;
      highSum += high[symbol] ?? 0;
    }
    selectors[i] = findLeast(lowSum, highSum, lengths.length);
  }
}

/** By symbol: its cost in each of three codes, in one integer. */
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
  for (let i = 0, selector = 0; i < symbols.length; selector++) {
    const start = (selectors[selector] ?? 0) * alphabet;
    for (const end = Math.min(symbols.length, i + GROUP_SIZE); i < end; i++) {
      const place = start + (symbols[i] ?? 0);
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }
  return Array.from({ length: codes }, (_, code) => counts.subarray(code * alphabet, (code + 1) * alphabet));
}

/** The low bits of a weight are the node's depth, the others its frequency: among equal frequencies, the shallower is lighter. */
const DEPTH_BITS = 8;
const DEPTH_MASK = (1 << DEPTH_BITS) - 1;

/**
 * The length of each symbol's word in a Huffman code, in bits. A symbol that never occurs counts as occurring once.
 *
 * @param frequencies - by symbol: at least two, with a sum of less than 2^22
 * @param maxLength - in bits; if a word would be longer, frequencies are evened out until none is
 */
export function chooseLengths(frequencies: Int32Array, maxLength: number): Uint8Array {
  const symbols = frequencies.length;
  const weights = new Int32Array(2 * symbols);
  for (let symbol = 0; symbol < symbols; symbol++)
    weights[symbol] = Math.max(1, frequencies[symbol] ?? 0) << DEPTH_BITS;
  for (;;) {
    const lengths = measureDepths(joinNodes(weights, symbols), symbols);
    if (lengths.every((length) => length <= maxLength)) return lengths;
    for (let symbol = 0; symbol < symbols; symbol++) {
      const frequency = (weights[symbol] ?? 0) >> DEPTH_BITS;
      weights[symbol] = (1 + (frequency >> 1)) << DEPTH_BITS;
    }
  }
}

/** Builds the tree and returns the parent of each node. The first nodes are the symbols; the last one is the root. */
function joinNodes(weights: Int32Array, symbols: number): Int32Array {
  const parents = new Int32Array(2 * symbols);
  const heap = new Heap(weights, symbols);
  for (let symbol = 0; symbol < symbols; symbol++) heap.push(symbol);
  for (let node = symbols; node < 2 * symbols - 1; node++) {
    const first = heap.pop();
    const second = heap.pop();
    parents[first] = node;
    parents[second] = node;
    weights[node] = addWeights(weights[first] ?? 0, weights[second] ?? 0);
    heap.push(node);
  }
  return parents;
}

function addWeights(a: number, b: number): number {
  const depth = 1 + Math.max(a & DEPTH_MASK, b & DEPTH_MASK);
  return ((a & ~DEPTH_MASK) + (b & ~DEPTH_MASK)) | depth;
}

function measureDepths(parents: Int32Array, symbols: number): Uint8Array {
  const depths = new Uint8Array(2 * symbols);
  // Each parent comes after its children; the root is last.
  for (let node = 2 * symbols - 3; node >= 0; node--) depths[node] = 1 + (depths[parents[node] ?? 0] ?? 0);
  return depths.slice(0, symbols);
}

/** A binary heap of nodes, lightest first. Nodes of equal weight come out in the same order as from libbzip2's heap. */
class Heap {
  readonly #weights: Int32Array;
  /** From index 1: the children of index n are at 2n and 2n + 1. */
  readonly #nodes: Int32Array;
  #size = 0;

  constructor(weights: Int32Array, capacity: number) {
    this.#weights = weights;
    this.#nodes = new Int32Array(capacity + 1);
  }

  push(node: number): void {
    this.#size++;
    const weight = this.#weights[node] ?? 0;
    let place = this.#size;
    while (place > 1 && weight < this.#weightAt(place >> 1)) {
      this.#nodes[place] = this.#nodes[place >> 1] ?? 0;
      place >>= 1;
    }
    this.#nodes[place] = node;
  }

  pop(): number {
    const lightest = this.#nodes[1] ?? 0;
    const node = this.#nodes[this.#size] ?? 0;
    this.#size--;
    const weight = this.#weights[node] ?? 0;
    let place = 1;
    for (let child = 2; child <= this.#size; child = 2 * place) {
      if (child < this.#size && this.#weightAt(child + 1) < this.#weightAt(child)) child++;
      if (weight < this.#weightAt(child)) break;
      this.#nodes[place] = this.#nodes[child] ?? 0;
      place = child;
    }
    this.#nodes[place] = node;
    return lightest;
  }

  #weightAt(place: number): number {
    return this.#weights[this.#nodes[place] ?? 0] ?? 0;
  }
}
