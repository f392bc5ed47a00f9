/** Summaries with small buckets, which record what they were asked for. */

import { concatBytes } from '../../../../../../src/bytes/bytes.ts';
import { encodeBucket } from '../../../../../../src/layouts/native/format/bucket.ts';
import { type BucketEntry, encodeHeader } from '../../../../../../src/layouts/native/format/summary.ts';
import { divideByWeight, formatBucketId, NamePlacer } from '../../../../../../src/model/bucket-placement.ts';
import { compareRecords, type PackageRecord } from '../../../../../../src/model/record.ts';
import { loadFingerprint } from '../../../../../../src/platform/hash/fingerprint.ts';
import { sha256 } from '../../../../../../src/platform/hash/sha256.ts';

const fingerprint = await loadFingerprint();

/** A summary, and which of its buckets were asked for. */
export interface TinySummary {
  readonly bytes: Uint8Array;
  readonly header: Uint8Array;
  readonly ids: readonly string[];
  readonly asked: string[];
  bucket(position: number): Promise<Uint8Array>;
}

/** A summary of amd64 whose buckets hold at most so many records, as far as names differ. */
export async function summaryOf(records: readonly PackageRecord[], perBucket: number): Promise<TinySummary> {
  const placer = new NamePlacer(fingerprint);
  const places = Array.from({ length: 64 }, (_, number) =>
    (['own', 'shared'] as const).flatMap((group) => {
      const items = records
        .filter(({ arch }) => (arch === 'amd64') === (group === 'own'))
        .map((record) => ({ name: record.name, weight: 1, record }))
        .filter(({ name }) => placer.number(name) === number);
      return divideByWeight(items, perBucket, fingerprint).map((part) => ({ ...part, number, group }));
    }),
  ).flat();
  const entries: BucketEntry[] = [];
  const buckets: Uint8Array[] = [];
  for (const { items, ...place } of places) {
    const sorted = items.map(({ record }) => record).sort(compareRecords);
    const bytes = encodeBucket(sorted, { fingerprint, pathRules: [] });
    buckets.push(bytes);
    entries.push({ id: formatBucketId(place), records: items.length, size: bytes.length, sha256: await sha256(bytes) });
  }
  const header = encodeHeader({ arch: 'amd64', packages: records.length, buckets: entries });
  const ids = entries.map(({ id }) => id);
  const asked: string[] = [];
  const bucket = async (position: number): Promise<Uint8Array> => {
    asked.push(ids[position] ?? '');
    return buckets[position] ?? new Uint8Array();
  };
  return { bytes: concatBytes([header, ...buckets]), header, ids, asked, bucket };
}
