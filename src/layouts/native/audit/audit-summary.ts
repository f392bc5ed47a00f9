/**
 * The audit of one summary. FORMAT.md, sections "Summary" and "Bucket". Every digest and size in the index and the header is
 * derived again, every member of the stored file is decompressed by itself, and every record is decoded: it must be in order,
 * and in the bucket where a client will look for it.
 */

import { expect } from '../../../audit/findings.ts';
import { RepomillError } from '../../../errors.ts';
import {
  type BucketPlace,
  belongsInBucket,
  type Fingerprint,
  parseBucketId,
  stemOf,
} from '../../../model/bucket-placement.ts';
import { compareRecords, type PackageRecord } from '../../../model/record.ts';
import { sha256 } from '../../../platform/hash/sha256.ts';
import { gunzipStrictly } from '../../../platform/zlib/gunzip.ts';
import { gunzipInJs } from '../../../platform/zlib/gzip.ts';
import { type Bucket, openBucket } from '../format/bucket.ts';
import type { SummaryEntry } from '../format/repository-index.ts';
import { memberRanges } from '../format/stored-summary.ts';
import { type BucketEntry, splitSummary } from '../format/summary.ts';

/** A summary that has passed the audit. */
export interface AuditedSummary {
  readonly canonical: Uint8Array;
  readonly records: readonly PackageRecord[];
}

/**
 * Audits the stored bytes of a summary against its entry in the index. Throws an integrity or format error if they differ.
 *
 * @param advance - called with the size of each bucket that was audited
 */
export async function auditSummary(
  stored: Uint8Array,
  entry: SummaryEntry,
  fingerprint: Fingerprint,
  advance: (bytes: number) => void = () => undefined,
): Promise<AuditedSummary> {
  expect('stored size', entry.storedSize, stored.length);
  const canonical = gunzipStrictly(stored, entry.size);
  expect('SHA-256', entry.sha256, await sha256(canonical));
  const { header, headerBytes, bucketBytes } = splitSummary(canonical);
  expect('header size', entry.header.size, headerBytes.length);
  expect('header SHA-256', entry.header.sha256, await sha256(headerBytes));
  expect('arch', entry.arch, header.arch);
  expect('subset', entry.subset, header.subset);
  expect('packages', entry.packages, header.packages);
  const ranges = memberRanges(stored, entry.header.storedSize, header.buckets.length);
  const records: PackageRecord[] = [];
  for (const [position, listed] of header.buckets.entries()) {
    const bytes = bucketBytes(position);
    expect(`bucket ${listed.id}: SHA-256`, listed.sha256, await sha256(bytes));
    const range = ranges?.[position + 1];
    if (range !== undefined) {
      const member = gunzipInJs(stored.subarray(range.start, range.start + range.length), listed.size);
      expect(`bucket ${listed.id}: SHA-256 of its own gzip member`, listed.sha256, await sha256(member));
    }
    records.push(...auditBucket(openBucket(bytes), listed, entry.arch, fingerprint));
    advance(bytes.length);
  }
  return { canonical, records };
}

function auditBucket(
  bucket: Bucket,
  entry: BucketEntry,
  arch: string,
  fingerprint: Fingerprint,
): readonly PackageRecord[] {
  expect(`bucket ${entry.id}: records`, entry.records, bucket.records);
  const place = parseBucketId(entry.id);
  const records = Array.from({ length: bucket.records }, (_, position) => bucket.record(position));
  for (const [position, record] of records.entries()) {
    auditPlace(record, entry.id, place, arch, fingerprint);
    const before = records[position - 1];
    if (before !== undefined && compareRecords(before, record) >= 0) {
      throw new RepomillError('format', `bucket ${entry.id}: ${record.name} ${record.version} is out of order`);
    }
  }
  return records;
}

function auditPlace(
  record: PackageRecord,
  id: string,
  place: BucketPlace,
  arch: string,
  fingerprint: Fingerprint,
): void {
  const group = record.arch === arch ? 'own' : 'shared';
  if (group === place.group && belongsInBucket(stemOf(record.name), place, fingerprint)) return;
  throw new RepomillError('format', `bucket ${id}: ${record.name} does not belong in it`);
}
