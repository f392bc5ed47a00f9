import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../../src/bytes/bytes.ts';
import { encodeBucket, openBucket } from '../../../../../src/layouts/native/format/bucket.ts';
import {
  chooseStrings,
  formatStringTable,
  parseStringTable,
} from '../../../../../src/layouts/native/format/string-table.ts';
import { loadFingerprint } from '../../../../../src/platform/hash/fingerprint.ts';

const fingerprint = await loadFingerprint();

describe('the string table', () => {
  it.each([
    ['a text of six characters eight times', 'abcdef', 8, true],
    ['a text of six characters seven times', 'abcdef', 7, false],
    ['a text of five characters a hundred times', 'abcde', 100, false],
    ['a text of three astral characters, six units', '🔧🔧🔧', 8, true],
    ['a quoted text', '\x02"abcdef"', 8, false],
    ['a path by rule', '\x03000000', 8, false],
    ['what looks like a reference', '\x01AAAAAA', 8, false],
    ['the first control character that is plain', '\x04bcdef', 8, true],
  ])('has %s: %j %i times, %s', (_title, text, times, chosen) => {
    expect(chooseStrings([Array.from({ length: times }, () => text)], fingerprint).has(text)).toBe(chosen);
  });

  it('counts the uses of all columns together', () => {
    const half = Array.from({ length: 4 }, () => 'a repeated text');
    expect(chooseStrings([half, half], fingerprint).size).toBe(1);
    expect(chooseStrings([half, half.slice(1)], fingerprint).size).toBe(0);
  });

  it('gives a text the same id whatever else it holds', () => {
    const alone = chooseStrings([times8('repeated text')], fingerprint).get('repeated text');
    const among = chooseStrings([times8('another text'), times8('repeated text'), times8('zzzzzz')], fingerprint);
    expect(among.get('repeated text')).toBe(alone);
  });

  it.each([
    [0n, 'AAA'],
    [0x3ffffn, '___'],
    [0x40000n, 'AAA'],
    [1n, 'AAB'],
    [1n << 6n, 'ABA'],
    [26n << 12n, 'aAA'],
    [0xffff_ffff_fffc_0000n, 'AAA'],
  ])('makes of the hash %i the id %s', (hash, id) => {
    expect(chooseStrings([times8('any text')], () => hash).get('any text')).toBe(id);
  });
});

describe('two texts with one id', () => {
  const [first, second] = collidingTexts();

  it('have the same low 18 bits and are not the same', () => {
    expect(lowBits(first)).toBe(lowBits(second));
    expect(first).not.toBe(second);
  });

  it('leave the id to the first in order, however they come', () => {
    const cells = [times8(second), times8(first)];
    expect([...chooseStrings(cells, fingerprint).keys()]).toEqual([first]);
    expect([...chooseStrings(cells.reverse(), fingerprint).keys()]).toEqual([first]);
  });

  it('come out of a bucket as they went in', () => {
    const records = Array.from({ length: 20 }, (_, i) => ({
      name: `n${i < 10 ? `0${i}` : i}`,
      version: '1',
      arch: 'x',
      summary: i % 2 === 0 ? first : second,
    }));
    const bucket = openBucket(encodeBucket(records, { fingerprint, pathRules: [] }));
    expect(bucket.column('summary')).toEqual(records.map(({ summary }) => summary));
  });
});

describe('the text of a string table', () => {
  it('is read as it was written', () => {
    const anyId = fc.string({ unit: fc.constantFrom(...'AZaz09-_'), minLength: 3, maxLength: 3 });
    const anyText = fc.string({ unit: 'binary', maxLength: 8 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(anyId, anyText), { selector: ([id]) => id }), (entries) => {
        const unique = new Map(entries.map(([id, text]) => [text, id]));
        expect(parseStringTable(formatStringTable(unique))).toEqual(
          new Map([...unique].map(([text, id]) => [id, text])),
        );
      }),
    );
  });

  it('is in the order of the ids, whatever order they are added in', () => {
    const table = new Map([
      ['the first text', 'zzz'],
      ['the second text', 'AAA'],
    ]);
    expect(formatStringTable(table)).toBe('AAAthe second text\0zzzthe first text\0');
  });

  it('may be empty', () => {
    expect(parseStringTable('')).toEqual(new Map());
  });

  it.each([
    ['AAAtext', 'the last entry has no NUL at its end'],
    ['AAAtext\0BBB', 'the last entry has no NUL at its end'],
    ['\0', 'an entry is shorter than its id'],
    ['AA\0', 'an entry is shorter than its id'],
    ['AAAtext\0BB\0', 'an entry is shorter than its id'],
    ['AAAtext\0AAAother\0', 'an id occurs twice'],
    ['AAAtext\0AAAtext\0', 'an id occurs twice'],
  ])('is refused: %j', (text, problem) => {
    expect(() => parseStringTable(text)).toThrow(
      expect.objectContaining({ code: 'format', message: `string table: ${problem}` }),
    );
  });
});

function times8(text: string): readonly string[] {
  return Array.from({ length: 8 }, () => text);
}

function lowBits(text: string): bigint {
  return fingerprint(encodeText(text)) & 0x3ffffn;
}

/** The first two of `repeated text 0`, `repeated text 1`, … that share an id; some six hundred have to be tried. */
function collidingTexts(): readonly [string, string] {
  const seen = new Map<bigint, string>();
  for (let i = 0; i < 10_000; i++) {
    const text = `repeated text ${i}`;
    const bits = lowBits(text);
    const earlier = seen.get(bits);
    if (earlier !== undefined) return earlier < text ? [earlier, text] : [text, earlier];
    seen.set(bits, text);
  }
  throw new Error('no two texts share an id');
}
