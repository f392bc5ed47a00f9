/**
 * The suffix array of a byte string in linear time: SA-IS by Nong, Zhang and Chan ("Two Efficient Algorithms for Linear Time
 * Suffix Array Construction", 2011). Suffixes are sorted by induction: once a few of them ("milestones", the paper's LMS
 * suffixes) are in order, two scans order all others. The milestones are sorted by the same procedure on a string of at most
 * half the length.
 *
 * A suffix is *rising* if it is smaller than the one that starts a byte later, and *falling* otherwise; the last one falls.
 * A milestone is a rising suffix that follows a falling one. In the array, a complement (`~start`) marks entries that a scan
 * must skip.
 */

/** A string of symbols 0, 1, 2, …: bytes at first, names of milestones when recursing. A single type, so code compiles once. */
type Text = Int32Array;

/**
 * The starts of the suffixes of `bytes`, in sorted order; a suffix sorts before any suffix it is a prefix of. Takes eight bytes
 * of memory per byte, including four for the result, and hardly more for most texts.
 */
export function suffixArray(bytes: Uint8Array): Int32Array {
  const order = new Int32Array(bytes.length);
  sortSuffixes(new Int32Array(bytes), order, 256);
  return order;
}

/** Fills `order`, which is as long as the text. Its previous content does not matter. */
function sortSuffixes(text: Text, order: Int32Array, symbols: number): void {
  if (text.length === 0) return;
  const counts = countSymbols(text, symbols);
  const edges = new Int32Array(symbols);
  order.fill(0);
  const milestones = placeMilestones(text, order, setEnds(edges, counts));
  if (milestones > 1) {
    induceSubstrings(text, order, edges, counts);
    sortMilestones(text, order, milestones);
    spreadMilestones(text, order, milestones, setEnds(edges, counts));
  }
  induceFalling(text, order, setStarts(edges, counts));
  induceRising(text, order, setEnds(edges, counts));
}

function countSymbols(text: Text, symbols: number): Int32Array {
  const counts = new Int32Array(symbols);
  for (let i = 0; i < text.length; i++) {
    const symbol = text[i] ?? 0;
    counts[symbol] = (counts[symbol] ?? 0) + 1;
  }
  return counts;
}

/** Sets the start of each symbol's range: the suffixes that begin with it. */
function setStarts(edges: Int32Array, counts: Int32Array): Int32Array {
  let sum = 0;
  for (let symbol = 0; symbol < edges.length; symbol++) {
    edges[symbol] = sum;
    sum += counts[symbol] ?? 0;
  }
  return edges;
}

/** Sets the end of each symbol's range. */
function setEnds(edges: Int32Array, counts: Int32Array): Int32Array {
  let sum = 0;
  for (let symbol = 0; symbol < edges.length; symbol++) {
    sum += counts[symbol] ?? 0;
    edges[symbol] = sum;
  }
  return edges;
}

/** Puts the milestones at the end of their symbol's range, in any order, and returns their number. */
function placeMilestones(text: Text, order: Int32Array, ends: Int32Array): number {
  let found = 0;
  for (let start = milestoneBefore(text, text.length); start > 0; start = milestoneBefore(text, start)) {
    found++;
    const symbol = text[start] ?? 0;
    const place = (ends[symbol] ?? 0) - 1;
    ends[symbol] = place;
    order[place] = start;
  }
  return found;
}

/** The last milestone before a position, or 0, which is never a milestone. */
function milestoneBefore(text: Text, end: number): number {
  let i = end - 2;
  while (i >= 0 && (text[i] ?? 0) >= (text[i + 1] ?? 0)) i--;
  while (i >= 0 && (text[i] ?? 0) <= (text[i + 1] ?? 0)) i--;
  return i + 1;
}

/**
 * Sorts the milestones by their substrings, each from one milestone to the next, both included. Leaves the complements of the
 * milestones in the order, with zeros between them.
 */
function induceSubstrings(text: Text, order: Int32Array, edges: Int32Array, counts: Int32Array): void {
  const size = text.length;
  const starts = setStarts(edges, counts);
  pushFalling(text, order, starts, size);
  for (let i = 0; i < size; i++) {
    const next = order[i] ?? 0;
    if (next > 0) {
      order[i] = 0;
      pushFalling(text, order, starts, next);
    } else if (next < 0) order[i] = ~next;
  }
  const ends = setEnds(edges, counts);
  for (let i = size - 1; i >= 0; i--) {
    const next = order[i] ?? 0;
    if (next <= 0) continue;
    order[i] = 0;
    pushRising(text, order, ends, next);
  }
}

/** Puts the suffix before `next`, which falls, at the next free start of its symbol's range. Marks it if the one before it rises. */
function pushFalling(text: Text, order: Int32Array, starts: Int32Array, next: number): void {
  const start = next - 1;
  const symbol = text[start] ?? 0;
  const place = starts[symbol] ?? 0;
  starts[symbol] = place + 1;
  order[place] = start > 0 && (text[start - 1] ?? 0) < symbol ? ~start : start;
}

/** Puts the suffix before `next`, which rises, at the next free end of its symbol's range. Marks it if it is a milestone. */
function pushRising(text: Text, order: Int32Array, ends: Int32Array, next: number): void {
  const start = next - 1;
  const symbol = text[start] ?? 0;
  const place = (ends[symbol] ?? 0) - 1;
  ends[symbol] = place;
  order[place] = start > 0 && (text[start - 1] ?? 0) > symbol ? ~start : start;
}

/** Sorts the milestones completely into the beginning of the order. */
function sortMilestones(text: Text, order: Int32Array, milestones: number): void {
  const size = text.length;
  gatherMilestones(order);
  const names = nameSubstrings(text, order, milestones);
  const first = order.subarray(0, milestones);
  const last = order.subarray(size - milestones);
  if (names < milestones) sortSuffixes(last, first, names);
  else for (let i = 0; i < milestones; i++) first[last[i] ?? 0] = i;
  listMilestones(text, last);
  for (let i = 0; i < milestones; i++) first[i] = last[first[i] ?? 0] ?? 0;
}

function gatherMilestones(order: Int32Array): void {
  let gathered = 0;
  for (let i = 0; i < order.length; i++) {
    const marked = order[i] ?? 0;
    if (marked < 0) order[gathered++] = ~marked;
  }
}

/**
 * Writes the names of the substrings, in text order, to the end of `order`. Equal substrings have equal names, and smaller
 * ones have smaller names.
 *
 * @returns the number of names
 */
function nameSubstrings(text: Text, order: Int32Array, milestones: number): number {
  // Milestones are at least two symbols apart, so half their start is a unique index.
  const notes = order.subarray(milestones);
  notes.fill(0);
  noteSubstringLengths(text, notes);
  let names = 0;
  let previous = 0;
  let previousLength = 0;
  for (let i = 0; i < milestones; i++) {
    const start = order[i] ?? 0;
    const length = notes[start >> 1] ?? 0;
    if (length !== previousLength || !sameSubstrings(text, previous, start, length)) {
      names++;
      previous = start;
      previousLength = length;
    }
    notes[start >> 1] = names;
  }
  let place = notes.length;
  for (let i = notes.length - 1; i >= 0; i--) {
    const name = notes[i] ?? 0;
    if (name > 0) notes[--place] = name - 1;
  }
  return names;
}

/** The last substring ends one past the text. */
function noteSubstringLengths(text: Text, notes: Int32Array): void {
  let end = text.length + 1;
  for (let start = milestoneBefore(text, text.length); start > 0; start = milestoneBefore(text, start)) {
    notes[start >> 1] = end - start;
    end = start + 1;
  }
}

function sameSubstrings(text: Text, a: number, b: number, length: number): boolean {
  // A substring that ends past the text equals no other.
  if (Math.max(a, b) + length > text.length) return false;
  for (let i = 0; i < length; i++) {
    if (text[a + i] !== text[b + i]) return false;
  }
  return true;
}

/** Fills `list` with the milestones in text order. */
function listMilestones(text: Text, list: Int32Array): void {
  let left = list.length;
  for (let start = milestoneBefore(text, text.length); start > 0; start = milestoneBefore(text, start)) {
    list[--left] = start;
  }
}

/** Moves the sorted milestones from the beginning of the order to the ends of their symbols' ranges. */
function spreadMilestones(text: Text, order: Int32Array, milestones: number, ends: Int32Array): void {
  order.fill(0, milestones);
  for (let i = milestones - 1; i >= 0; i--) {
    const start = order[i] ?? 0;
    order[i] = 0;
    const symbol = text[start] ?? 0;
    const place = (ends[symbol] ?? 0) - 1;
    ends[symbol] = place;
    order[place] = start;
  }
}

/** Orders all falling suffixes. Leaves the entries for the second scan unmarked, and marks all others. */
function induceFalling(text: Text, order: Int32Array, starts: Int32Array): void {
  const size = text.length;
  pushFalling(text, order, starts, size);
  for (let i = 0; i < size; i++) {
    const next = order[i] ?? 0;
    order[i] = ~next;
    if (next > 0) pushFalling(text, order, starts, next);
  }
}

/** Orders all rising suffixes, and removes all marks. */
function induceRising(text: Text, order: Int32Array, ends: Int32Array): void {
  for (let i = text.length - 1; i >= 0; i--) {
    const next = order[i] ?? 0;
    if (next < 0) order[i] = ~next;
    else if (next > 0) pushRising(text, order, ends, next);
  }
}
