/**
 * A summary that is opened bucket by bucket. FORMAT.md, section "Partial reads": the index vouches for the header, the
 * header for each bucket, and nothing is decoded before its digest has been compared. A bucket that was tampered with is
 * an integrity error; the others stay readable.
 */
import { RepomillError } from '../errors.ts';
import { type Bucket, openBucket } from '../format/bucket.ts';
import { type BucketEntry, decodeHeader, type SummaryHeader } from '../format/summary.ts';
import type { SummaryEntry } from '../model/repository-index.ts';
import type { Store } from '../model/store.ts';
import type { BucketCache } from './bucket-cache.ts';
import { summaryName } from './cached-state.ts';
import { formatSummaryName } from './selection.ts';
import { verifyBytes } from './verify-bytes.ts';

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

/** Canonical bytes of the buckets at some positions of the header, one after the other. Unverified. */
export type ReadBuckets = (positions: readonly number[]) => AsyncIterator<Uint8Array, undefined>;

/** Opens a summary that a store holds. Throws a not-found error where it does not. */
export async function openStoredSummary(store: Store, entry: SummaryEntry, cache: BucketCache): Promise<Summary> {
  const name = summaryName(entry.sha256);
  const header = await decodeVerifiedHeader(await readPart(store, entry, 0, entry.header.size), entry, name);
  const starts = bucketStarts(header, entry);
  return openSummary(entry, header, cache, async function* (positions) {
    for (const position of positions) {
      const { start, size } = starts[position] ?? { start: 0, size: 0 };
      yield await readPart(store, entry, start, size);
    }
    return undefined;
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
  return {
    entry,
    header,
    async *buckets(positions) {
      const opened = positions.map((position) => {
        const listed = header.buckets[position];
        if (listed === undefined) throw new RangeError(`summary: no bucket ${position}`);
        return { position, listed, bucket: cache.get(listed.sha256) };
      });
      const needed = opened.filter(({ bucket }) => bucket === undefined).map(({ position }) => position);
      const arriving = read(needed);
      for (const { listed, bucket } of opened) {
        if (bucket !== undefined) {
          yield bucket;
          continue;
        }
        const { value = new Uint8Array() } = await arriving.next();
        const fresh = await openVerifiedBucket(value, listed, `summary ${formatSummaryName(entry)}`);
        cache.add(listed.sha256, fresh, listed.size);
        yield fresh;
      }
    },
  };
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
function bucketStarts(
  header: SummaryHeader,
  entry: SummaryEntry,
): readonly { readonly start: number; readonly size: number }[] {
  let end = entry.header.size;
  const starts = header.buckets.map(({ size }) => {
    const start = end;
    end += size;
    return { start, size };
  });
  if (end === entry.size) return starts;
  throw new RepomillError('format', `summary: expected ${entry.size} bytes, found ${end} in header and buckets`);
}
