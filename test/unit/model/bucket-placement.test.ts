import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../src/bytes/bytes.ts';
import {
  belongsInBucket,
  divideByWeight,
  firstLevel,
  formatBucketId,
  MAX_SPLITS,
  NamePlacer,
  parseBucketId,
  splitBit,
  stemOf,
} from '../../../src/model/bucket-placement.ts';
import { loadFingerprint } from '../../../src/platform/hash/fingerprint.ts';

const fingerprint = await loadFingerprint();

/** Names of any characters, many of them short or after `lib`, where a prefix ends in the middle of a character. */
const anyName = fc
  .tuple(
    fc.constantFrom('', 'l', 'li', 'lib', 'liblib', 'Lib', 'líb', '🔧', 'a🔧'),
    fc.string({ unit: 'binary', maxLength: 8 }),
  )
  .map(([start, rest]) => start + rest);

describe('the stem of a name', () => {
  it.each([
    ['xy', 'xy'],
    ['libr', 'r'],
    ['lib', ''],
    ['liblib', 'lib'],
    ['libliblib', 'liblib'],
    ['', ''],
    ['li', 'li'],
    ['Libr', 'Libr'],
    ['LIBR', 'LIBR'],
    ['alib', 'alib'],
    [' libr', ' libr'],
    ['líbr', 'líbr'],
    ['lib🔧', '🔧'],
  ])('of %j is %j', (name, stem) => {
    expect(decodeText(stemOf(name))).toBe(stem);
  });
});

describe('the first level', () => {
  it.each([
    ['alien-arena-common', 46],
    ['mars-invaders', 26],
    ['lonely-strangers', 4],
  ])('puts %s into bucket %i', (name, number) => {
    expect(firstLevel(stemOf(name), fingerprint)).toBe(number);
  });

  it('hashes only three bytes', () => {
    const asked: string[] = [];
    firstLevel(stemOf('libreoffice'), (bytes) => {
      asked.push(decodeText(bytes));
      return 0n;
    });
    expect(asked).toEqual(['reo']);
  });

  it.each([
    [0xffff_ffff_ffff_ffffn, 63],
    [0xffff_ffff_ffff_ffc0n, 0],
    [0x40n, 0],
    [0x3fn, 63],
  ])('keeps the low six bits of the hash 0x%x', (hash, number) => {
    expect(firstLevel(stemOf('any'), () => hash)).toBe(number);
  });
});

describe('a split', () => {
  it('hashes one more byte each time', () => {
    const asked: string[] = [];
    for (const split of [0, 1, 2, 3, 4])
      splitBit(stemOf('abcdefg'), split, (bytes) => {
        asked.push(decodeText(bytes));
        return 0n;
      });
    expect(asked).toEqual(['abcd', 'abcde', 'abcdef', 'abcdefg', 'abcdefg']);
  });

  it.each([
    [0n, '0'],
    [1n, '1'],
    [2n, '0'],
    [0xffff_ffff_ffff_ffffn, '1'],
  ] as const)('follows the lowest bit of the hash %i', (hash, bit) => {
    expect(splitBit(stemOf('any'), 0, () => hash)).toBe(bit);
  });

  it('takes the next bit of the hash each time once the stem is used up', () => {
    const ones = (bits: string): string =>
      Array.from({ length: bits.length }, (_, i) => splitBit(stemOf('abcde'), i, () => BigInt(`0b${bits}`))).join('');
    expect(ones('10110')).toBe('00110');
    expect(splitBit(stemOf('ab'), 63, () => 1n << 63n)).toBe('1');
    expect(splitBit(stemOf('ab'), 200, () => 1n << 63n)).toBe('1');
  });
});

describe('a name placer', () => {
  it('agrees with the function whose results it caches, whatever was asked before', () => {
    fc.assert(
      fc.property(fc.array(anyName, { minLength: 1, maxLength: 20 }), (names) => {
        const placer = new NamePlacer(fingerprint);
        for (const name of [...names, ...names]) {
          expect(placer.number(name)).toBe(firstLevel(stemOf(name), fingerprint));
        }
      }),
    );
  });

  it('computes once for names that start alike', () => {
    let asked = 0;
    const placer = new NamePlacer((bytes) => {
      asked++;
      return fingerprint(bytes);
    });
    placer.number('python3-numpy');
    placer.number('python3-scipy');
    expect(asked).toBe(1);
  });
});

describe('dividing a bucket', () => {
  const numberOf = (name: string): number => firstLevel(stemOf(name), fingerprint);
  const itemsOf = (names: readonly string[], weight = 1) => names.map((name) => ({ name, weight }));
  const names = Array.from({ length: 60 }, (_, i) => `pyt${String.fromCharCode(97 + (i % 26))}-${i}`);

  it('leaves a bucket whole if it weighs as much as the limit', () => {
    const items = itemsOf(names);
    expect(divideByWeight(items, 60, fingerprint)).toEqual([{ splits: '', items }]);
  });

  it('splits a bucket if it weighs one more than the limit', () => {
    expect(divideByWeight(itemsOf(names), 59, fingerprint).length).toBeGreaterThan(1);
  });

  it('gives nothing for nothing', () => {
    expect(divideByWeight([], 0, fingerprint)).toEqual([]);
  });

  it('leaves one item alone, however heavy', () => {
    const items = itemsOf(['heavy'], 1000);
    expect(divideByWeight(items, 1, fingerprint)).toEqual([{ splits: '', items }]);
  });

  it('separates numbered names when their bytes are used up', () => {
    const numbered = Array.from({ length: 2000 }, (_, i) => `package-${String(i).padStart(6, '0')}`);
    const parts = divideByWeight(itemsOf(numbered), 10, fingerprint);
    expect(Math.max(...parts.map(({ items }) => items.length))).toBeLessThanOrEqual(10);
  });

  it(`gives up after ${MAX_SPLITS} splits on items of one name`, () => {
    const parts = divideByWeight(itemsOf(['same', 'same']), 1, fingerprint);
    expect(parts).toHaveLength(1);
    expect(parts[0]?.splits).toHaveLength(MAX_SPLITS);
    expect(parts[0]?.items).toHaveLength(2);
  });

  it('keeps every item once, within the limit, in the part where a client looks for it', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyName, { maxLength: 30 }), fc.integer({ min: 1, max: 10 }), (all, limit) => {
        const alike = all.filter((name) => numberOf(name) === numberOf(all[0] ?? ''));
        const number = numberOf(all[0] ?? '');
        const parts = divideByWeight(itemsOf(alike), limit, fingerprint);
        expect(parts.flatMap(({ items }) => items.map(({ name }) => name)).sort()).toEqual([...alike].sort());
        for (const { splits, items } of parts) {
          if (splits.length < MAX_SPLITS) expect(items.length).toBeLessThanOrEqual(limit);
          for (const { name } of items) {
            expect(belongsInBucket(stemOf(name), { number, group: 'own', splits }, fingerprint)).toBe(true);
          }
        }
        const splits = parts.map((part) => part.splits);
        expect(splits).toEqual([...splits].sort());
      }),
    );
  });
});

describe('a bucket id', () => {
  it.each([
    ['0/own', { number: 0, group: 'own', splits: '' }],
    ['63/shared', { number: 63, group: 'shared', splits: '' }],
    ['46/shared/01', { number: 46, group: 'shared', splits: '01' }],
    [`9/own/${'1'.repeat(MAX_SPLITS)}`, { number: 9, group: 'own', splits: '1'.repeat(MAX_SPLITS) }],
  ] as const)('%s is read and written', (id, place) => {
    expect(parseBucketId(id)).toEqual(place);
    expect(formatBucketId(place)).toBe(id);
  });

  it.each([
    '',
    '0',
    '64/own',
    '99/shared',
    '100/own',
    '-1/own',
    '+1/own',
    '01/own',
    '00/own',
    '1.0/own',
    '1e1/own',
    '٣/own',
    '0/Own',
    '0/other',
    '0/own/',
    '0/own/2',
    '0/own/01/1',
    '0/own/ 01',
    ' 0/own',
    '0/own\n',
    '0\\own',
    '0/shared01',
    `0/own/${'0'.repeat(MAX_SPLITS + 1)}`,
  ])('%j is refused', (id) => {
    const message = `bucket id: expected "0/own" to "63/shared/…", found ${JSON.stringify(id)}`;
    expect(() => parseBucketId(id)).toThrow(expect.objectContaining({ code: 'format', message }));
  });
});
