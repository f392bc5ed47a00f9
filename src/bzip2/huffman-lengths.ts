/**
 * The lengths of a Huffman code, chosen exactly as libbzip2 1.0.8 chooses them (huffman.c): among trees that are equally
 * short it matters which nodes are joined first, and bytes are the same only if that is. The lighter nodes come from a
 * binary heap; among equally heavy ones, the shallower counts as lighter.
 */

/** The lowest bits of a weight are the node's depth, those above its frequency. */
const DEPTH_BITS = 8;
const DEPTH_MASK = (1 << DEPTH_BITS) - 1;

/**
 * The length of each symbol's code word, in bits. A symbol that never occurs counts as occurring once.
 *
 * @param frequencies - by symbol: at least two, which add up to less than 2^22
 * @param maxLength - bits; where a word would be longer, frequencies are evened out until none is
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

/** Builds the tree, and returns the parent of each node; the first nodes are the symbols, the last one is the root. */
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
  // A parent stands behind its children, and the root last.
  for (let node = 2 * symbols - 3; node >= 0; node--) depths[node] = 1 + (depths[parents[node] ?? 0] ?? 0);
  return depths.slice(0, symbols);
}

/** Nodes by weight, the lightest first. The order of equals is that of libbzip2's heap. */
class Heap {
  private readonly weights: Int32Array;
  /** From 1 on: the children of place n are at 2n and 2n + 1. */
  private readonly nodes: Int32Array;
  private size = 0;

  constructor(weights: Int32Array, capacity: number) {
    this.weights = weights;
    this.nodes = new Int32Array(capacity + 1);
  }

  push(node: number): void {
    this.size++;
    const weight = this.weights[node] ?? 0;
    let place = this.size;
    while (place > 1 && weight < this.weightAt(place >> 1)) {
      this.nodes[place] = this.nodes[place >> 1] ?? 0;
      place >>= 1;
    }
    this.nodes[place] = node;
  }

  pop(): number {
    const lightest = this.nodes[1] ?? 0;
    const node = this.nodes[this.size] ?? 0;
    this.size--;
    const weight = this.weights[node] ?? 0;
    let place = 1;
    for (let child = 2; child <= this.size; child = 2 * place) {
      if (child < this.size && this.weightAt(child + 1) < this.weightAt(child)) child++;
      if (weight < this.weightAt(child)) break;
      this.nodes[place] = this.nodes[child] ?? 0;
      place = child;
    }
    this.nodes[place] = node;
    return lightest;
  }

  private weightAt(place: number): number {
    return this.weights[this.nodes[place] ?? 0] ?? 0;
  }
}
