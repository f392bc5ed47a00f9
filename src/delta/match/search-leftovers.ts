/**
 * Searches for the inserted bytes in the old bytes that are worth searching. Both are few compared with the two files: what was
 * inserted or rewritten, and what was removed or is next to it.
 */
import type { OldExcerpt } from '../align/part-plan.ts';
import type { BsdiffStep } from '../bsdiff40/steps.ts';
import { type CopyInstruction, differencesOf, type Instruction, lengthOf, type Match } from '../instructions.ts';
import type { Matcher } from './match-bytes.ts';

/**
 * The least worth of a match: one byte for each equal byte, less half a byte for each different one. A match costs one more
 * control, often two, of three to six bytes each, and what it replaces would have been compressed too. Measured on 20 days of
 * Debian: 24 gives 130,642 bytes, 12 gives 131,106 and 32 gives 131,406.
 */
const MIN_WORTH = 24;

/** The same instructions, but inserted bytes that the matcher finds in the excerpts are copied from there. */
export async function searchLeftovers(
  instructions: readonly Instruction[],
  excerpts: readonly OldExcerpt[],
  matcher: Matcher,
): Promise<readonly Instruction[]> {
  const leftovers = new JoinedBytes(instructions.filter((one) => one instanceof Uint8Array));
  const searched = new JoinedBytes(excerpts.map(({ bytes }) => bytes));
  if (leftovers.bytes.length < MIN_WORTH || searched.bytes.length < MIN_WORTH) return instructions;
  const found: Match[][] = leftovers.starts.map(() => []);
  for (const match of matchesOf(await matcher(searched.bytes, leftovers.bytes))) {
    for (const one of cut(match, searched, leftovers)) {
      if (isWorthIt(one, searched.bytes, leftovers.bytes)) found[leftovers.partAt(one.nextStart)]?.push(one);
    }
  }
  let part = 0;
  return instructions.flatMap((inserted) => {
    if (!(inserted instanceof Uint8Array)) return [inserted];
    const start = leftovers.starts[part] ?? 0;
    return divide(inserted, start, found[part++] ?? [], ({ oldStart, nextStart, length }) => {
      const excerpt = searched.partAt(oldStart);
      const shift = (excerpts[excerpt]?.oldStart ?? 0) - (searched.starts[excerpt] ?? 0);
      const differences = differencesOf(searched.bytes, leftovers.bytes, { oldStart, nextStart, length });
      return { oldStart: oldStart + shift, differences };
    });
  });
}

/** Arrays joined into one, and where each begins. */
class JoinedBytes {
  readonly bytes: Uint8Array;
  readonly starts: readonly number[];

  constructor(parts: readonly Uint8Array[]) {
    const starts: number[] = [];
    let length = 0;
    for (const part of parts) {
      starts.push(length);
      length += part.length;
    }
    const [only] = parts;
    this.starts = starts;
    this.bytes = parts.length === 1 && only !== undefined ? only : new Uint8Array(length);
    if (this.bytes === only) return;
    for (const [i, part] of parts.entries()) this.bytes.set(part, starts[i]);
  }

  /** The index of the part that contains a position. */
  partAt(position: number): number {
    let low = 0;
    let high = this.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.starts[middle] ?? 0) <= position) low = middle;
      else high = middle;
    }
    return low;
  }

  /** How many bytes of the same part follow from a position. */
  leftAt(position: number): number {
    return (this.starts[this.partAt(position) + 1] ?? this.bytes.length) - position;
  }
}

function matchesOf(steps: readonly BsdiffStep[]): readonly Match[] {
  let nextStart = 0;
  return steps.map(({ oldStart, differences, extra }) => {
    const match = { oldStart, nextStart, length: lengthOf(differences) };
    nextStart += match.length + lengthOf(extra);
    return match;
  });
}

/** Cuts a match wherever a part begins, old or new. */
function cut(match: Match, searched: JoinedBytes, leftovers: JoinedBytes): readonly Match[] {
  const cuts: Match[] = [];
  let done = 0;
  while (done < match.length) {
    const oldStart = match.oldStart + done;
    const nextStart = match.nextStart + done;
    const length = Math.min(match.length - done, searched.leftAt(oldStart), leftovers.leftAt(nextStart));
    cuts.push({ oldStart, nextStart, length });
    done += length;
  }
  return cuts;
}

function isWorthIt({ oldStart, nextStart, length }: Match, old: Uint8Array, next: Uint8Array): boolean {
  let equal = 0;
  for (let i = 0; i < length; i++) if (old[oldStart + i] === next[nextStart + i]) equal++;
  return equal - (length - equal) / 2 >= MIN_WORTH;
}

/** Replaces matches in inserted bytes with copies. `start` is the position of the bytes among all inserted ones. */
function divide(
  inserted: Uint8Array,
  start: number,
  matches: readonly Match[],
  copyOf: (match: Match) => CopyInstruction,
): readonly Instruction[] {
  const divided: Instruction[] = [];
  let at = 0;
  for (const match of matches) {
    const matchStart = match.nextStart - start;
    if (matchStart > at) divided.push(inserted.subarray(at, matchStart));
    divided.push(copyOf(match));
    at = matchStart + match.length;
  }
  if (at < inserted.length) divided.push(inserted.subarray(at));
  return divided;
}
