/**
 * The suffix array of a byte string, in linear time: SA-IS by Nong, Zhang and Chan ("Two Efficient Algorithms for Linear
 * Time Suffix Array Construction", 2011). Suffixes are sorted by inducing: once a few of them ("milestones") are in order,
 * two scans put all others in theirs; the milestones are ordered by the same procedure on a string of half the length.
 *
 * A suffix is *rising* if it is smaller than the one that begins a byte later, and *falling* otherwise; the last one falls.
 * A milestone rises behind one that falls. Within the array, a complement (`~place`) marks what a scan must leave alone.
 */

/** A string over the symbols 0, 1, 2, …: bytes at first, names of milestones below. One type of array, so that one machine code serves. */
type Text = Int32Array;

/**
 * Where the suffixes of `bytes` begin, in the order of the suffixes; one that ends sooner comes first. Takes eight bytes of
 * memory for each byte, of which the result is four, and hardly more for most texts.
 */
export function suffixArray(bytes: Uint8Array): Int32Array {
  const order = new Int32Array(bytes.length);
  sortSuffixes(new Int32Array(bytes), order, 256);
  return order;
}

/** Fills `order`, which is as long as the text, whatever it holds before. */
function sortSuffixes(text: Text, order: Int32Array, symbols: number): void {
  if (text.length === 0) return;
  const counts = countSymbols(text, symbols);
  const edges = new Int32Array(symbols);
  order.fill(0);
  const milestones = placeMilestones(text, order, setEnds(edges, counts));
  if (milestones > 1) {
    inducePieces(text, order, edges, counts);
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

/** Where the suffixes that begin with each symbol begin in the order. */
function setStarts(edges: Int32Array, counts: Int32Array): Int32Array {
  let sum = 0;
  for (let symbol = 0; symbol < edges.length; symbol++) {
    edges[symbol] = sum;
    sum += counts[symbol] ?? 0;
  }
  return edges;
}

/** Where they end. */
function setEnds(edges: Int32Array, counts: Int32Array): Int32Array {
  let sum = 0;
  for (let symbol = 0; symbol < edges.length; symbol++) {
    sum += counts[symbol] ?? 0;
    edges[symbol] = sum;
  }
  return edges;
}

/** Puts every milestone at the end of its symbol's stretch, in any order, and returns how many there are. */
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

/** The last milestone before another one, or before the end of the text; 0, which is never a milestone, where there is none. */
function milestoneBefore(text: Text, end: number): number {
  let i = end - 2;
  while (i >= 0 && (text[i] ?? 0) >= (text[i + 1] ?? 0)) i--;
  while (i >= 0 && (text[i] ?? 0) <= (text[i + 1] ?? 0)) i--;
  return i + 1;
}

/**
 * Sorts the milestones by their pieces: a piece goes from one milestone up to the next, both included. Leaves the
 * complements of the milestones in the order, and zeros between them.
 */
function inducePieces(text: Text, order: Int32Array, edges: Int32Array, counts: Int32Array): void {
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

/** Puts the suffix before `next`, which falls, first in what is left of its symbol's stretch. Marked if the one before it rises. */
function pushFalling(text: Text, order: Int32Array, starts: Int32Array, next: number): void {
  const start = next - 1;
  const symbol = text[start] ?? 0;
  const place = starts[symbol] ?? 0;
  starts[symbol] = place + 1;
  order[place] = start > 0 && (text[start - 1] ?? 0) < symbol ? ~start : start;
}

/** Puts the suffix before `next`, which rises, last in what is left of its symbol's stretch. Marked if it is a milestone. */
function pushRising(text: Text, order: Int32Array, ends: Int32Array, next: number): void {
  const start = next - 1;
  const symbol = text[start] ?? 0;
  const place = (ends[symbol] ?? 0) - 1;
  ends[symbol] = place;
  order[place] = start > 0 && (text[start - 1] ?? 0) > symbol ? ~start : start;
}

/** Sorts the milestones entirely; they are the first of the order afterwards. */
function sortMilestones(text: Text, order: Int32Array, milestones: number): void {
  const size = text.length;
  gatherMilestones(order);
  const names = namePieces(text, order, milestones);
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
 * Writes the names of the pieces, in the order of the text, to the end of `order`. Equal pieces have equal names, and
 * smaller ones smaller names.
 *
 * @returns how many names there are
 */
function namePieces(text: Text, order: Int32Array, milestones: number): number {
  // Milestones are two symbols apart or more: half a place is enough to find what belongs to each.
  const notes = order.subarray(milestones);
  notes.fill(0);
  notePieceLengths(text, notes);
  let names = 0;
  let previous = 0;
  let previousLength = 0;
  for (let i = 0; i < milestones; i++) {
    const start = order[i] ?? 0;
    const length = notes[start >> 1] ?? 0;
    if (length !== previousLength || !samePieces(text, previous, start, length)) {
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

/** The last piece ends one behind the text. */
function notePieceLengths(text: Text, notes: Int32Array): void {
  let end = text.length + 1;
  for (let start = milestoneBefore(text, text.length); start > 0; start = milestoneBefore(text, start)) {
    notes[start >> 1] = end - start;
    end = start + 1;
  }
}

function samePieces(text: Text, a: number, b: number, length: number): boolean {
  // What ends behind the text is like no other.
  if (Math.max(a, b) + length > text.length) return false;
  for (let i = 0; i < length; i++) {
    if (text[a + i] !== text[b + i]) return false;
  }
  return true;
}

/** Fills `list` with the milestones in the order of the text. */
function listMilestones(text: Text, list: Int32Array): void {
  let left = list.length;
  for (let start = milestoneBefore(text, text.length); start > 0; start = milestoneBefore(text, start)) {
    list[--left] = start;
  }
}

/** Moves the sorted milestones from the beginning of the order to the ends of their symbols' stretches. */
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

/** Puts all falling suffixes in order. What the second scan must look at is left as it is, all else is marked. */
function induceFalling(text: Text, order: Int32Array, starts: Int32Array): void {
  const size = text.length;
  pushFalling(text, order, starts, size);
  for (let i = 0; i < size; i++) {
    const next = order[i] ?? 0;
    order[i] = ~next;
    if (next > 0) pushFalling(text, order, starts, next);
  }
}

/** Puts all rising suffixes in order, and takes all marks away. */
function induceRising(text: Text, order: Int32Array, ends: Int32Array): void {
  for (let i = text.length - 1; i >= 0; i--) {
    const next = order[i] ?? 0;
    if (next < 0) order[i] = ~next;
    else if (next > 0) pushRising(text, order, ends, next);
  }
}
