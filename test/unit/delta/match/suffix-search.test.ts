import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SuffixSearch } from '../../../../src/delta/match/suffix-search.ts';

function countEqual(a: Uint8Array, b: Uint8Array): number {
  const end = Math.min(a.length, b.length);
  const place = a.subarray(0, end).findIndex((byte, i) => byte !== b[i]);
  return place < 0 ? end : place;
}

/** bsdiff's search by the book: bisects all suffixes, including the empty one, and compares as far as both reach. */
function findByBisection(
  old: Uint8Array,
  starts: readonly number[],
  next: Uint8Array,
): { readonly start: number; readonly length: number } {
  let [low, high] = [0, old.length];
  while (high - low >= 2) {
    const middle = low + Math.floor((high - low) / 2);
    const suffix = old.subarray(starts[middle]);
    const size = Math.min(suffix.length, next.length);
    if (Buffer.compare(suffix.subarray(0, size), next.subarray(0, size)) < 0) low = middle;
    else high = middle;
  }
  const [first, second] = [low, high].map((rank) => {
    const start = starts[rank] ?? 0;
    return { start, length: countEqual(old.subarray(start), next) };
  });
  if (first === undefined || second === undefined) throw new Error('no suffixes');
  return first.length > second.length ? first : second;
}

/** Looks up all positions of `next` in turn, as a scan does. */
function expectMatches(old: Uint8Array, next: Uint8Array): void {
  const search = new SuffixSearch(old, next);
  const starts = [...old.keys(), old.length].sort((a, b) => Buffer.compare(old.subarray(a), old.subarray(b)));
  for (let at = 0; at < next.length; at++) {
    expect(search.find(at), `at ${at}`).toEqual(findByBisection(old, starts, next.subarray(at)));
  }
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

describe('SuffixSearch', () => {
  it('finds the longest match, and nothing in an empty file', () => {
    expect(new SuffixSearch(text('one two three'), text('a two-three')).find(1)).toEqual({ start: 3, length: 4 });
    expect(new SuffixSearch(new Uint8Array(), text('a')).find(0)).toEqual({ start: 0, length: 0 });
  });

  it('chooses among equally long matches as bsdiff does, for any files of few values', () => {
    const bytes = fc.uint8Array({ maxLength: 40, max: 2 });
    fc.assert(fc.property(bytes, bytes, expectMatches));
  });

  it('does so in repetitive files as well, where agreements are remembered', () => {
    const repetition = fc
      .tuple(fc.uint8Array({ minLength: 1, maxLength: 4, max: 2 }), fc.integer({ min: 50, max: 200 }))
      .map(([unit, size]) => Uint8Array.from({ length: size }, (_, i) => unit[i % unit.length] ?? 0));
    const file = fc
      .array(fc.oneof(repetition, fc.uint8Array({ maxLength: 3, max: 2 })), { minLength: 1, maxLength: 4 })
      .map((parts) => Uint8Array.from(parts.flatMap((bytes) => [...bytes])));
    fc.assert(fc.property(file, file, expectMatches), { numRuns: 15 });
  });

  it('looks up every position in forty thousand zeros', () => {
    const search = new SuffixSearch(new Uint8Array(40_000), new Uint8Array(36_000));
    const found = Array.from({ length: 36_000 }, (_, at) => search.find(at));
    expect(found.filter(({ start, length }) => start !== 39_999 || length !== 1)).toEqual([]);
  });
});
