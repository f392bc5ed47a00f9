import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHex } from '../../../../../src/bytes/bytes.ts';
import {
  type Packed,
  packArray,
  packBytes,
  packDictionary,
  packString,
  packTuple,
  packUint32,
  packUint64,
} from '../../../../../src/glib/gvariant/pack.ts';
import {
  encodeSummaryIndex,
  type IndexEntry,
  LAST_MODIFIED_KEY,
  parseSummaryIndex,
  parseSummaryName,
  summaryName,
} from '../../../../../src/layouts/flatpak/format/summary-index.ts';
import { refusalOf } from '../../../glib/gvariant/refusal.ts';
import { digestOf } from './sample-refs.ts';

const TIME: readonly [string, Packed] = [LAST_MODIFIED_KEY, packUint64(258n, 'big')];

describe('an index that was encoded', () => {
  it('is parsed to the same', () => {
    const entries: fc.Arbitrary<readonly IndexEntry[]> = fc.array(
      fc.record({
        name: fc.string().map((text) => text.replaceAll('\0', '')),
        sha256: fc.nat(255).map(digestOf),
        history: fc.array(fc.nat(255).map(digestOf), { maxLength: 20 }),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(entries, (summaries) => {
        const index = parseSummaryIndex(encodeSummaryIndex(summaries, [TIME]));
        expect(index.summaries).toEqual(summaries);
        expect(index.lastModified).toBe(258n);
      }),
    );
  });

  it('keeps facts about the repository in their order', () => {
    const { metadata } = parseSummaryIndex(
      encodeSummaryIndex([], [['b', packString('1')], TIME, ['a', packUint32(2)]]),
    );
    expect([...metadata.children()].map((entry) => entry.child(0).string())).toEqual(['b', LAST_MODIFIED_KEY, 'a']);
    expect(metadata.lookup('a', 'u')?.uint32()).toBe(2);
  });

  it('has no time where there is none, or one of another type', () => {
    expect(parseSummaryIndex(encodeSummaryIndex([], [])).lastModified).toBeUndefined();
    const other = encodeSummaryIndex([], [[LAST_MODIFIED_KEY, packUint32(1)]]);
    expect(parseSummaryIndex(other).lastModified).toBeUndefined();
  });
});

describe('parseSummaryIndex refuses', () => {
  const entry = { name: 'x86_64', sha256: digestOf(1), history: [digestOf(2), digestOf(3)] };
  const good = encodeSummaryIndex([entry, { ...entry, name: 'free-x86_64' }], [TIME]);
  const withDigests = (sha256: Uint8Array, older: Uint8Array): Uint8Array => {
    const about = packTuple([packBytes(sha256), packArray('ay', [packBytes(older)]), packDictionary([])]);
    const named = packTuple([packString('a'), about], 'entry');
    return packTuple([packArray('{s(ayaaya{sv})}', [named]), packDictionary([TIME])]).bytes;
  };

  it('an index that was cut anywhere', () => {
    for (let length = 1; length < good.length; length++) {
      expect(
        refusalOf(() => parseSummaryIndex(good.subarray(0, length))),
        `${length} bytes`,
      ).toBeDefined();
    }
  });

  it('bytes behind an index', () => {
    expect(refusalOf(() => parseSummaryIndex(Uint8Array.of(...good, 0)))).toBeDefined();
  });

  it.each([
    ['an HTML page', Buffer.from('<!DOCTYPE html>\n'.repeat(20))],
    ['a summary of gzip', Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0)],
    ['zeros', new Uint8Array(1000)],
    ['ones', new Uint8Array(1000).fill(0xff)],
    ['a dictionary', packDictionary([TIME]).bytes],
  ])('%s', (_, bytes) => {
    expect(refusalOf(() => parseSummaryIndex(bytes))).toBeDefined();
  });

  it.each([0, 31, 33, 1_000_000])('a digest or an older one of %i bytes', (length) => {
    const [right, wrong] = [parseHex(digestOf(1)), new Uint8Array(length)];
    expect(parseSummaryIndex(withDigests(right, right)).summaries).toHaveLength(1);
    for (const bytes of [withDigests(wrong, right), withDigests(right, wrong)]) {
      expect(refusalOf(() => parseSummaryIndex(bytes))).toBe(`digest: expected 32 bytes, found ${length}`);
    }
  });

  it('any byte changed, or it is another index: it never crashes', () => {
    for (let at = 0; at < good.length; at++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const bytes = good.slice();
        bytes[at] = value;
        refusalOf(() => parseSummaryIndex(bytes));
      }
    }
  });
});

describe('names of summaries', () => {
  it.each([
    ['x86_64', 'x86_64', undefined],
    ['free-x86_64', 'x86_64', 'free'],
    ['-arm', 'arm', ''],
  ])('%s is what it is made of', (name, arch, subset) => {
    expect(summaryName(arch, subset)).toBe(name);
    expect(parseSummaryName(name)).toEqual(subset === undefined ? { arch } : { arch, subset });
  });

  it('are split at the first hyphen, so one in a subset’s name is lost', () => {
    expect(parseSummaryName(summaryName('arm', 'not-free'))).toEqual({ arch: 'free-arm', subset: 'not' });
  });
});
