/**
 * A summary opened bucket by bucket. FORMAT.md, section "Partial reads": the index vouches for the header, the header for each
 * bucket, and nothing is decoded before its digest has been compared. A bucket that was tampered with is an integrity error;
 * the others stay readable.
 */
import type { BoundedMap } from '../../bytes/bounded-map.ts';
import { RepomillError, throwIfAborted } from '../../errors.ts';
import { type Bucket, openBucket } from '../../layouts/native/format/bucket.ts';
import type { SummaryEntry } from '../../layouts/native/format/repository-index.ts';
import { type BucketEntry, decodeHeader, type SummaryHeader } from '../../layouts/native/format/summary.ts';
import type { Digest } from '../../model/digest.ts';
import type { ByteRange } from '../../model/source.ts';
import type { Store } from '../../model/store.ts';
import { formatPlural } from '../../text/quantity.ts';
import { cachedSummaryName } from '../cached-state.ts';
import { verifyBytes } from '../fetch/fetch-verified.ts';
import { mergeRanges } from '../fetch/merge-ranges.ts';
import { formatSummaryName } from '../selection.ts';

/** A summary with a verified header. */
export interface Summary {
  readonly entry: SummaryEntry;
  readonly header: SummaryHeader;
  /**
   * Opens buckets one by one, each verified.
   *
   * @param positions - in the header, ascending
   * @param signal - aborts the read with an `interrupted` error
   */
  buckets(positions: readonly number[], signal?: AbortSignal): AsyncIterable<Bucket>;
}

/** Opened buckets by digest, shared among all summaries that contain them. Sizes are canonical bytes. */
export type BucketCache = BoundedMap<Digest, Bucket>;

/** Buckets that are read in one go. */
export interface BucketRead {
  /** Their positions in the header, ascending. */
  readonly positions: readonly number[];
  /** Their canonical bytes, in that order. Unverified. */
  read(): Promise<readonly Uint8Array[]>;
}

/** Plans the reads for the buckets at some positions of the header, in order. */
export type PlanReads = (positions: readonly number[], signal: AbortSignal | undefined) => readonly BucketRead[];

/** The most bytes to read at once: few reads, little memory. */
const READ_BYTES = 1024 * 1024;

/** Opens a summary in a store. Throws a not-found error if the store lacks it. */
export async function openStoredSummary(store: Store, entry: SummaryEntry, cache: BucketCache): Promise<Summary> {
  const path = cachedSummaryName(entry.sha256);
  const header = await decodeVerifiedHeader(await readRange(store, entry, 0, entry.header.size), entry, path);
  const places = bucketRanges(header, entry, path);
  return openSummary({ entry, header, path }, cache, (positions) => {
    const left = positions.values();
    return mergeRanges(
      positions.flatMap((position) => places[position] ?? []),
      READ_BYTES,
    ).map(({ start, length, parts }) => ({
      positions: parts.flatMap(() => left.next().value ?? []),
      async read() {
        const bytes = await readRange(store, entry, start, length);
        return parts.map((part) => bytes.subarray(part.start, part.start + part.length));
      },
    }));
  });
}

async function readRange(store: Store, entry: SummaryEntry, start: number, length: number): Promise<Uint8Array> {
  const bytes = await store.readRange(cachedSummaryName(entry.sha256), start, length);
  if (bytes !== undefined) return bytes;
  throw new RepomillError('not-found', `no summary ${formatSummaryName(entry)}`, {
    path: store.location,
    hint: 'pull it first',
  });
}

/** The verified header of a summary, and its file. */
export interface OpenedHeader {
  readonly entry: SummaryEntry;
  readonly header: SummaryHeader;
  /** Path in the store or in the published tree, for messages. */
  readonly path: string;
}

/** Opens a summary, given its verified header and a way to read its buckets. */
export function openSummary({ entry, header, path }: OpenedHeader, cache: BucketCache, plan: PlanReads): Summary {
  const listedAt = (position: number): BucketEntry => {
    const listed = header.buckets[position];
    if (listed === undefined) throw new RangeError(`${path}: no bucket ${position}`);
    return listed;
  };
  const openRead = async ({ positions, read }: BucketRead): Promise<readonly Promise<Bucket>[]> => {
    const parts = await read();
    return positions.map((position, i) =>
      inItsTurn(openVerifiedBucket(parts[i] ?? new Uint8Array(), listedAt(position), path)),
    );
  };
  return {
    entry,
    header,
    async *buckets(positions, signal) {
      const wanted = positions.map(listedAt).map((listed) => ({ listed, bucket: cache.get(listed.sha256) }));
      const missing = positions.filter((_, i) => wanted[i]?.bucket === undefined);
      const fits = missing.reduce((sum, position) => sum + listedAt(position).size, 0) <= cache.maxSize;
      const arriving = inOrder(plan(missing, signal), openRead);
      for (const { listed, bucket } of wanted) {
        throwIfAborted(signal);
        if (bucket !== undefined) {
          yield bucket;
          continue;
        }
        const { value: fresh } = await arriving.next();
        throwIfAborted(signal);
        if (fresh === undefined) throw new RangeError(`${path}: bucket ${listed.id} was not read`);
        if (fits) cache.set(listed.sha256, fresh, listed.size);
        yield fresh;
      }
    },
  };
}

/** Yields the buckets of the reads one by one, while the next read runs and is verified. */
async function* inOrder(
  reads: readonly BucketRead[],
  open: (read: BucketRead) => Promise<readonly Promise<Bucket>[]>,
): AsyncGenerator<Bucket, undefined> {
  const rest = reads.values();
  const startNext = (): Promise<readonly Promise<Bucket>[]> | undefined => {
    const { value: read } = rest.next();
    return read && inItsTurn(open(read));
  };
  let next = startNext();
  while (next !== undefined) {
    const current = next;
    next = startNext();
    for (const bucket of await current) yield await bucket;
  }
  return undefined;
}

// An early failure is thrown only when its bucket is requested.
function inItsTurn<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => undefined);
  return promise;
}

async function openVerifiedBucket(bytes: Uint8Array, listed: BucketEntry, path: string): Promise<Bucket> {
  const bucket = openBucket(await verifyBytes(bytes, listed, path, `bucket ${listed.id}`));
  if (bucket.records === listed.records) return bucket;
  const message = `bucket ${listed.id}: expected ${listed.records} records, found ${bucket.records}`;
  throw new RepomillError('format', message, { path });
}

/** Decodes the header from its canonical bytes after verifying it against the index. `path` is for messages. */
export async function decodeVerifiedHeader(
  bytes: Uint8Array,
  entry: SummaryEntry,
  path: string,
): Promise<SummaryHeader> {
  const verified = await verifyBytes(bytes, entry.header, path, 'header');
  const { header, length } = decodeHeader(verified);
  const { arch, subset, packages } = header;
  if (length === verified.length && arch === entry.arch && subset === entry.subset && packages === entry.packages) {
    return header;
  }
  if (length !== verified.length) {
    throw new RepomillError('format', `header: expected ${verified.length} bytes, found ${length}`, { path });
  }
  throw new RepomillError('format', `header: expected ${describe(entry)}, found ${describe(header)}`, { path });
}

function describe(summary: Pick<SummaryEntry, 'arch' | 'subset' | 'packages'>): string {
  return `${formatSummaryName(summary)} with ${formatPlural(summary.packages, 'package')}`;
}

/**
 * Checks that a summary is the one that the index lists under its digest: the architecture, the subset, the number of packages,
 * and a header and buckets that add up to its size. FORMAT.md, check 7.
 *
 * @param canonical - its bytes, whose digest the caller has verified
 * @param path - the file they came from, for messages
 */
export async function checkListed(canonical: Uint8Array, entry: SummaryEntry, path: string): Promise<void> {
  const header = await decodeVerifiedHeader(canonical.subarray(0, entry.header.size), entry, path);
  bucketRanges(header, entry, path);
}

/** The range of each bucket in the canonical bytes. Throws a format error if they do not add up to the summary. */
function bucketRanges(header: SummaryHeader, entry: SummaryEntry, path: string): readonly ByteRange[] {
  let end = entry.header.size;
  const ranges = header.buckets.map(({ size: length }) => {
    const start = end;
    end += length;
    return { start, length };
  });
  if (end === entry.size) return ranges;
  throw new RepomillError('format', `expected ${entry.size} bytes, found ${end} in header and buckets`, { path });
}
