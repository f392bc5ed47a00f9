/**
 * Puts summaries together from the buckets of all slices, and finds which of them changed since the tree was published.
 * FORMAT.md, sections "Summary" and "Stored form". What did not change is neither hashed nor stored again, and no summary is
 * ever whole in memory.
 */

import { RepomillError } from '../../../../errors.ts';
import { defined } from '../../../../model/defined.ts';
import type { Digest } from '../../../../model/digest.ts';
import { maxCanonicalSize } from '../../../../model/limits.ts';
import { digestOf, digestOfParts } from '../../../../platform/hash/sha256.ts';
import type { Workspace } from '../../../../platform/workspace/workspace.ts';
import { gzip } from '../../../../platform/zlib/gzip.ts';
import type { PlannedFile } from '../../../../publish/tree-plan.ts';
import { summaryPath } from '../../format/paths.ts';
import type { SignedIndex, SummaryEntry } from '../../format/repository-index.ts';
import { withMemberLengths } from '../../format/stored-summary.ts';
import { encodeHeader } from '../../format/summary.ts';
import type { EncodedSlice, PlacedBucket } from './encode-slices.ts';
import { readCanonical, readStored } from './encoded-member.ts';

/** A summary whose buckets are encoded. */
export interface EncodedSummary {
  readonly arch: string;
  readonly subset?: string;
  readonly packages: number;
  readonly header: Uint8Array;
  readonly headerSha256: Digest;
  /** Canonical bytes. */
  readonly size: number;
  /** In the order of the file. */
  readonly buckets: readonly PlacedBucket[];
}

/** A summary, and what the index will say of it, except for its history. */
export interface SummaryDraft {
  readonly entry: Omit<SummaryEntry, 'history'>;
  readonly file: PlannedFile;
  /** The entry of the same arch and subset in the published index. */
  readonly before: SummaryEntry | undefined;
  readonly changed: boolean;
  readonly encoded: EncodedSummary;
}

/** The summaries that the slices make up: every arch in order, and for each the whole and then its subsets. */
export function gatherSummaries(slices: readonly EncodedSlice[]): readonly EncodedSummary[] {
  const [first] = slices;
  if (first === undefined) return [];
  return first.summaries.map(({ arch, subset }, position) => {
    const parts = slices.flatMap(({ summaries }) => summaries[position] ?? []);
    const buckets = parts.flatMap((part) => part.buckets);
    const packages = parts.reduce((sum, part) => sum + part.packages, 0);
    const base = defined({ arch, subset, packages });
    const header = encodeHeader({ ...base, buckets: buckets.map(({ id, bucket }) => ({ id, ...bucket })) });
    const size = buckets.reduce((sum, { bucket }) => sum + bucket.size, header.length);
    return { ...base, header, headerSha256: digestOf(header), size, buckets };
  });
}

/** Drafts a summary. */
export function draftSummary(
  encoded: EncodedSummary,
  published: SignedIndex | undefined,
  workspace: Workspace,
): SummaryDraft {
  const { arch, subset } = encoded;
  const before = published?.summaries.find((entry) => entry.arch === arch && entry.subset === subset);
  // The header vouches for every bucket: if its digest is the same, everything is.
  const changed = before?.header.sha256 !== encoded.headerSha256;
  const entry = changed || before === undefined ? newEntry(encoded, workspace) : withoutHistory(before);
  const content = async (): Promise<Iterable<Uint8Array>> => storedParts(encoded, workspace);
  const file = { path: summaryPath(entry.sha256), size: entry.storedSize, content };
  return { entry, file, before, changed, encoded };
}

function newEntry(encoded: EncodedSummary, workspace: Workspace): SummaryDraft['entry'] {
  const { arch, subset, packages, size, header, headerSha256, buckets } = encoded;
  const headerStoredSize = storedHeader(encoded).length;
  const storedSize = buckets.reduce((sum, { bucket }) => sum + bucket.storedSize, headerStoredSize);
  if (size > maxCanonicalSize(storedSize)) throw tooRepetitive(encoded, storedSize);
  return defined({
    arch,
    subset,
    sha256: digestOfParts(canonicalParts(encoded, workspace)),
    size,
    storedSize,
    packages,
    header: { sha256: headerSha256, size: header.length, storedSize: headerStoredSize },
  });
}

/** Clients take such a summary for a decompression bomb. */
function tooRepetitive({ arch, subset, size }: EncodedSummary, storedSize: number): RepomillError {
  const name = subset === undefined ? arch : `${arch} (subset ${subset})`;
  const message = `summary of ${name}: ${size} bytes that compress to ${storedSize} would be refused by clients`;
  return new RepomillError('metadata', message, { hint: 'list long fields that repeat themselves under "details:"' });
}

function withoutHistory({ history: _, ...entry }: SummaryEntry): SummaryDraft['entry'] {
  return entry;
}

/** A summary's canonical bytes, part by part. */
export function* canonicalParts({ header, buckets }: EncodedSummary, workspace: Workspace): Generator<Uint8Array> {
  yield header;
  for (const { bucket } of buckets) yield readCanonical(bucket, workspace);
}

/** A summary's stored bytes, part by part. */
export function* storedParts(summary: EncodedSummary, workspace: Workspace): Generator<Uint8Array> {
  yield storedHeader(summary);
  for (const { bucket } of summary.buckets) yield readStored(bucket, workspace);
}

function storedHeader({ header, buckets }: EncodedSummary): Uint8Array {
  return withMemberLengths(
    gzip(header),
    buckets.map(({ bucket }) => bucket.storedSize),
  );
}
