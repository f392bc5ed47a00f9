/**
 * Where libbzip2 1.0.8 puts a block that is a shorter string several times over: some of its rotations are equal, their
 * order says nothing, and yet the origin that is written depends on it. So its sort for repetitive blocks is carried out
 * here step by step (blocksort.c, "fallback": doubling, with a three-way quicksort), as far as anything still moves.
 */

/** Stretches of up to so many places are sorted by insertion. */
const SHORT = 10;
const INSERTION_GAP = 4;

/** Rotations in an order that becomes finer, and the first place of those that cannot be told apart yet. */
interface Order {
  readonly starts: Int32Array;
  /** By place: 1 where a stretch of so far equal rotations begins. */
  readonly heads: Uint8Array;
  /** By rotation: where the stretch of the rotation begins that starts so many bytes later. */
  readonly classes: Int32Array;
}

/**
 * The place of the block itself among its rotations. libbzip2 comes to the same place whenever it uses this sort: for blocks
 * of less than 10,000 bytes, and for larger ones where its other sort takes too long, as it does for short periods. For a
 * long string without a pattern, two or three times over, it may write the place of an equal rotation instead.
 */
export function placeRepeatedBlock(block: Uint8Array): number {
  const order = orderByFirstByte(block);
  for (let known = 1; known <= block.length; known *= 2) {
    classify(order, known);
    if (!splitStretches(order)) break;
  }
  return order.starts.indexOf(0);
}

function orderByFirstByte(block: Uint8Array): Order {
  const size = block.length;
  const ends = new Int32Array(256);
  for (const byte of block) ends[byte] = (ends[byte] ?? 0) + 1;
  for (let byte = 1; byte < 256; byte++) ends[byte] = (ends[byte] ?? 0) + (ends[byte - 1] ?? 0);
  const starts = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    const byte = block[i] ?? 0;
    const place = (ends[byte] ?? 0) - 1;
    ends[byte] = place;
    starts[place] = i;
  }
  // What were ends are beginnings now. Those of absent bytes may lie behind the last place.
  const heads = new Uint8Array(size);
  for (const place of ends) heads[place] = 1;
  return { starts, heads, classes: new Int32Array(size) };
}

function classify({ starts, heads, classes }: Order, known: number): void {
  const size = starts.length;
  let head = 0;
  for (let place = 0; place < size; place++) {
    if (heads[place] === 1) head = place;
    const rotation = (starts[place] ?? 0) - known;
    classes[rotation < 0 ? rotation + size : rotation] = head;
  }
}

/** Sorts each stretch by the classes of its rotations. Returns whether that told any two apart. */
function splitStretches(order: Order): boolean {
  const { starts, heads, classes } = order;
  let split = false;
  for (let first = 0, end = 0; first < starts.length; first = end) {
    end = first + 1;
    while (end < starts.length && heads[end] === 0) end++;
    sortStretch(order, first, end - 1);
    for (let place = first + 1; place < end; place++) {
      if (classes[starts[place] ?? 0] === classes[starts[place - 1] ?? 0]) continue;
      heads[place] = 1;
      split = true;
    }
  }
  return split;
}

function sortStretch({ starts, classes }: Order, first: number, last: number): void {
  const stack = [[first, last] as const];
  let random = 0;
  for (let stretch = stack.pop(); stretch !== undefined; stretch = stack.pop()) {
    const [low, high] = stretch;
    if (high - low < SHORT) {
      insertionSort(starts, classes, low, high);
      continue;
    }
    random = (random * 7621 + 1) % 32768;
    const pivotPlace = [low, (low + high) >> 1, high][random % 3] ?? low;
    const [lowEnd, highStart] = partition(starts, classes, low, high, classes[starts[pivotPlace] ?? 0] ?? 0);
    const parts = [[low, lowEnd] as const, [highStart, high] as const];
    // The smaller part is sorted first.
    stack.push(...(lowEnd - low > high - highStart ? parts : parts.reverse()));
  }
}

function insertionSort(starts: Int32Array, classes: Int32Array, low: number, high: number): void {
  for (const gap of high - low >= INSERTION_GAP ? [INSERTION_GAP, 1] : [1]) {
    for (let i = high - gap; i >= low; i--) {
      const start = starts[i] ?? 0;
      const value = classes[start] ?? 0;
      let place = i;
      for (; place + gap <= high && value > (classes[starts[place + gap] ?? 0] ?? 0); place += gap) {
        starts[place] = starts[place + gap] ?? 0;
      }
      starts[place] = start;
    }
  }
}

/**
 * Puts classes below the pivot first, those above it last, and equal ones between. On the way, equal ones gather at both
 * outer ends. Returns the last place of the smaller ones and the first of the larger ones.
 */
function partition(
  starts: Int32Array,
  classes: Int32Array,
  low: number,
  high: number,
  pivot: number,
): readonly [number, number] {
  let lowEqual = low;
  let lowNext = low;
  let highNext = high;
  let highEqual = high;
  for (;;) {
    for (; lowNext <= highNext; lowNext++) {
      const value = classes[starts[lowNext] ?? 0] ?? 0;
      if (value > pivot) break;
      if (value === pivot) swap(starts, lowNext, lowEqual++, 1);
    }
    for (; lowNext <= highNext; highNext--) {
      const value = classes[starts[highNext] ?? 0] ?? 0;
      if (value < pivot) break;
      if (value === pivot) swap(starts, highNext, highEqual--, 1);
    }
    if (lowNext > highNext) break;
    swap(starts, lowNext++, highNext--, 1);
  }
  if (highEqual < lowEqual) return [low - 1, high + 1];
  const smaller = lowNext - lowEqual;
  const larger = highEqual - highNext;
  const lowMoved = Math.min(lowEqual - low, smaller);
  const highMoved = Math.min(high - highEqual, larger);
  swap(starts, low, lowNext - lowMoved, lowMoved);
  swap(starts, lowNext, high - highMoved + 1, highMoved);
  return [low + smaller - 1, high - larger + 1];
}

/** Exchanges two stretches of `count` places. */
function swap(starts: Int32Array, a: number, b: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const start = starts[a + i] ?? 0;
    starts[a + i] = starts[b + i] ?? 0;
    starts[b + i] = start;
  }
}
