/**
 * A repository as a client queries it: from a store filled by `pull`, directly from a source without storing anything, or
 * from both. With both, the source supplies only what the store lacks.
 */
import { RepomillError, throwIfAborted } from '../errors.ts';
import type { SignedIndex } from '../layouts/native/format/repository-index.ts';
import { defined } from '../model/defined.ts';
import type { Digest } from '../model/digest.ts';
import type { PackageRecord } from '../model/record.ts';
import type { Source } from '../model/source.ts';
import type { Query } from '../query/query.ts';
import { type CachedIndex, readCachedIndex } from './cached-state.ts';
import { type Details, detailsEntryOf, detailsFetcher } from './details.ts';
import { fetchIndex } from './fetch/fetch-index.ts';
import { type FoundPackage, findPackages } from './find-packages.ts';
import { type InstallPlan, type PlanOptions, planInstall } from './install/plan-install.ts';
import type { FileReport } from './pull/pull-report.ts';
import { orderOf } from './repository-order.ts';
import { type SearchHit, searchSummaries, type UnknownField } from './search.ts';
import { type Selection, servingArch } from './selection.ts';
import { openSummaries, type RepositoryLocations } from './summaries/summary-reader.ts';

/** A summary that the index lists. Sizes are in bytes. */
export interface SummaryStatus {
  readonly arch: string;
  readonly subset?: string;
  readonly sha256: Digest;
  readonly packages: number;
  /** Canonical bytes. */
  readonly size: number;
  /** Bytes of the file that a client downloads. */
  readonly storedSize: number;
  /** Whether the store holds it. */
  readonly cached: boolean;
}

/** What a repository contains, and which parts are in the store. */
export interface RepositoryStatus {
  readonly name: string;
  readonly title?: string;
  readonly version: number;
  /** The order of versions, if it is not that of Debian: `semver`. */
  readonly versions?: string;
  /** Where the index came from: a URL or a directory. Absent if unknown. */
  readonly location?: string;
  /** All that the index lists. */
  readonly summaries: readonly SummaryStatus[];
}

/** How to open a repository: a source, a store, or both. */
export interface OpenOptions extends RepositoryLocations {
  /** Aborts opening with an `interrupted` error. Each later read takes its own signal. */
  readonly signal?: AbortSignal;
}

/** Options of a read that can be aborted. */
export interface AbortOptions {
  /** Aborts the read with an `interrupted` error. The repository stays usable. */
  readonly signal?: AbortSignal;
}

/** Which records of a package to show. */
export interface ShowOptions extends Selection, AbortOptions {
  /** Only this version, spelled as in the record. */
  readonly version?: string;
}

/** How to search. */
export interface SearchOptions extends Selection, AbortOptions {
  /** A query that hits must also match: see `parseQuery`. */
  readonly where?: Query;
  /** The most hits to return: a whole number from 0 up. Without it, all of them. */
  readonly limit?: number;
}

/** The best hits, and the number of all hits. A hit is a record: one version for one arch. */
export interface SearchResult {
  readonly total: number;
  readonly hits: readonly SearchHit[];
  /** Fields of the query that no searched record has: probably misspelt. */
  readonly unknownFields: readonly UnknownField[];
}

/** An open repository. Everything it returns has been verified. */
export interface Repository {
  readonly signed: SignedIndex;
  /** What has been fetched so far, in order. */
  readonly files: readonly FileReport[];
  status(): RepositoryStatus;
  /** The arch whose summaries are read for an arch: itself, or `all` if it has none of its own. */
  archFor(arch: string): string;
  /** Every record with this name, newest version first; empty if the repository lacks it. */
  show(name: string, options?: ShowOptions): Promise<readonly FoundPackage[]>;
  /** Records that contain every term, best first. Throws a usage error for a limit that is not a whole number from 0 up. */
  search(terms: readonly string[], options?: SearchOptions): Promise<SearchResult>;
  /** The heavy fields of a record; empty if it has none. Throws a usage error without a source. */
  details(record: PackageRecord, options?: AbortOptions): Promise<Details>;
  /** What an update and an installation would download. Dependencies are not resolved. */
  plan(options: PlanOptions): Promise<InstallPlan>;
}

/**
 * Opens a repository. From a source this fetches only the index; summaries, buckets and details are fetched as needed.
 *
 * @throws RepomillError `usage` without a source or a store; `not-found` if there is no index; `transport`, `format` or
 * `integrity` if the index cannot be fetched, is malformed or fails verification; `interrupted` after an abort
 * @example
 * const repository = await openRepository({ source: httpSource('https://example.org/repo') });
 * const [newest] = await repository.show('bash', { arch: 'amd64' });
 * const { total, hits } = await repository.search(['editor'], { where: parseQuery('size < 1MB'), limit: 20 });
 */
export async function openRepository({ signal, ...locations }: OpenOptions): Promise<Repository> {
  throwIfAborted(signal);
  const files: FileReport[] = [];
  const { store } = locations;
  const source = locations.source && recordingSource(locations.source, files);
  const cached = store && (await readCachedIndex(store));
  throwIfAborted(signal);
  const { signed, origin } = cached ?? (await readIndex(defined({ source, store, signal })));
  const summaries = await openSummaries(signed, defined({ source, store }));
  const fetchDetails = source && detailsFetcher(signed, source);
  return {
    signed,
    files,
    status: () =>
      defined({
        name: signed.name,
        title: signed.title,
        version: signed.version,
        versions: signed.versions,
        location: origin?.location,
        summaries: signed.summaries.map(({ header: _header, history: _history, ...entry }) => ({
          ...entry,
          cached: summaries.isCached(entry.sha256),
        })),
      }),
    archFor: (arch) => servingArch(signed.summaries, arch),
    async show(name, { version, signal, ...selection } = {}) {
      const { compare } = await orderOf(signed);
      const found = await findPackages(name, await summaries.open(selection, signal), { compare, signal });
      return found.filter(({ record }) => version === undefined || record.version === version);
    },
    async search(terms, { where, limit, signal, ...selection } = {}) {
      if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 0)) {
        throw new RepomillError('usage', `limit: expected a whole number from 0 up, found ${limit}`);
      }
      const request = { terms, where, signal, ...(await orderOf(signed)) };
      const { hits, unknownFields } = await searchSummaries(await summaries.open(selection, signal), request);
      return { total: hits.length, hits: hits.slice(0, limit), unknownFields };
    },
    async details(record, { signal } = {}) {
      if (fetchDetails !== undefined) return fetchDetails(record, signal);
      if (detailsEntryOf(record) === undefined) return {};
      throw new RepomillError('usage', `the details of ${record.name} are not in the local copy`, {
        path: store?.location,
        hint: 'details are fetched on demand; name a source (--from)',
      });
    },
    plan: (options) => planInstall(defined({ source, store, cached }), options),
  };
}

async function readIndex({ source, store, signal }: OpenOptions): Promise<Pick<CachedIndex, 'signed' | 'origin'>> {
  if (source !== undefined) return fetchIndex(source, undefined, { signal });
  if (store === undefined) throw new RepomillError('usage', 'repository: expected a source or a store, found neither');
  throw new RepomillError('not-found', 'nothing has been pulled here yet', { path: store.location });
}

// Adds every file or range that is fetched to `files`.
function recordingSource(source: Source, files: FileReport[]): Source {
  return {
    location: source.location,
    async fetch(path, request) {
      const result = await source.fetch(path, request);
      if (result.kind === 'full' || result.kind === 'partial') {
        files.push({ path, how: result.kind, bytes: result.transferred });
      }
      return result;
    },
  };
}
