/**
 * How to make new bytes from old ones: matches between two arrays, the differences within a match, and the resulting
 * instructions. Almost all differences are zero, so runs of zeros are stored as numbers: the cost depends on what changed, not
 * on what was compared.
 */
import { commonStart } from '../bytes/common-start.ts';
import { RepomillError } from '../errors.ts';

/** Equally long runs of old and new bytes that correspond, equal or not. */
export interface Match {
  readonly oldStart: number;
  readonly nextStart: number;
  readonly length: number;
}

/** Bytes to add to old ones, modulo 256. A number stands for that many zeros. */
export type Differences = readonly (Uint8Array | number)[];

/** Makes new bytes by adding `differences` to the old ones at `oldStart`. */
export interface CopyInstruction {
  readonly oldStart: number;
  readonly differences: Differences;
}

/** Makes the next new bytes: copies old ones, or inserts the given ones. */
export type Instruction = CopyInstruction | Uint8Array;

/** Collects matches in the order of the new bytes. One that continues the last match extends it. */
export class MatchList {
  readonly #matches: { oldStart: number; nextStart: number; length: number }[] = [];

  /** Adds a match after all others. */
  add(oldStart: number, nextStart: number, length: number): void {
    if (length === 0) return;
    const last = this.#matches.at(-1);
    if (last !== undefined && last.oldStart + last.length === oldStart && last.nextStart + last.length === nextStart) {
      last.length += length;
    } else {
      this.#matches.push({ oldStart, nextStart, length });
    }
  }

  list(): readonly Match[] {
    return this.#matches;
  }
}

/** The instructions that make all of `next`: they copy matches, given in its order, and insert what is between them. */
export function instructionsOf(matches: readonly Match[], old: Uint8Array, next: Uint8Array): readonly Instruction[] {
  const instructions: Instruction[] = [];
  let at = 0;
  for (const match of matches) {
    if (match.nextStart > at) instructions.push(next.slice(at, match.nextStart));
    instructions.push({ oldStart: match.oldStart, differences: differencesOf(old, next, match) });
    at = match.nextStart + match.length;
  }
  if (at < next.length) instructions.push(next.slice(at));
  return instructions;
}

/** Shorter runs of zeros cost less among the bytes than as a separate run. */
const MIN_ZEROS = 16;

/** What to add to the old bytes of a match to get the new ones. */
export function differencesOf(old: Uint8Array, next: Uint8Array, match: Match): Differences {
  const { oldStart, nextStart, length } = match;
  const differences: (Uint8Array | number)[] = [];
  let at = 0;
  while (at < length) {
    const zeros = commonStart(old, oldStart + at, next, nextStart + at, length - at);
    if (zeros > 0) differences.push(zeros);
    at += zeros;
    if (at === length) break;
    const end = endOfBytes(old, next, match, at);
    const bytes = next.slice(nextStart + at, nextStart + end);
    for (let i = 0; i < bytes.length; i++) bytes[i] = (bytes[i] ?? 0) - (old[oldStart + at + i] ?? 0);
    differences.push(bytes);
    at = end;
  }
  return differences;
}

/** The end of the bytes that begin with a difference: at a run of zeros, or at the end of the match. */
function endOfBytes(old: Uint8Array, next: Uint8Array, { oldStart, nextStart, length }: Match, start: number): number {
  let end = start;
  for (let at = start; at < length && at - end < MIN_ZEROS; at++) {
    if (old[oldStart + at] !== next[nextStart + at]) end = at + 1;
  }
  return end;
}

/** The same differences, with long runs of zeros as numbers. The arrays are copies. */
export function splitZeros(bytes: Uint8Array): Differences {
  const differences: (Uint8Array | number)[] = [];
  let written = 0;
  for (let i = 0; i < bytes.length; ) {
    const start = i;
    while (i < bytes.length && bytes[i] === 0) i++;
    if (i - start >= MIN_ZEROS) {
      if (start > written) differences.push(bytes.slice(written, start));
      differences.push(i - start);
      written = i;
    }
    while (i < bytes.length && bytes[i] !== 0) i++;
  }
  if (bytes.length > written) differences.push(bytes.slice(written));
  return differences;
}

/** The number of bytes that differences cover. */
export function lengthOf(differences: Differences): number {
  return differences.reduce<number>((sum, one) => sum + (typeof one === 'number' ? one : one.length), 0);
}

/**
 * Tries instructions on the bytes they were made for. If they make other bytes, or read outside the old ones, that is a bug and
 * must not become a delta.
 *
 * @throws RepomillError `integrity` unless they make exactly the new bytes
 */
export function checkInstructions(instructions: readonly Instruction[], old: Uint8Array, next: Uint8Array): void {
  let at = 0;
  for (const instruction of instructions) {
    const length = instruction instanceof Uint8Array ? instruction.length : lengthOf(instruction.differences);
    if (length > next.length - at) throw contradiction(`makes more than the ${next.length} new bytes`);
    if (!(instruction instanceof Uint8Array)) checkCopy(instruction, old, next.subarray(at, at + length));
    else if (commonStart(instruction, 0, next, at, length) < length) throw contradiction('inserts the wrong bytes');
    at += length;
  }
  if (at !== next.length) throw contradiction(`makes ${at} of the ${next.length} new bytes`);
}

function checkCopy({ oldStart, differences }: CopyInstruction, old: Uint8Array, next: Uint8Array): void {
  if (oldStart < 0 || oldStart + next.length > old.length) throw contradiction('reads outside the old bytes');
  let at = 0;
  for (const one of differences) {
    if (typeof one === 'number') {
      if (commonStart(old, oldStart + at, next, at, one) < one) throw contradiction('makes the wrong bytes');
      at += one;
      continue;
    }
    for (const difference of one) {
      const sum = (old[oldStart + at] ?? 0) + difference;
      if ((sum & 0xff) !== next[at]) throw contradiction('makes the wrong bytes');
      at++;
    }
  }
}

function contradiction(found: string): RepomillError {
  return new RepomillError('integrity', `delta: the plan of a part ${found}`);
}
