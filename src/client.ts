/**
 * The public face for clients. Nothing in it needs Node, so it runs unchanged in browsers. In Node, `repomill` exports all of
 * it as well, together with `directorySource` and `directoryStore`.
 * @module
 */

export type { Details } from './client/details.ts';
export type { FoundPackage } from './client/find-packages.ts';
export { memorySource, memoryStore } from './client/in-memory.ts';
export type { InstallPlan, PlanOptions } from './client/install/plan-install.ts';
export type { PackageDelta, PackagePlan } from './client/install/plan-packages.ts';
export type { Substitute } from './client/plan-copy.ts';
export type { MetadataPlan, SummaryStep } from './client/plan-metadata.ts';
export { type PullOptions, pull } from './client/pull/pull.ts';
export type { Fallback, FileReport, PullReport } from './client/pull/pull-report.ts';
export {
  type AbortOptions,
  type OpenOptions,
  openRepository,
  type Repository,
  type RepositoryStatus,
  type SearchOptions,
  type SearchResult,
  type ShowOptions,
  type SummaryStatus,
} from './client/repository.ts';
export type { SearchHit, UnknownField } from './client/search.ts';
export type { Selection } from './client/selection.ts';
export type { Size, Total } from './client/size.ts';
export type { RepositoryLocations } from './client/summaries/summary-reader.ts';
export {
  type ErrorCode,
  type ErrorDetails,
  formatError,
  formatProblem,
  type Problem,
  RepomillError,
} from './errors.ts';
export type {
  CombinedEntry,
  FileEntry,
  HeaderEntry,
  HistoryEntry,
  PackageListEntry,
  SignedIndex,
  SubsetEntry,
  SummaryEntry,
} from './layouts/native/format/repository-index.ts';
export type { Digest } from './model/digest.ts';
export type { CacheKind, Download, Progress, Stage, Unit } from './model/progress.ts';
export type { FieldValue, PackageRecord } from './model/record.ts';
export type { ByteRange, FetchedBytes, FetchRequest, FetchResult, Source } from './model/source.ts';
export type { Store } from './model/store.ts';
export { compareVersions } from './model/versions/debian.ts';
export type { VersionComparison, VersionOrder, VersionOrderName } from './model/versions/version-order.ts';
export { type HttpOptions, httpSource } from './platform/http/http-source.ts';
export { loadVersionOrder } from './platform/versions/load-version-order.ts';
export { compileQuery } from './query/match-query.ts';
export { parseQuery } from './query/parse-query.ts';
export { type FieldPath, formatQuery, type Query, type QueryOperator } from './query/query.ts';
