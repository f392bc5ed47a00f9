/**
 * Guesses the intended word, for messages such as `did you mean "amd64"?`.
 */

/**
 * The candidate with the fewest edits; undefined if it takes more than one edit for every three letters of the longer word. So a word
 * of four letters may have one wrong: `move` is not `none`.
 */
export function closestWord(word: string, candidates: readonly string[]): string | undefined {
  let closest: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const edits = countEdits(word.slice(0, 60).toLowerCase(), candidate.toLowerCase());
    const allowed = Math.floor(Math.min(Math.max(word.length, candidate.length), 30) / 3);
    if (edits <= allowed && edits < fewest) [closest, fewest] = [candidate, edits];
  }
  return closest;
}

// The Levenshtein distance, with two swapped neighbours counted as one edit, computed row by row.
function countEdits(from: string, to: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = at(last, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const swapped = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1] ? at(beforeLast, j - 2) + 1 : replaced;
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, replaced, swapped));
    }
    [beforeLast, last] = [last, row];
  }
  return at(last, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
