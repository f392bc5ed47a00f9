import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDelta } from '../../../../src/delta/apply-delta.ts';
import { formatBsdiff40 } from '../../../../src/delta/bsdiff40/format-bsdiff40.ts';
import { lengthOf } from '../../../../src/delta/instructions.ts';
import { matchSeeds } from '../../../../src/delta/match/match-seeds.ts';

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** What is copied, as position and text, and what is inserted, as `+text`. */
function show(old: string, next: string): readonly string[] {
  return matchSeeds(bytesOf(old), bytesOf(next)).flatMap(({ oldStart, differences, extra }) => [
    ...(differences.length > 0 ? [`${oldStart} ${old.slice(oldStart, oldStart + lengthOf(differences))}`] : []),
    ...extra.map((bytes) => `+${String.fromCharCode(...bytes)}`),
  ]);
}

const SENTENCE = 'the quick brown fox jumps';

describe('matchSeeds', () => {
  it('makes any bytes out of any others', () => {
    const bytes = fc.uint8Array({ maxLength: 400, max: 2 });
    fc.assert(
      fc.property(bytes, bytes, fc.nat(300), fc.nat(300), (old, other, start, end) => {
        const next = Uint8Array.from([...other, ...old.subarray(start, end), ...other.subarray(end)]);
        const delta = formatBsdiff40(matchSeeds(old, next), next.length);
        expect(Buffer.compare(applyDelta(old, delta, next.length), next)).toBe(0);
      }),
    );
  });

  it('finds moved bytes', () => {
    expect(show(`${SENTENCE}. 0123456789012345678901`, `0123456789012345678901 ${SENTENCE}`)).toEqual([
      '27 0123456789012345678901',
      '+ ',
      `0 ${SENTENCE}`,
    ]);
  });

  it('takes no match of fewer than 20 equal bytes', () => {
    expect(show(SENTENCE.slice(0, 19), SENTENCE.slice(0, 19))).toEqual([`+${SENTENCE.slice(0, 19)}`]);
    expect(show(SENTENCE.slice(0, 20), SENTENCE.slice(0, 20))).toEqual([`0 ${SENTENCE.slice(0, 20)}`]);
  });

  it('extends a match across differences in both directions', () => {
    const old = `abXdefgh${SENTENCE}ijkXmno`;
    expect(show(old, `abcdefgh${SENTENCE}ijklmno`)).toEqual([`0 ${old}`]);
  });

  it('does not extend a match where most bytes differ', () => {
    expect(show(`ABCDEFG${SENTENCE}HIJKLMN`, `1234567${SENTENCE}1234567`)).toEqual([
      '+1234567',
      `7 ${SENTENCE}`,
      '+1234567',
    ]);
  });

  it('takes the nearest of equally good matches', () => {
    const old = `${SENTENCE}. first: 0123456789012345678901. ${SENTENCE}!`;
    expect(show(old, `first: 0123456789012345678901${SENTENCE}`)).toEqual([
      '27 first: 0123456789012345678901',
      `58 ${SENTENCE}`,
    ]);
  });

  it('prefers a longer match that begins a few bytes later', () => {
    const [short, long] = ['ab56789abcdefghijklmn', `6789abcdefghijklmno${SENTENCE}`];
    expect(show(`${short}|${long}`, `5${long}`)).toEqual(['+5', `22 ${long}`]);
  });

  it('gives one step if either side is empty', () => {
    expect(matchSeeds(bytesOf(''), bytesOf('new'))).toEqual([
      { oldStart: 0, differences: [], extra: [bytesOf('new')] },
    ]);
    expect(matchSeeds(bytesOf(SENTENCE), bytesOf(''))).toEqual([{ oldStart: 0, differences: [], extra: [] }]);
  });
});
