/**
 * One side of a comparison: a published tree, a client's copy, or a tree as it was some steps of its history ago. Everything is
 * verified before it is read: FORMAT.md, section "What a reader checks".
 */
import { BoundedMap } from '../../../bytes/bounded-map.ts';
import { isGzip } from '../../../bytes/bytes.ts';
import { heldSummaries, listCachedSummaries, readCachedIndex, readSelections } from '../../../client/cached-state.ts';
import { fetchIndex } from '../../../client/fetch/fetch-index.ts';
import { fetchNamed, verifyBytes } from '../../../client/fetch/fetch-verified.ts';
import { coveredSummaries, type SummaryName } from '../../../client/selection.ts';
import { openRemoteSummary } from '../../../client/summaries/open-remote-summary.ts';
import {
  type BucketCache,
  openStoredSummary,
  openSummary,
  type Summary,
} from '../../../client/summaries/open-summary.ts';
import { RepomillError } from '../../../errors.ts';
import { defined } from '../../../model/defined.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import type { Source } from '../../../model/source.ts';
import type { Store } from '../../../model/store.ts';
import { sha256 as sha256Of } from '../../../platform/hash/sha256.ts';
import { gunzipStrictly } from '../../../platform/zlib/gunzip.ts';
import type { ComparedPlace } from '../../layout.ts';
import { summaryPath } from '../format/paths.ts';
import type { SignedIndex, SummaryEntry } from '../format/repository-index.ts';
import { splitSummary } from '../format/summary.ts';

/** A summary of a state. */
export interface StateSummary extends SummaryName {
  readonly sha256: Digest;
  open(): Promise<Summary>;
}

/** A repository at one moment. */
export interface RepositoryState {
  readonly location: string;
  readonly signed: SignedIndex;
  /** Everything that can be compared. */
  readonly summaries: readonly StateSummary[];
  /** Which of the summaries of the other side this one could have: all, unless it is a copy that was asked for less. */
  covers(names: readonly SummaryName[]): ReadonlySet<SummaryName>;
  /** Summaries that have no version that old, and are read as they first were. */
  readonly shorter: readonly SummaryName[];
}

/** Opened buckets to keep, in canonical bytes. Each is read once. */
const BUCKET_CACHE_BYTES = 1024 * 1024;

/** Opens one side. Throws what its index or copy is refused for; a usage error if it has no history of so many steps. */
export async function openState(place: ComparedPlace, signal: AbortSignal | undefined): Promise<RepositoryState> {
  const { source, store, steps = 0 } = place;
  const location = place.label ?? (store ?? source)?.location ?? '';
  if (store !== undefined) return openCopy(store, location, steps);
  if (source === undefined) throw new RepomillError('usage', 'expected a source or a store, found neither');
  const { signed } = await fetchIndex(source, undefined, { signal });
  const cache: BucketCache = new BoundedMap(BUCKET_CACHE_BYTES);
  const longest = Math.max(0, ...signed.summaries.map(({ history }) => history.length));
  if (steps > longest) throw noSuchStep(location, steps, longest);
  return {
    location,
    signed,
    summaries: signed.summaries.map((entry): StateSummary => {
      const { arch, subset } = entry;
      const older = steps === 0 ? undefined : entry.history[Math.min(steps, entry.history.length) - 1];
      const open = (): Promise<Summary> =>
        older === undefined
          ? openRemoteSummary(source, entry, cache, signal)
          : openOlderSummary(source, older.sha256, cache, signal);
      return defined({ arch, subset, sha256: older?.sha256 ?? entry.sha256, open });
    }),
    covers: (names) => new Set(names),
    shorter: signed.summaries.filter(({ history }) => history.length < steps),
  };
}

async function openCopy(store: Store, location: string, steps: number): Promise<RepositoryState> {
  if (steps > 0) {
    throw new RepomillError('usage', 'a copy has no history', {
      path: location,
      hint: 'name the tree or the URL that it was pulled from',
    });
  }
  const cached = await readCachedIndex(store);
  if (cached === undefined)
    throw new RepomillError('not-found', 'nothing has been pulled here yet', { path: location });
  const { signed } = cached;
  const cache: BucketCache = new BoundedMap(BUCKET_CACHE_BYTES);
  const held = heldSummaries(cached, await listCachedSummaries(store));
  const selections = (await readSelections(store)) ?? held.map(({ arch, subset }) => defined({ arch, subset }));
  return {
    location,
    signed,
    summaries: held.map((entry) => ({ ...entry, open: () => openStoredSummary(store, entry, cache) })),
    covers: (names) => new Set(selections.flatMap((asked) => coveredSummaries(names, asked))),
    shorter: [],
  };
}

/** Opens an older version of a summary. The index has its digest and no sizes, so the whole file is read and verified. */
async function openOlderSummary(
  source: Source,
  sha256: Digest,
  cache: BucketCache,
  signal: AbortSignal | undefined,
): Promise<Summary> {
  const path = summaryPath(sha256);
  const { bytes: stored } = await fetchNamed(source, path, defined({ maxBytes: MAX_SUMMARY_SIZE, signal }));
  const unpacked = isGzip(stored) ? gunzipStrictly(stored, MAX_SUMMARY_SIZE) : stored;
  const canonical = await verifyBytes(unpacked, { sha256, size: unpacked.length }, path);
  const { header, headerBytes, bucketBytes } = splitSummary(canonical);
  const { arch, subset, packages } = header;
  const entry: SummaryEntry = defined({
    arch,
    subset,
    sha256,
    size: canonical.length,
    storedSize: stored.length,
    packages,
    header: { sha256: await sha256Of(headerBytes), size: headerBytes.length, storedSize: 0 },
    history: [],
  });
  return openSummary({ entry, header, path }, cache, (positions) => [
    { positions, read: async () => positions.map(bucketBytes) },
  ]);
}

function noSuchStep(location: string, steps: number, longest: number): RepomillError {
  const found = longest === 0 ? 'it has no older versions' : `its history has ${longest}`;
  return new RepomillError('not-found', `@${steps}: ${found}`, {
    path: location,
    hint: '@1 is the version before the newest, and so on, as far as the tree keeps them (`history:` in repomill.yaml)',
  });
}
