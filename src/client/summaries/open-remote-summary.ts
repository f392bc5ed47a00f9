/**
 * A summary read from a source by Range: one request for the header, then one for each run of buckets that is needed, or one
 * for all where that is much of the file.
 * Where a host gives whole files only, or the file does not say where its buckets stand, one whole file is fetched,
 * verified whole, and used from then on. FORMAT.md, section "Partial reads".
 */
import { isGzip } from '../../bytes/bytes.ts';
import { RepomillError } from '../../errors.ts';
import { summaryPath } from '../../layouts/native/format/paths.ts';
import type { SummaryEntry } from '../../layouts/native/format/repository-index.ts';
import { type MemberRange, memberRanges } from '../../layouts/native/format/stored-summary.ts';
import { splitSummary } from '../../layouts/native/format/summary.ts';
import type { Source } from '../../model/source.ts';
import { fetchStored, unpackSummary } from '../fetch/fetch-verified.ts';
import { type MergedRange, mergeRanges, spanRanges } from '../fetch/merge-ranges.ts';
import { unpack } from '../fetch/unpack.ts';
import type { BucketCache } from './bucket-cache.ts';
import { decodeVerifiedHeader, openSummary, type Summary } from './open-summary.ts';

/** From this share of the file on, one request fetches all that lies between: many small ones take longer. */
const ONE_REQUEST_SHARE = 1 / 3;

/** Opens a summary that a source holds. */
export async function openRemoteSummary(source: Source, entry: SummaryEntry, cache: BucketCache): Promise<Summary> {
  const path = summaryPath(entry.sha256);
  const first = await fetchStored(source, entry, { range: { start: 0, length: entry.header.storedSize } });
  if (first.kind === 'full') return openWholeSummary(first.bytes, entry, cache);
  if (!isGzip(first.bytes)) return fetchWholeSummary(source, entry, cache);
  const bytes = await unpack(first.bytes, entry.header.size, `${path}: header`);
  const header = await decodeVerifiedHeader(bytes, entry, path);
  const members = memberRanges(first.bytes, entry.header.storedSize, header.buckets.length)?.slice(1);
  if (members === undefined) return fetchWholeSummary(source, entry, cache);
  checkEnd(members, entry, path);

  // As they came, compressed: a page that searches a second time fetches nothing.
  const fetched = new Map<number, Uint8Array>();
  let whole: WholeSummary | undefined;
  // Resolves to the whole summary where the host gives all of it instead of a range.
  const fetchMembers = async (positions: readonly number[]): Promise<WholeSummary | undefined> => {
    const wanted = positions.flatMap((position) => members[position] ?? []);
    const share = wanted.reduce((sum, { length }) => sum + length, 0) / entry.storedSize;
    const ranges = share < ONE_REQUEST_SHARE ? mergeRanges(wanted) : spanRanges(wanted);
    const answers = await Promise.all(ranges.map((range) => fetchStored(source, entry, { range })));
    const full = answers.find((answer) => answer.kind === 'full');
    if (full !== undefined) return splitSummary(await unpackSummary(full.bytes, entry));
    const parts = answers.flatMap(({ bytes }, i) => cutParts(bytes, ranges[i]));
    for (const [i, position] of positions.entries()) {
      const part = parts[i];
      if (part !== undefined && part.length === members[position]?.length) fetched.set(position, part);
    }
    return undefined;
  };
  return openSummary(entry, header, cache, (positions) => {
    // All that is needed is asked for at once, when the first of it is.
    let fetching: Promise<WholeSummary | undefined> | undefined;
    const fetchAll = async (): Promise<WholeSummary | undefined> =>
      whole ?? fetchMembers(positions.filter((position) => !fetched.has(position)));
    return positions.map((position) => ({
      positions: [position],
      async read() {
        fetching ??= fetchAll();
        whole = await fetching;
        const stored = fetched.get(position) ?? new Uint8Array();
        return [whole?.bucketBytes(position) ?? (await unpack(stored, header.buckets[position]?.size ?? 0, path))];
      },
    }));
  });
}

type WholeSummary = ReturnType<typeof splitSummary>;

async function fetchWholeSummary(source: Source, entry: SummaryEntry, cache: BucketCache): Promise<Summary> {
  return openWholeSummary((await fetchStored(source, entry)).bytes, entry, cache);
}

async function openWholeSummary(stored: Uint8Array, entry: SummaryEntry, cache: BucketCache): Promise<Summary> {
  const whole = splitSummary(await unpackSummary(stored, entry));
  const header = await decodeVerifiedHeader(whole.headerBytes, entry, summaryPath(entry.sha256));
  return openSummary(entry, header, cache, (positions) => [
    { positions, read: async () => positions.map(whole.bucketBytes) },
  ]);
}

function cutParts(bytes: Uint8Array, range: MergedRange | undefined): readonly Uint8Array[] {
  return range?.parts.map(({ start, length }) => bytes.subarray(start, start + length)) ?? [];
}

// Where the members stand is not part of what the digests cover: it is checked here that no request leads out of the file.
function checkEnd(members: readonly MemberRange[], entry: SummaryEntry, path: string): void {
  const last = members.at(-1);
  const end = last === undefined ? entry.header.storedSize : last.start + last.length;
  if (end === entry.storedSize) return;
  throw new RepomillError('integrity', `${path}: expected ${entry.storedSize} bytes, found ${end} in its members`);
}
