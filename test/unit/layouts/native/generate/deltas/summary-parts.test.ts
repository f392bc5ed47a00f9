import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, decodeText, encodeText } from '../../../../../../src/bytes/bytes.ts';
import { applyDelta, inspectDelta } from '../../../../../../src/delta/apply-delta.ts';
import { makeDelta } from '../../../../../../src/delta/make-delta.ts';
import { matchSeeds } from '../../../../../../src/delta/match/match-seeds.ts';
import { deltaInput } from '../../../../../../src/layouts/native/generate/deltas/summary-parts.ts';
import { type PackageRecord, recordKey } from '../../../../../../src/model/record.ts';
import { sampleRelease } from '../../../../../sample-records.ts';
import { anyRecords } from '../../format/arbitrary-records.ts';
import { summaryOf, type TinySummary } from './tiny-summary.ts';

const tools = { matcher: async (old: Uint8Array, next: Uint8Array) => matchSeeds(old, next) };

async function expectDelta(old: TinySummary, next: TinySummary): Promise<Uint8Array> {
  const delta = await makeDelta(deltaInput(old, next), tools);
  expect(Buffer.compare(applyDelta(old.bytes, delta, next.bytes.length), next.bytes)).toBe(0);
  return delta;
}

function amd64(release: number, count = 300): readonly PackageRecord[] {
  return sampleRelease(count, release).filter(({ arch }) => arch !== 'arm64') as readonly PackageRecord[];
}

describe('deltaInput', () => {
  it('leads from any records to any others, whatever their fields hold and however the buckets are split', {
    timeout: 20_000,
  }, async () => {
    const size = fc.integer({ min: 1, max: 8 });
    await fc.assert(
      fc.asyncProperty(anyRecords, anyRecords, size, size, async (before, after, oldSize, newSize) => {
        await expectDelta(await summaryOf(before, oldSize), await summaryOf(after, newSize));
      }),
      { numRuns: 40 },
    );
  });

  it('leads to records of which some were added, removed or changed', { timeout: 20_000 }, async () => {
    const change = fc.constantFrom('keep', 'keep', 'keep', 'remove', 'version', 'text', 'field', 'copy');
    const before = amd64(0, 60);
    const old = await summaryOf(before, 20);
    const { length } = before;
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: length, maxLength: length }),
        fc.boolean(),
        async (changes, split) => {
          const after = before.flatMap((record, i) => changed(record, changes[i] ?? 'keep'));
          expect(new Set(after.map(recordKey)).size).toBe(after.length);
          await expectDelta(old, await summaryOf(after, split ? 10 : 20));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('asks for the buckets that changed, and for no other', async () => {
    const before = amd64(0);
    const after = before.map((record) => (record.name === 'package-0007' ? { ...record, version: '9' } : record));
    const [old, next] = [await summaryOf(before, 20), await summaryOf(after, 20)];
    await expectDelta(old, next);
    expect(old.ids.length).toBeGreaterThan(8);
    expect(old.asked).toHaveLength(1);
    expect(next.asked).toEqual(old.asked);
  });

  it('brings along little more than what is new', async () => {
    const before = amd64(0);
    const after = before.map((record, i) => (i % 50 === 0 ? { ...record, version: '1.1' } : record));
    const { extraBytes } = inspectDelta(await expectDelta(await summaryOf(before, 40), await summaryOf(after, 40)));
    // Eight packages have another version of the same length; the digests of the buckets are new.
    expect(extraBytes).toBeLessThan(8 * 64);
  });

  it('finds the records of a bucket that was split in the one that it was split from', async () => {
    const [old, next] = [await summaryOf(amd64(0), 80), await summaryOf(amd64(0), 40)];
    expect(next.ids.length).toBeGreaterThan(old.ids.length + 2);
    const { extraBytes } = inspectDelta(await expectDelta(old, next));
    expect(extraBytes).toBeLessThan(next.bytes.length / 20);
  });

  it('finds the records of a bucket that was merged in those that it was merged from', async () => {
    const [old, next] = [await summaryOf(amd64(0), 40), await summaryOf(amd64(0), 80)];
    const { extraBytes } = inspectDelta(await expectDelta(old, next));
    expect(extraBytes).toBeLessThan(next.bytes.length / 4);
  });

  it('finds a bucket that has another id by its digest', async () => {
    const records = amd64(0, 60).filter(({ arch }) => arch === 'amd64');
    const old = await summaryOf(records, 1000);
    const renamed = encodeText(decodeText(old.header).replace(/"id":"(\d+)\/own"/, '"id":"$1/shared"'));
    const next = { ...old, header: renamed, bytes: concatBytes([renamed, old.bytes.subarray(old.header.length)]) };
    await expectDelta(old, next);
    expect(old.asked).toEqual([]);
  });

  it('leads from a summary without packages, and to one', async () => {
    const [none, some] = [await summaryOf([], 10), await summaryOf(amd64(0, 30), 10)];
    await expectDelta(none, some);
    await expectDelta(some, none);
  });

  it('leads from a header that another writer wrote', async () => {
    const [old, next] = [await summaryOf(amd64(0, 30), 10), await summaryOf(amd64(9, 30), 10)];
    const spaced = encodeText(decodeText(old.header).replaceAll('{"id"', '{ "id"'));
    const bytes = concatBytes([spaced, old.bytes.subarray(old.header.length)]);
    await expectDelta({ ...old, header: spaced, bytes }, next);
  });

  it('refuses a header that is not one', async () => {
    const good = await summaryOf(amd64(0, 30), 10);
    const bad = { ...good, header: encodeText('{}\n') };
    for (const [old, next] of [
      [bad, good],
      [good, bad],
    ] as const) {
      expect(() => deltaInput(old, next)).toThrow('summary header: format: expected a string, found nothing');
    }
  });
});

function changed(record: PackageRecord, change: string): readonly PackageRecord[] {
  if (change === 'remove') return [];
  if (change === 'version') return [{ ...record, version: '1.10' }];
  if (change === 'text') return [{ ...record, summary: `${record.summary}, now better than ever` }];
  if (change === 'field') return [{ ...record, added: { by: [record.name, 1] }, size: 3 }];
  return change === 'copy' ? [record, { ...record, version: '1.0.1' }] : [record];
}
