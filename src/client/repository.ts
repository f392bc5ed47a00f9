/**
 * A repository as a client asks it: from a store that was pulled before, straight from a source without storing anything,
 * or both: then the store answers, and the source fills in what it lacks.
 */
import { RepomillError } from '../errors.ts';
import type { SignedIndex } from '../layouts/native/format/repository-index.ts';
import type { Digest } from '../model/digest.ts';
import type { PackageRecord } from '../model/record.ts';
import { loadFingerprint } from '../platform/hash/fingerprint.ts';
import type { Query } from '../query/query.ts';
import { type Details, detailsEntryOf, detailsFetcher } from './details.ts';
import { fetchIndex } from './fetch/fetch-index.ts';
import { recordingSource } from './fetch/recording-source.ts';
import { type FoundPackage, findPackages } from './find-packages.ts';
import { type InstallPlan, type PlanOptions, planInstall } from './install/plan-install.ts';
import { type CachedIndex, readCachedIndex } from './pull/cached-state.ts';
import type { FileReport } from './pull/pull-report.ts';
import { type SearchHit, searchSummaries } from './search.ts';
import type { Selection } from './selection.ts';
import { type Places, summaryShelf } from './summaries/summary-reader.ts';

/** A summary within reach. Sizes are in bytes. */
export interface SummaryStatus {
  readonly arch: string;
  readonly subset?: string;
  readonly sha256: Digest;
  readonly packages: number;
  /** Canonical bytes. */
  readonly size: number;
  readonly storedSize: number;
  readonly cached: boolean;
}

/** What a repository is and how much of it is here. */
export interface RepositoryStatus {
  readonly name: string;
  readonly title?: string;
  readonly version: number;
  /** Where the index came from: a URL or a directory; absent where the store does not know. */
  readonly location?: string;
  /** All that the index lists. */
  readonly summaries: readonly SummaryStatus[];
}

/** Which packages of a name. */
export interface ShowOptions extends Selection {
  /** This version only, as the record spells it. */
  readonly version?: string;
}

/** How to search. */
export interface SearchOptions extends Selection {
  readonly where?: Query;
  /** Hits to return at most. */
  readonly limit?: number;
}

/** The best hits, and how many there are in all. */
export interface SearchResult {
  readonly total: number;
  readonly hits: readonly SearchHit[];
}

/** An open repository. Whatever it returns was verified. */
export interface Repository {
  readonly signed: SignedIndex;
  /** What was fetched so far, in order. */
  readonly files: readonly FileReport[];
  status(): RepositoryStatus;
  /** Every record of a name, newest version first; empty where there is none. */
  show(name: string, options?: ShowOptions): Promise<readonly FoundPackage[]>;
  /** Records in which every term occurs, best first. */
  search(terms: readonly string[], options?: SearchOptions): Promise<SearchResult>;
  /** The heavy fields of a record; empty where it has none. Throws a usage error without a source. */
  details(record: PackageRecord): Promise<Details>;
  /** What an update and an installation would download. Dependencies are not resolved. */
  plan(options: PlanOptions): Promise<InstallPlan>;
}

/**
 * Opens a repository.
 *
 * @throws RepomillError `usage` without source and store, `not-found` where neither has an index
 */
export async function openRepository(places: Places): Promise<Repository> {
  const files: FileReport[] = [];
  const { store } = places;
  const source = places.source && recordingSource(places.source, files);
  const within: Places = { ...(source && { source }), ...(store && { store }) };
  const cached = store && (await readCachedIndex(store));
  const { signed, origin } = cached ?? (await readIndex(within));
  const shelf = await summaryShelf(signed, within);
  const fetchDetails = source && detailsFetcher(signed, source);
  return {
    signed,
    files,
    status: () => ({
      name: signed.name,
      ...(signed.title === undefined ? {} : { title: signed.title }),
      version: signed.version,
      ...(origin === undefined ? {} : { location: origin.location }),
      summaries: signed.summaries.map(({ header: _header, history: _history, ...entry }) => ({
        ...entry,
        cached: shelf.isCached(entry.sha256),
      })),
    }),
    async show(name, { version, ...selection } = {}) {
      const found = await findPackages(name, await shelf.open(selection), await loadFingerprint());
      return found.filter(({ record }) => version === undefined || record.version === version);
    },
    async search(terms, { where, limit, ...selection } = {}) {
      const hits = await searchSummaries(await shelf.open(selection), { terms, ...(where && { where }) });
      return { total: hits.length, hits: hits.slice(0, limit) };
    },
    async details(record) {
      if (fetchDetails !== undefined) return fetchDetails(record);
      if (detailsEntryOf(record) === undefined) return {};
      throw new RepomillError('usage', `${record.name}: details are not in ${store?.location}`, {
        hint: 'they are fetched one at a time: name a source',
      });
    },
    plan: (options) => planInstall({ ...within, ...(cached && { cached }) }, options),
  };
}

async function readIndex({ source, store }: Places): Promise<Pick<CachedIndex, 'signed' | 'origin'>> {
  if (source !== undefined) return fetchIndex(source, undefined);
  if (store === undefined) throw new RepomillError('usage', 'repository: expected a source or a store, found neither');
  throw new RepomillError('not-found', `${store.location}: nothing was pulled here yet`);
}
