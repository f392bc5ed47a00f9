/**
 * Builds small published trees in memory, straight from the encoders of `format/`: what a client meets, without a generator.
 */

import { concatBytes, encodeText } from '../../../src/bytes/bytes.ts';
import { encodeBucket } from '../../../src/layouts/native/format/bucket.ts';
import {
  deltaPath,
  detailsPath,
  dictionaryPath,
  INDEX_PATH,
  summaryPath,
} from '../../../src/layouts/native/format/paths.ts';
import type { SignedIndex, SummaryEntry } from '../../../src/layouts/native/format/repository-index.ts';
import { encodeIndex } from '../../../src/layouts/native/format/repository-index.ts';
import { withMemberLengths } from '../../../src/layouts/native/format/stored-summary.ts';
import { encodeHeader } from '../../../src/layouts/native/format/summary.ts';
import { type Fingerprint, firstLevel, formatBucketId, splitBit, stemOf } from '../../../src/model/bucket-placement.ts';
import { formatCanonicalJson } from '../../../src/model/canonical-json.ts';
import type { FieldValue, PackageRecord } from '../../../src/model/record.ts';
import { compareRecords } from '../../../src/model/record.ts';
import { loadFingerprint } from '../../../src/platform/hash/fingerprint.ts';
import { sha256 } from '../../../src/platform/hash/sha256.ts';
import { deflate, gzip } from '../../../src/platform/zlib/gzip.ts';
import { formatRawDelta } from '../delta/raw-delta.ts';

/** The records of one summary. */
export interface TinyContent {
  readonly arch: string;
  readonly subset?: string;
  readonly records: readonly PackageRecord[];
}

/** A published tree; its files may be tampered with. */
export interface TinyTree {
  readonly files: Map<string, Uint8Array>;
  readonly signed: SignedIndex;
  /** Canonical bytes by digest, of this version and all before it. */
  readonly canonical: ReadonlyMap<string, Uint8Array>;
}

/** How to publish. */
export interface TinyOptions {
  /** The tree to go on from: its summaries become the history, its files stay. */
  readonly previous?: TinyTree;
  readonly version?: number;
  readonly dictionary?: Uint8Array;
  /** The order of versions that the index names. */
  readonly versions?: string;
  /** Leaves out where the members of the stored files are. */
  readonly withoutMemberLengths?: boolean;
}

/** Publishes summaries. */
export async function publishTiny(contents: readonly TinyContent[], options: TinyOptions = {}): Promise<TinyTree> {
  const { previous, dictionary, versions } = options;
  const files = new Map(previous?.files);
  const canonical = new Map(previous?.canonical);
  const summaries: SummaryEntry[] = [];
  for (const content of contents) {
    const before = previous?.signed.summaries.find((e) => e.arch === content.arch && e.subset === content.subset);
    const { entry, bytes, stored } = await encodeSummary(content, options);
    canonical.set(entry.sha256, bytes);
    files.set(summaryPath(entry.sha256), stored);
    const unchanged = before?.sha256 === entry.sha256;
    const older = before === undefined ? [] : [...(unchanged ? [] : [before]), ...before.history];
    const history = [];
    for (const { sha256: from } of older) {
      const delta = makeDelta(canonical.get(from) ?? new Uint8Array(), bytes);
      files.set(deltaPath(from, entry.sha256), delta);
      history.push({ sha256: from, deltaSize: delta.length });
    }
    summaries.push({ ...entry, history });
  }
  const signed: SignedIndex = {
    format: 'repomill/1',
    version: options.version ?? (previous?.signed.version ?? 0) + 1,
    name: 'tiny',
    ...(versions === undefined ? {} : { versions }),
    ...(dictionary === undefined ? {} : { dictionary: { sha256: await sha256(dictionary), size: dictionary.length } }),
    summaries,
  };
  if (dictionary !== undefined) files.set(dictionaryPath(await sha256(dictionary)), dictionary);
  files.set(INDEX_PATH, encodeIndex({ signed, signatures: [] }));
  return { files, signed, canonical };
}

/** Puts details into a tree's files and gives the record that points to them. */
export async function withDetails(
  record: PackageRecord,
  details: { readonly [field: string]: FieldValue },
  files: Map<string, Uint8Array>,
  dictionary?: Uint8Array,
): Promise<PackageRecord> {
  const document = encodeText(formatCanonicalJson(details));
  const digest = await sha256(document);
  const words = dictionary === undefined ? undefined : await sha256(dictionary);
  files.set(detailsPath(digest, words), deflate(document, dictionary));
  return { ...record, details: digest, detailsSize: document.length };
}

/** A delta that adds what both have at the same place and brings the rest along. */
export function makeDelta(old: Uint8Array, next: Uint8Array): Uint8Array {
  const common = Math.min(old.length, next.length);
  const diff = next.slice(0, common).map((byte, i) => byte - (old[i] ?? 0));
  return formatRawDelta({
    controls: [[BigInt(common), BigInt(next.length - common), 0n]],
    diff,
    extra: next.slice(common),
  });
}

async function encodeSummary(
  { arch, subset, records }: TinyContent,
  options: TinyOptions,
): Promise<{ readonly entry: Omit<SummaryEntry, 'history'>; readonly bytes: Uint8Array; readonly stored: Uint8Array }> {
  const fingerprint = await loadFingerprint();
  const buckets = [];
  for (const [id, part] of placeRecords(arch, records, fingerprint)) {
    const bytes = encodeBucket(part, { fingerprint, pathRules: [] });
    const entry = { id, records: part.length, size: bytes.length, sha256: await sha256(bytes) };
    buckets.push({ entry, bytes });
  }
  const base = { arch, ...(subset === undefined ? {} : { subset }), packages: records.length };
  const header = encodeHeader({ ...base, buckets: buckets.map(({ entry }) => entry) });
  const members = buckets.map(({ bytes }) => gzip(bytes));
  const lengths = members.map((member) => member.length);
  const first = options.withoutMemberLengths ? gzip(header) : withMemberLengths(gzip(header), lengths);
  const bytes = concatBytes([header, ...buckets.map((bucket) => bucket.bytes)]);
  const stored = concatBytes([first, ...members]);
  const entry = {
    ...base,
    sha256: await sha256(bytes),
    size: bytes.length,
    storedSize: stored.length,
    header: { sha256: await sha256(header), size: header.length, storedSize: first.length },
  };
  return { entry, bytes, stored };
}

/** The records of each bucket, in order. Every first-level bucket is split once, so that some have a neighbour. */
function placeRecords(
  arch: string,
  records: readonly PackageRecord[],
  fingerprint: Fingerprint,
): ReadonlyMap<string, readonly PackageRecord[]> {
  const placed = new Map<string, PackageRecord[]>();
  for (const record of [...records].sort(compareRecords)) {
    const stem = stemOf(record.name);
    const group = record.arch === arch ? 'own' : 'shared';
    const number = firstLevel(stem, fingerprint);
    const id = formatBucketId({ number, group, splits: splitBit(stem, 0, fingerprint) });
    placed.set(id, [...(placed.get(id) ?? []), record]);
  }
  return placed;
}
