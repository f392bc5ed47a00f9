/**
 * How far two byte arrays agree. Most of what changed between two versions is still the same, so a delta takes as long as this
 * loop. Runs in browsers.
 */

/** Most differences are near: this many bytes are compared one by one before words are worth preparing. */
const NEAR = 32;
const WORD = 4;
/** Words that are compared at a time. */
const WORDS = 2048;

// Old bytes are copied here so that they begin at a word, as the new ones do.
const oldWords = new Int32Array(WORDS);
const oldBytes = new Uint8Array(oldWords.buffer);

/** How many bytes, at most `limit`, are equal from `oldStart` and from `nextStart`. Both arrays must have that many. */
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
