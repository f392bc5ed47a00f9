/**
 * A summary read from a source by Range: one request for the header, then one for each run of needed buckets, or a single one
 * if they make up much of the file. FORMAT.md, section "Partial reads". If the host sends only whole files, or the file does
 * not say where its buckets are, the whole file is fetched once, verified, and used from then on.
 */
import { isGzip } from '../../bytes/bytes.ts';
import { RepomillError } from '../../errors.ts';
import { summaryPath } from '../../layouts/native/format/paths.ts';
import type { SummaryEntry } from '../../layouts/native/format/repository-index.ts';
import { type MemberRange, memberRanges } from '../../layouts/native/format/stored-summary.ts';
import { splitSummary } from '../../layouts/native/format/summary.ts';
import type { Source } from '../../model/source.ts';
import { fetchStored, unpack, unpackSummary } from '../fetch/fetch-verified.ts';
import { type MergedRange, mergeRanges, spanRanges } from '../fetch/merge-ranges.ts';
import { type BucketCache, decodeVerifiedHeader, openSummary, type Summary } from './open-summary.ts';

/** From this share of the file on, a single request fetches the gaps too: many small requests take longer. */
const ONE_REQUEST_SHARE = 1 / 3;

/** Opens a summary in a source. Buckets are fetched on demand. */
export async function openRemoteSummary(
  source: Source,
  entry: SummaryEntry,
  cache: BucketCache,
  openSignal?: AbortSignal,
): Promise<Summary> {
  const path = summaryPath(entry.sha256);
  const openWhole = async (): Promise<Summary> =>
    openWholeSummary((await fetchStored(source, entry, { signal: openSignal })).bytes, entry, cache);
  const range = { start: 0, length: entry.header.storedSize };
  const first = await fetchStored(source, entry, { range, signal: openSignal });
  if (first.kind === 'full') return openWholeSummary(first.bytes, entry, cache);
  if (!isGzip(first.bytes)) return openWhole();
  const headerBytes = await unpack(first.bytes, entry.header.size, path, 'header');
  const header = await decodeVerifiedHeader(headerBytes, entry, path);
  const members = memberRanges(first.bytes, entry.header.storedSize, header.buckets.length)?.slice(1);
  if (members === undefined) return openWhole();
  checkEnd(members, entry, path);

  // Kept compressed, as fetched: a page that searches again fetches nothing.
  const fetched = new Map<number, Uint8Array>();
  let whole: WholeSummary | undefined;
  // Resolves to the whole summary if the host sends all of it instead of a range.
  const fetchMembers = async (
    positions: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<WholeSummary | undefined> => {
    const wanted = positions.flatMap((position) => members[position] ?? []);
    const share = wanted.reduce((sum, { length }) => sum + length, 0) / entry.storedSize;
    const ranges = share < ONE_REQUEST_SHARE ? mergeRanges(wanted) : spanRanges(wanted);
    const answers = await Promise.all(ranges.map((one) => fetchStored(source, entry, { range: one, signal })));
    const full = answers.find((answer) => answer.kind === 'full');
    if (full !== undefined) return splitSummary(await unpackSummary(full.bytes, entry));
    const parts = answers.flatMap(({ bytes }, i) => cutParts(bytes, ranges[i]));
    for (const [i, position] of positions.entries()) {
      const part = parts[i];
      if (part !== undefined && part.length === members[position]?.length) fetched.set(position, part);
    }
    return undefined;
  };
  return openSummary({ entry, header, path }, cache, (positions, signal) => {
    // The first read requests everything that is needed at once.
    let fetching: Promise<WholeSummary | undefined> | undefined;
    const fetchAll = async (): Promise<WholeSummary | undefined> =>
      whole ??
      fetchMembers(
        positions.filter((position) => !fetched.has(position)),
        signal,
      );
    return positions.map((position) => ({
      positions: [position],
      async read() {
        fetching ??= fetchAll();
        whole = await fetching;
        if (whole !== undefined) return [whole.bucketBytes(position)];
        const { id = '', size = 0 } = header.buckets[position] ?? {};
        return [await unpack(fetched.get(position) ?? new Uint8Array(), size, path, `bucket ${id}`)];
      },
    }));
  });
}

type WholeSummary = ReturnType<typeof splitSummary>;

async function openWholeSummary(stored: Uint8Array, entry: SummaryEntry, cache: BucketCache): Promise<Summary> {
  const path = summaryPath(entry.sha256);
  const whole = splitSummary(await unpackSummary(stored, entry));
  const header = await decodeVerifiedHeader(whole.headerBytes, entry, path);
  return openSummary({ entry, header, path }, cache, (positions) => [
    { positions, read: async () => positions.map(whole.bucketBytes) },
  ]);
}

function cutParts(bytes: Uint8Array, range: MergedRange | undefined): readonly Uint8Array[] {
  return range?.parts.map(({ start, length }) => bytes.subarray(start, start + length)) ?? [];
}

// No digest covers the lengths of the members: this keeps every request inside the file.
function checkEnd(members: readonly MemberRange[], entry: SummaryEntry, path: string): void {
  const last = members.at(-1);
  const end = last === undefined ? entry.header.storedSize : last.start + last.length;
  if (end === entry.storedSize) return;
  throw new RepomillError('integrity', `expected ${entry.storedSize} bytes, found ${end} in its members`, { path });
}
