/**
 * Encodes summaries: records to buckets to canonical bytes to stored bytes. What two summaries share is encoded,
 * compressed and hashed once. FORMAT.md, sections "Summary" and "Buckets".
 */
import { type BucketOptions, encodeBucket } from '../../format/bucket.ts';
import { type BucketGroup, type BucketPlace, divide, formatBucketId, NamePlacer } from '../../format/bucket-tree.ts';
import { concatBytes } from '../../format/bytes.ts';
import { withMemberLengths } from '../../format/stored-summary.ts';
import { encodeHeader, type SummaryHeader } from '../../format/summary.ts';
import type { Digest } from '../../model/digest.ts';
import type { SummaryContent } from '../../model/partition.ts';
import type { FieldValue, PackageRecord } from '../../model/record.ts';
import { gzip } from '../../platform/gzip.ts';
import { sha256 } from '../../platform/sha256.ts';

/**
 * A bucket of more than this weight splits. Measured on Debian (FORMAT.md, "Reasons"): 300,000 gives 224 buckets of 35 KB
 * stored, so that `show` fetches two of them and a header in well under 200 KB; 400,000 saves 2 % of the stored size.
 */
const BUCKET_LIMIT = 300_000;

/** A summary ready to be hashed, compared and stored. */
export interface EncodedSummary {
  readonly arch: string;
  readonly subset?: string;
  readonly packages: number;
  readonly header: Uint8Array;
  readonly headerSha256: Digest;
  /** Canonical bytes. */
  readonly size: number;
  readonly buckets: readonly EncodedBucket[];
}

/** One bucket's canonical bytes; equal buckets of several summaries are one object. */
export interface EncodedBucket {
  readonly records: number;
  readonly bytes: Uint8Array;
  readonly sha256: Digest;
  /** Its gzip member, made when it is first needed. */
  stored(): Uint8Array;
}

/** Encodes the summaries of one repository, one after the other. */
export class SummaryEncoder {
  private readonly options: BucketOptions;
  private readonly placer: NamePlacer;
  private readonly items = new Map<PackageRecord, Item>();
  private readonly encoded = new Map<string, EncodedBucket>();

  constructor(options: BucketOptions) {
    this.options = options;
    this.placer = new NamePlacer(options.fingerprint);
  }

  /** Encodes one summary. */
  async encode(content: SummaryContent): Promise<EncodedSummary> {
    const { arch, subset, records } = content;
    const placed = this.place(arch, records);
    const buckets: EncodedBucket[] = [];
    const entries: SummaryHeader['buckets'][number][] = [];
    for (const { place, items } of placed) {
      const bucket = await this.encodeBucket(items);
      buckets.push(bucket);
      entries.push({
        id: formatBucketId(place),
        records: bucket.records,
        size: bucket.bytes.length,
        sha256: bucket.sha256,
      });
    }
    const base = { arch, ...(subset === undefined ? {} : { subset }), packages: records.length };
    const header = encodeHeader({ ...base, buckets: entries });
    const size = buckets.reduce((sum, bucket) => sum + bucket.bytes.length, header.length);
    return { ...base, header, headerSha256: await sha256(header), size, buckets };
  }

  // Buckets in the order of the file: by number, then group, then splits.
  private place(
    arch: string,
    records: readonly PackageRecord[],
  ): readonly { readonly place: BucketPlace; readonly items: readonly Item[] }[] {
    const groups: Readonly<Record<BucketGroup, Item[][]>> = { own: emptyBuckets(), shared: emptyBuckets() };
    for (const record of records) {
      const item = this.item(record);
      groups[record.arch === arch ? 'own' : 'shared'][item.number]?.push(item);
    }
    const placed: { place: BucketPlace; items: readonly Item[] }[] = [];
    for (let number = 0; number < 64; number++) {
      for (const group of ['own', 'shared'] as const) {
        for (const { splits, items } of divide(groups[group][number] ?? [], BUCKET_LIMIT, this.placer)) {
          placed.push({ place: { number, group, splits }, items });
        }
      }
    }
    return placed;
  }

  private item(record: PackageRecord): Item {
    const known = this.items.get(record);
    if (known !== undefined) return known;
    const { name } = record;
    const item = { id: this.items.size, record, name, number: this.placer.number(name), weight: weightOf(record) };
    this.items.set(record, item);
    return item;
  }

  private async encodeBucket(items: readonly Item[]): Promise<EncodedBucket> {
    const key = items.map((item) => item.id).join();
    const known = this.encoded.get(key);
    if (known !== undefined) return known;
    const bytes = encodeBucket(
      items.map((item) => item.record),
      this.options,
    );
    let stored: Uint8Array | undefined;
    const bucket: EncodedBucket = {
      records: items.length,
      bytes,
      sha256: await sha256(bytes),
      stored: () => (stored ??= gzip(bytes)),
    };
    this.encoded.set(key, bucket);
    return bucket;
  }
}

interface Item {
  readonly id: number;
  readonly record: PackageRecord;
  readonly name: string;
  readonly number: number;
  readonly weight: number;
}

function emptyBuckets(): Item[][] {
  return Array.from({ length: 64 }, () => []);
}

/** Roughly the bytes that a record takes: its texts, each with one byte more, and eight bytes for anything else. */
function weightOf(value: FieldValue | PackageRecord | undefined): number {
  if (typeof value === 'string') return value.length + 1;
  if (typeof value !== 'object' || value === null) return 8;
  let weight = 0;
  for (const member of Object.values(value)) weight += weightOf(member);
  return weight;
}

/** A summary's canonical bytes. */
export function canonicalBytes(summary: EncodedSummary): Uint8Array {
  return concatBytes([summary.header, ...summary.buckets.map((bucket) => bucket.bytes)]);
}

/** A summary's stored bytes, and how many of them the first member takes. */
export function storedBytes(summary: EncodedSummary): { readonly bytes: Uint8Array; readonly headerSize: number } {
  const members = summary.buckets.map((bucket) => bucket.stored());
  const header = withMemberLengths(
    gzip(summary.header),
    members.map((member) => member.length),
  );
  return { bytes: concatBytes([header, ...members]), headerSize: header.length };
}
