import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkNormal } from '../../../../../src/glib/gvariant/check-normal.ts';
import { packUint32 } from '../../../../../src/glib/gvariant/pack.ts';
import { Variant } from '../../../../../src/glib/gvariant/variant.ts';
import {
  isFlatpak,
  packOldSummary,
  packRef,
  packSummary,
  SUMMARY_TYPE,
} from '../../../../../src/layouts/flatpak/format/summary.ts';
import type { Ref } from '../../../../../src/ostree/repository.ts';
import { refusalOf } from '../../../glib/gvariant/refusal.ts';
import { arbitrarySummary, digestOf, sampleRef, summaryOf } from './sample-refs.ts';

const APP = 'app/org.a.B/x86_64/stable';
const RARE = {
  endOfLife: 'over',
  endOfLifeRebase: 'app/org.a.C/x86_64/stable',
  tokenType: 2,
  extraData: { sources: 3, downloadSize: 258n },
};

describe('a summary', () => {
  const about = (ref: Ref): Variant =>
    entryOf(summaryOf([ref]))
      .child(1)
      .child(2);

  it('holds each ref with the size and the digest of its commit', () => {
    const value = entryOf(summaryOf([sampleRef(APP, {}, 7)])).child(1);
    expect([value.child(0).uint64(), hexOf(value.child(1))]).toEqual([300n, digestOf(7)]);
  });

  it('says of itself only which version it is of', () => {
    const facts = summaryOf([]).child(1);
    expect([facts.count, facts.lookup('xa.summary-version', 'u')?.uint32()]).toEqual([1, 1]);
  });

  it('holds sizes and time in big-endian order, the number of extra data in little-endian order', () => {
    const found = about(sampleRef(APP, { timestamp: 258n, ...RARE }));
    const data = found.lookup('xa.data', '(tts)');
    expect([data?.child(0).uint64('big'), data?.child(1).uint64('big')]).toEqual([2048n, 1000n]);
    expect(data?.child(2).string()).toBe('[Application]\n');
    expect(found.lookup('ot.ts', 't')?.uint64('big')).toBe(258n);
    expect(found.lookup('eds', '(ut)')?.child(0).uint32()).toBe(3);
    expect(found.lookup('eds', '(ut)')?.child(1).uint64()).toBe(258n);
    expect(found.lookup('tokt', 'i')?.int32()).toBe(2);
    expect(found.lookup('eol', 's')?.string()).toBe('over');
    expect(found.lookup('eolr', 's')?.string()).toBe(RARE.endOfLifeRebase);
  });

  it('has keys in the order of flatpak’s hash table', () => {
    expect(keysOf(about(sampleRef(APP)))).toEqual(['xa.data', 'ot.ts']);
    expect(keysOf(about(sampleRef(APP, RARE)))).toEqual(['tokt', 'ot.ts', 'eolr', 'xa.data', 'eds', 'eol']);
  });

  it('has only the time of a ref that is not flatpak’s', () => {
    expect(keysOf(about(sampleRef('custom/thing', RARE)))).toEqual(['ot.ts']);
  });

  it('is in normal form, whatever is in it', () => {
    fc.assert(fc.property(arbitrarySummary, (summary) => checkNormal(summary) === summary));
  });

  it('refuses a metadata with a zero in it, and sizes that 64 bits do not hold', () => {
    expect(refusalOf(() => packRef(sampleRef(APP, { metadata: 'a\0b' })))).toBe(
      'GVariant string: expected no zero character, found one',
    );
    expect(refusalOf(() => packRef(sampleRef(APP, { installedSize: 1n << 64n })))).toBe(
      'GVariant number: expected an integer from 0 to 18446744073709551615, found 18446744073709551616',
    );
    expect(refusalOf(() => packRef(sampleRef(APP, { downloadSize: -1n })))).toBe(
      'GVariant number: expected an integer from 0 to 18446744073709551615, found -1',
    );
  });
});

describe('the old summary', () => {
  const refs = [sampleRef('app/org.a.A/x86_64/stable'), sampleRef(APP, RARE), sampleRef('custom/thing', RARE)];
  const old = (
    deltas?: Parameters<typeof packOldSummary>[2],
    metadata: Parameters<typeof packOldSummary>[1] = [['first', packUint32(1)]],
  ): Variant => checkNormal(new Variant(SUMMARY_TYPE, packOldSummary(refs.map(packRef), metadata, deltas).bytes));

  it('has only the time of each ref, and everything else in dictionaries of its own', () => {
    for (const entry of old().child(0).children())
      expect(keysOf(entry.child(1).child(2))).toEqual(['ostree.commit.timestamp']);
    expect(keysOf(old().child(1))).toEqual(['first', 'xa.cache', 'xa.sparse-cache']);
  });

  it('has sizes and metadata of flatpak’s refs, as a variant in a variant', () => {
    const cache = old().child(1).lookup('xa.cache', 'v')?.inner();
    expect(cache?.type.text).toBe('a{s(tts)}');
    expect(cache && keysOf(cache)).toEqual(['app/org.a.A/x86_64/stable', APP]);
  });

  it('lists rare facts only for refs that have them, in the given order', () => {
    const sparse = old().child(1).lookup('xa.sparse-cache', 'a{sa{sv}}');
    expect(sparse && keysOf(sparse)).toEqual([APP]);
    expect(sparse && keysOf(sparse.child(0).child(1))).toEqual(['eol', 'eolr', 'tokt', 'eds']);
  });

  it('has no static deltas if the repository has none, and an empty list if none leads to its refs', () => {
    expect(keysOf(old([]).child(1))).toEqual(['first', 'ostree.static-deltas', 'xa.cache', 'xa.sparse-cache']);
    expect(old([]).child(1).lookup('ostree.static-deltas', 'a{sv}')?.count).toBe(0);
    const deltas = old([{ to: digestOf(1), superblock: digestOf(2) }])
      .child(1)
      .lookup('ostree.static-deltas', 'a{sv}');
    expect(deltas && hexOf(deltas.child(0).child(1).inner())).toBe(digestOf(2));
  });

  it('has a different order for rare facts that flatpak takes from its summaries', () => {
    const { rare, rareInHashOrder } = packRef(sampleRef(APP, RARE));
    const keys = (bytes?: Uint8Array): readonly string[] =>
      bytes === undefined ? [] : keysOf(new Variant('{sa{sv}}', bytes).child(1));
    expect([keys(rare), keys(rareInHashOrder)]).toEqual([
      ['eol', 'eolr', 'tokt', 'eds'],
      ['tokt', 'eolr', 'eds', 'eol'],
    ]);
    expect(packRef(sampleRef(APP, { endOfLife: 'over' }))).not.toHaveProperty('rareInHashOrder');
    expect(packRef(sampleRef(APP))).not.toHaveProperty('rare');
  });

  it('is well-formed without any ref', () => {
    const empty = new Variant(SUMMARY_TYPE, packOldSummary([], [], undefined).bytes);
    expect(checkNormal(empty).child(0).count).toBe(0);
    expect(checkNormal(new Variant(SUMMARY_TYPE, packSummary([]).bytes)).child(0).count).toBe(0);
  });
});

describe('isFlatpak', () => {
  it.each(['app/a', 'runtime/a', 'appstream/a', 'appstream2/a'])('is true for %s', (name) => {
    expect(isFlatpak(name)).toBe(true);
  });

  it.each(['app', 'appstream3/a', 'apps/a', 'custom/app/a', 'APP/a', ''])('is false for %j', (name) => {
    expect(isFlatpak(name)).toBe(false);
  });
});

function entryOf(summary: Variant): Variant {
  return summary.child(0).child(0);
}

function keysOf(dictionary: Variant): readonly string[] {
  return [...dictionary.children()].map((entry) => entry.child(0).string());
}

function hexOf(bytes: Variant): string {
  return Buffer.from(bytes.byteArray()).toString('hex');
}
