/**
 * Measures how far two byte arrays agree. Two versions mostly agree even where they changed, so this loop dominates the time
 * of a delta. Runs in browsers.
 */

/** Most differences are near: only after this many equal bytes is it worth preparing words. */
const NEAR = 32;
const WORD = 4;
/** Number of words compared at once. */
const WORDS = 2048;

// Old bytes are copied here to align them to words like the new ones.
const oldWords = new Int32Array(WORDS);
const oldBytes = new Uint8Array(oldWords.buffer);

/** Number of equal bytes from `oldStart` and `nextStart`, at most `limit`. Both arrays must have at least `limit` bytes left. */
export function commonStart(
  old: Uint8Array,
  oldStart: number,
  next: Uint8Array,
  nextStart: number,
  limit: number,
): number {
  const toWord = -(next.byteOffset + nextStart) & (WORD - 1);
  let at = compareBytes(old, oldStart, next, nextStart, 0, Math.min(limit, NEAR + toWord));
  if (at < NEAR + toWord) return at;
  while (limit - at >= WORD) {
    const count = Math.min(WORDS, Math.floor((limit - at) / WORD));
    oldBytes.set(old.subarray(oldStart + at, oldStart + at + count * WORD));
    const nextWords = new Int32Array(next.buffer, next.byteOffset + nextStart + at, count);
    let equal = 0;
    while (equal < count && nextWords[equal] === oldWords[equal]) equal++;
    at += equal * WORD;
    if (equal < count) break;
  }
  return compareBytes(old, oldStart, next, nextStart, at, limit);
}

function compareBytes(
  old: Uint8Array,
  oldStart: number,
  next: Uint8Array,
  nextStart: number,
  start: number,
  limit: number,
): number {
  let at = start;
  while (at < limit && old[oldStart + at] === next[nextStart + at]) at++;
  return at;
}
