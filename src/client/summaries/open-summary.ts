/**
 * A summary that is opened bucket by bucket. FORMAT.md, section "Partial reads": the index vouches for the header, the
 * header for each bucket, and nothing is decoded before its digest has been compared. A bucket that was tampered with is
 * an integrity error; the others stay readable.
 */
import { RepomillError } from '../../errors.ts';
import { type Bucket, openBucket } from '../../layouts/native/format/bucket.ts';
import type { SummaryEntry } from '../../layouts/native/format/repository-index.ts';
import { type BucketEntry, decodeHeader, type SummaryHeader } from '../../layouts/native/format/summary.ts';
import type { ByteRange } from '../../model/source.ts';
import type { Store } from '../../model/store.ts';
import { mergeRanges } from '../fetch/merge-ranges.ts';
import { verifyBytes } from '../fetch/verify-bytes.ts';
import { summaryName } from '../pull/cached-state.ts';
import { formatSummaryName } from '../selection.ts';
import type { BucketCache } from './bucket-cache.ts';

/** A summary whose header was verified. */
export interface Summary {
  readonly entry: SummaryEntry;
  readonly header: SummaryHeader;
  /**
   * Opens buckets one after the other, each verified.
   *
   * @param positions - in the header, ascending
   */
  buckets(positions: readonly number[]): AsyncIterable<Bucket>;
}

/** Buckets that are read together. */
export interface BucketRun {
  /** Where they stand in the header, ascending. */
  readonly positions: readonly number[];
  /** Their canonical bytes, in that order. Unverified. */
  read(): Promise<readonly Uint8Array[]>;
}

/** The runs in which the buckets at some positions of the header come, in order. */
export type ReadBuckets = (positions: readonly number[]) => readonly BucketRun[];

/** Bytes to read at a time where neighbours are wanted: few reads, and little memory. */
const RUN_SIZE = 1024 * 1024;

/** Opens a summary that a store holds. Throws a not-found error where it does not. */
export async function openStoredSummary(store: Store, entry: SummaryEntry, cache: BucketCache): Promise<Summary> {
  const name = summaryName(entry.sha256);
  const header = await decodeVerifiedHeader(await readPart(store, entry, 0, entry.header.size), entry, name);
  const places = bucketPlaces(header, entry);
  return openSummary(entry, header, cache, (positions) => {
    const left = positions.values();
    return mergeRanges(
      positions.flatMap((position) => places[position] ?? []),
      RUN_SIZE,
    ).map(({ start, length, parts }) => ({
      positions: parts.flatMap(() => left.next().value ?? []),
      async read() {
        const bytes = await readPart(store, entry, start, length);
        return parts.map((part) => bytes.subarray(part.start, part.start + part.length));
      },
    }));
  });
}

async function readPart(store: Store, entry: SummaryEntry, start: number, length: number): Promise<Uint8Array> {
  const bytes = await store.readRange(summaryName(entry.sha256), start, length);
  if (bytes !== undefined) return bytes;
  throw new RepomillError('not-found', `summary ${formatSummaryName(entry)}: not in ${store.location}`, {
    hint: 'pull it first',
  });
}

/** The summary behind a verified header and a way to get at the bytes of its buckets. */
export function openSummary(
  entry: SummaryEntry,
  header: SummaryHeader,
  cache: BucketCache,
  read: ReadBuckets,
): Summary {
  const what = `summary ${formatSummaryName(entry)}`;
  const listedAt = (position: number): BucketEntry => {
    const listed = header.buckets[position];
    if (listed === undefined) throw new RangeError(`${what}: no bucket ${position}`);
    return listed;
  };
  const openRun = async (run: BucketRun): Promise<readonly Promise<Bucket>[]> => {
    const parts = await run.read();
    return run.positions.map((position, i) =>
      inItsTurn(openVerifiedBucket(parts[i] ?? new Uint8Array(), listedAt(position), what)),
    );
  };
  return {
    entry,
    header,
    async *buckets(positions) {
      const wanted = positions.map(listedAt).map((listed) => ({ listed, bucket: cache.get(listed.sha256) }));
      const missing = positions.filter((_, i) => wanted[i]?.bucket === undefined);
      const fits = missing.reduce((sum, position) => sum + listedAt(position).size, 0) <= cache.room;
      const arriving = inOrder(read(missing), openRun);
      for (const { listed, bucket } of wanted) {
        if (bucket !== undefined) {
          yield bucket;
          continue;
        }
        const { value: fresh } = await arriving.next();
        if (fresh === undefined) throw new RangeError(`${what}: bucket ${listed.id} did not come`);
        if (fits) cache.add(listed.sha256, fresh, listed.size);
        yield fresh;
      }
    },
  };
}

/** Gives the buckets of runs one after the other; the next run is read and verified in the meantime. */
async function* inOrder(
  runs: readonly BucketRun[],
  open: (run: BucketRun) => Promise<readonly Promise<Bucket>[]>,
): AsyncGenerator<Bucket, undefined> {
  const rest = runs.values();
  const startNext = (): Promise<readonly Promise<Bucket>[]> | undefined => {
    const { value: run } = rest.next();
    return run && inItsTurn(open(run));
  };
  let next = startNext();
  while (next !== undefined) {
    const current = next;
    next = startNext();
    for (const bucket of await current) yield await bucket;
  }
  return undefined;
}

// What fails ahead of its turn fails when it is asked for, or never.
function inItsTurn<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => undefined);
  return promise;
}

async function openVerifiedBucket(bytes: Uint8Array, listed: BucketEntry, what: string): Promise<Bucket> {
  const bucket = openBucket(await verifyBytes(bytes, listed, `${what}: bucket ${listed.id}`));
  if (bucket.records === listed.records) return bucket;
  throw new RepomillError(
    'format',
    `${what}: bucket ${listed.id}: expected ${listed.records} records, found ${bucket.records}`,
  );
}

/** The header in its canonical bytes, compared with what the index says of it. `what` names the bytes in an error. */
export async function decodeVerifiedHeader(
  bytes: Uint8Array,
  entry: SummaryEntry,
  what: string,
): Promise<SummaryHeader> {
  const verified = await verifyBytes(bytes, entry.header, `${what}: header`);
  const { header, length } = decodeHeader(verified);
  const { arch, subset, packages } = header;
  if (length === verified.length && arch === entry.arch && subset === entry.subset && packages === entry.packages) {
    return header;
  }
  throw new RepomillError('format', `${what}: its header is not that of ${formatSummaryName(entry)}`);
}

/** Where each bucket stands in the canonical bytes. Throws a format error where they do not add up to the summary. */
function bucketPlaces(header: SummaryHeader, entry: SummaryEntry): readonly ByteRange[] {
  let end = entry.header.size;
  const places = header.buckets.map(({ size: length }) => {
    const start = end;
    end += length;
    return { start, length };
  });
  if (end === entry.size) return places;
  throw new RepomillError('format', `summary: expected ${entry.size} bytes, found ${end} in header and buckets`);
}
