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
  formatEntryName,
  type IndexEntry,
  LAST_MODIFIED_KEY,
  parseEntryName,
  parseSummaryIndex,
} from '../../../../../src/layouts/flatpak/format/summary-index.ts';
import { refusalOf, refusalsOfCuts } from '../../../glib/gvariant/refusal.ts';
import { digestOf } from './sample-refs.ts';

const TIME: readonly [string, Packed] = [LAST_MODIFIED_KEY, packUint64(258n, 'big')];

describe('an encoded index', () => {
  it('parses to the same index', () => {
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

  it('has no time if the key is missing or its value is of a different type', () => {
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
    expect(refusalsOfCuts(good, parseSummaryIndex, 1)).toEqual([
      'GVariant of type (a{s(ayaaya{sv})}a{sv}): expected a part within N bytes, found N to N',
      'GVariant of type a{s(ayaaya{sv})}: expected a part within N bytes, found N to N',
      'GVariant of type a{s(ayaaya{sv})}: expected offsets to the end of the array, found N',
      'GVariant of type a{sv}: expected a part within N bytes, found N to N',
      'GVariant of type a{sv}: expected offsets to the end of the array, found N',
      'GVariant of type {s(ayaaya{sv})}: expected N offsets, found N bytes',
      'GVariant of type {s(ayaaya{sv})}: expected a part within N bytes, found N to N',
      'GVariant of type {sv}: expected N offsets, found N bytes',
      'GVariant of type {sv}: expected a part within N bytes, found N to N',
      'GVariant type: expected one complete type, found "b "',
    ]);
  });

  it('a byte after an index', () => {
    expect(refusalOf(() => parseSummaryIndex(Uint8Array.of(...good, 0)))).toBe(
      'GVariant of type a{sv}: expected offsets to the end of the array, found 62763',
    );
  });

  it.each([
    [
      'an HTML page',
      Buffer.from('<!DOCTYPE html>\n'.repeat(20)),
      '(a{s(ayaaya{sv})}a{sv}): expected a part within 318 bytes, found 0 to 2622',
    ],
    [
      'a compressed summary',
      Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0),
      'a{sv}: expected a part within 0 bytes, found 0 to 31',
    ],
    ['zeros', new Uint8Array(1000), '{sv}: expected 1 offsets, found 0 bytes'],
    [
      'ones',
      new Uint8Array(1000).fill(0xff),
      '(a{s(ayaaya{sv})}a{sv}): expected a part within 998 bytes, found 0 to 65535',
    ],
    ['a dictionary', packDictionary([TIME]).bytes, '{s(ayaaya{sv})}: expected 1 offsets, found 0 bytes'],
  ])('%s', (_, bytes, message) => {
    expect(refusalOf(() => parseSummaryIndex(bytes))).toBe(`GVariant of type ${message}`);
  });

  it.each([0, 31, 33, 1_000_000])('a digest or an older one of %i bytes', (length) => {
    const [right, wrong] = [parseHex(digestOf(1)), new Uint8Array(length)];
    expect(parseSummaryIndex(withDigests(right, right)).summaries).toHaveLength(1);
    for (const bytes of [withDigests(wrong, right), withDigests(right, wrong)]) {
      expect(refusalOf(() => parseSummaryIndex(bytes))).toBe(`digest: expected 32 bytes, found ${length}`);
    }
  });

  it('with a format error, and no other, if it refuses an index with one byte changed', () => {
    const outcomes = new Set<string>();
    for (let at = 0; at < good.length; at++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const bytes = good.slice();
        bytes[at] = value;
        outcomes.add(refusalOf(() => parseSummaryIndex(bytes)) === undefined ? 'parsed' : 'refused');
      }
    }
    expect([...outcomes].sort()).toEqual(['parsed', 'refused']);
  });
});

describe('names of summaries', () => {
  it.each([
    ['x86_64', 'x86_64', undefined],
    ['free-x86_64', 'x86_64', 'free'],
    ['-arm', 'arm', ''],
  ])('%s is what it is made of', (name, arch, subset) => {
    expect(formatEntryName(arch, subset)).toBe(name);
    expect(parseEntryName(name)).toEqual(subset === undefined ? { arch } : { arch, subset });
  });

  it('are split at the first hyphen, so one in a subset’s name is lost', () => {
    expect(parseEntryName(formatEntryName('arm', 'not-free'))).toEqual({ arch: 'free-arm', subset: 'not' });
  });
});
