import { describe, expect, it } from 'vitest';
import {
  type Packed,
  packArray,
  packBytes,
  packDictionary,
  packInt32,
  packString,
  packTuple,
  packUint32,
  packUint64,
  packVariant,
} from '../../../src/glib/gvariant/pack.ts';
import { parseCommit, total } from '../../../src/ostree/commit.ts';
import { appMetadata, commitBytes, noDigest } from '../../ostree-repository.ts';
import { refusalOf, refusalsOfCuts } from '../glib/gvariant/refusal.ts';

type Metadata = readonly (readonly [string, Packed])[];

const parse = (metadata: Metadata = []): ReturnType<typeof parseCommit> => parseCommit(commitBytes({ metadata }));
const big = (value: bigint): Packed => packUint64(value, 'big');
const extra = (download: bigint, installed: bigint): Packed =>
  packTuple([
    packBytes(new Uint8Array(0)),
    big(download),
    big(installed),
    packBytes(new Uint8Array(32)),
    packString(''),
  ]);
const extras = (...sources: readonly Packed[]): Metadata => [
  ['xa.extra-data-sources', packArray('(ayttays)', sources)],
];

describe('parseCommit', () => {
  it('reads what flatpak writes, with sizes and the time in big-endian order', () => {
    const metadata = appMetadata('app/org.a.B/x86_64/stable', {
      subsets: ['free', 'verified'],
      text: '[Application]\n',
      sizes: { installed: 258n, download: 3n },
    });
    const bytes = commitBytes({ metadata, timestamp: 0x0102n });
    expect(parseCommit(bytes)).toEqual({
      size: bytes.length,
      timestamp: 258n,
      sizes: { installed: 258n, download: 3n },
      metadata: '[Application]\n',
      subsets: ['free', 'verified'],
      extraSizes: { installed: 0n, download: 0n },
      tree: noDigest(),
      refBinding: ['app/org.a.B/x86_64/stable'],
      collectionBinding: undefined,
    });
  });

  it('reads rare facts, the kind of token in little-endian order', () => {
    expect(
      parse([
        ['ostree.endoflife', packString('over')],
        ['ostree.endoflife-rebase', packString('app/org.a.C/x86_64/stable')],
        ['xa.token-type', packInt32(2)],
        ['ostree.collection-binding', packString('org.a')],
        ...extras(extra(5n, 7n), extra(1n, 2n)),
      ]),
    ).toMatchObject({
      endOfLife: 'over',
      endOfLifeRebase: 'app/org.a.C/x86_64/stable',
      tokenType: 2,
      collectionBinding: 'org.a',
      extraData: { sources: 2, downloadSize: 6n },
      extraSizes: { download: 6n, installed: 9n },
    });
  });

  it('finds nothing in a commit without metadata', () => {
    const commit = parse();
    expect(commit).toMatchObject({ sizes: undefined, metadata: undefined, subsets: [], refBinding: undefined });
    for (const key of ['endOfLife', 'endOfLifeRebase', 'tokenType', 'extraData'])
      expect(commit).not.toHaveProperty(key);
  });

  it('leaves out a list of no extra data and a kind of token below zero', () => {
    const commit = parse([['xa.token-type', packInt32(-1)], ...extras()]);
    for (const key of ['tokenType', 'extraData']) expect(commit).not.toHaveProperty(key);
  });

  it('takes no size if one of the two is missing', () => {
    expect(parse([['xa.installed-size', big(1n)]]).sizes).toBeUndefined();
    expect(parse([['xa.download-size', big(1n)]]).sizes).toBeUndefined();
  });

  it('takes the first value of a key that occurs twice, as GLib does', () => {
    const twice: Metadata = [
      ['xa.metadata', packString('first')],
      ['xa.metadata', packString('second')],
    ];
    expect(parse(twice).metadata).toBe('first');
    expect(parse([['xa.metadata', packInt32(1)], ...twice]).metadata).toBeUndefined();
  });

  it.each([
    ['xa.installed-size', packUint32(1)],
    ['xa.metadata', packBytes(new Uint8Array(3))],
    ['xa.metadata', packVariant(packString('inside'))],
    ['xa.subsets', packString('free')],
    ['ostree.endoflife', packArray('s', [])],
    ['xa.token-type', packUint32(1)],
    ['xa.extra-data-sources', packArray('(ayttay)', [])],
    ['ostree.ref-binding', packString('app/org.a.B/x86_64/stable')],
    ['ostree.collection-binding', packArray('s', [])],
  ] as const)('ignores a %s of a different type', (key, value) => {
    const { size: _, ...found } = parse([[key, value]]);
    const { size: __, ...nothing } = parse();
    expect(found).toEqual(nothing);
  });
});

describe('parseCommit refuses', () => {
  const good = commitBytes({ metadata: appMetadata('app/org.a.B/x86_64/stable', { subsets: ['free'] }) });

  it('a commit that was cut anywhere', () => {
    expect(refusalsOfCuts(good, parseCommit)).toEqual([
      'GVariant of type (a{sv}aya(say)sstayay): expected N offsets, found N bytes',
      'GVariant of type (a{sv}aya(say)sstayay): expected a part within N bytes, found N to N',
      'GVariant of type a(say): expected a part within N bytes, found N to N',
      'GVariant of type a(say): expected offsets to the end of the array, found N',
      'GVariant of type a{sv}: expected a part within N bytes, found N to N',
      'GVariant of type a{sv}: expected offsets to the end of the array, found N',
      'GVariant of type s: expected text that ends in its only zero byte, found something else',
      'GVariant of type {sv}: expected N offsets, found N bytes',
      'GVariant of type {sv}: expected a part within N bytes, found N to N',
    ]);
  });

  it('a byte after a commit', () => {
    expect(refusalOf(() => parseCommit(Uint8Array.of(...good, 0)))).toBe(
      'GVariant of type (a{sv}aya(say)sstayay): expected a part within 337 bytes, found 0 to 61184',
    );
  });

  it('at least a quarter of all changes of one byte, and crashes at none', () => {
    let refused = 0;
    for (let at = 0; at < good.length; at++) {
      const bytes = good.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      if (refusalOf(() => parseCommit(bytes)) !== undefined) refused++;
    }
    expect(refused).toBeGreaterThan(good.length / 4);
  });

  it.each([
    [
      'fewer members',
      packTuple([packDictionary([])]).bytes,
      '(a{sv}aya(say)sstayay): expected 6 offsets, found 0 bytes',
    ],
    ['zeros', new Uint8Array(400), 's: expected text that ends in its only zero byte, found something else'],
    [
      'text',
      Buffer.from('<!DOCTYPE html>\n'.repeat(30)),
      '(a{sv}aya(say)sstayay): expected a part within 468 bytes, found 0 to 2622',
    ],
  ])('a different value: %s', (_, bytes, message) => {
    expect(refusalOf(() => parseCommit(bytes))).toBe(`GVariant of type ${message}`);
  });

  it.each([0, 31, 33, 500_000])('a root directory whose digest has %i bytes', (length) => {
    const bytes = commitWithTree(new Uint8Array(length));
    expect(refusalOf(() => parseCommit(bytes))).toBe(`digest: expected 32 bytes, found ${length}`);
  });

  it('extra data of 2^64 bytes and more together', () => {
    const half = 1n << 63n;
    expect(refusalOf(() => parse(extras(extra(half, 0n), extra(half, 0n))))).toBe(
      'sizes: expected a sum below 2^64 bytes, found more',
    );
    expect(refusalOf(() => parse(extras(extra(0n, half), extra(0n, half))))).toBe(
      'sizes: expected a sum below 2^64 bytes, found more',
    );
    expect(parse(extras(extra(half, 0n), extra(half - 1n, 0n))).extraSizes.download).toBe((1n << 64n) - 1n);
  });

  it('a time after the year 9999', () => {
    expect(parseCommit(commitBytes({ timestamp: 253_402_300_799n })).timestamp).toBe(253_402_300_799n);
    for (const timestamp of [253_402_300_800n, (1n << 64n) - 1n]) {
      expect(refusalOf(() => parseCommit(commitBytes({ timestamp })))).toBe(
        `timestamp: expected at most 253402300799, the end of year 9999, found ${timestamp}`,
      );
    }
  });
});

describe('total', () => {
  it('is a sum that 64 bits hold', () => {
    expect([total([]), total([1n, 2n]), total([(1n << 64n) - 1n])]).toEqual([0n, 3n, (1n << 64n) - 1n]);
    expect(refusalOf(() => total([(1n << 64n) - 1n, 1n]))).toBe('sizes: expected a sum below 2^64 bytes, found more');
  });
});

function commitWithTree(tree: Uint8Array): Uint8Array {
  const none = packBytes(new Uint8Array(0));
  const members = [packDictionary([]), none, packArray('(say)', []), packString(''), packString(''), big(0n)];
  return packTuple([...members, packBytes(tree), packBytes(new Uint8Array(32))]).bytes;
}
