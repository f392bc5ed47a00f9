/**
 * The public face for clients: nothing that it reaches needs Node, so it runs in a browser as it is.
 */

export type { Details } from './client/details.ts';
export type { FoundPackage } from './client/find-packages.ts';
export type { InstallPlan, PlanOptions } from './client/install/plan-install.ts';
export type { PackageDelta, PackagePlan, Size, Total } from './client/install/plan-packages.ts';
export { memorySource } from './client/memory-source.ts';
export { memoryStore } from './client/memory-store.ts';
export type { MetadataPlan } from './client/pull/plan-metadata.ts';
export type { Step } from './client/pull/plan-step.ts';
export { type PullOptions, pull } from './client/pull/pull.ts';
export type { Fallback, FileReport, How, Progress, PullReport } from './client/pull/pull-report.ts';
export {
  openRepository,
  type Repository,
  type RepositoryStatus,
  type SearchOptions,
  type SearchResult,
  type ShowOptions,
  type SummaryStatus,
} from './client/repository.ts';
export type { SearchHit } from './client/search.ts';
export type { Selection } from './client/selection.ts';
export type { Places } from './client/summaries/summary-reader.ts';
export { type ErrorCode, RepomillError } from './errors.ts';
export type { HistoryEntry, SignedIndex, SummaryEntry } from './layouts/native/format/repository-index.ts';
export type { Digest } from './model/digest.ts';
export type { FieldValue, PackageRecord } from './model/record.ts';
export type { ByteRange, FetchedBytes, FetchRequest, FetchResult, Source } from './model/source.ts';
export type { Store } from './model/store.ts';
export { compareVersions } from './model/version-order.ts';
export { type HttpOptions, httpSource } from './platform/http/http-source.ts';
export { formatQuery } from './query/format-query.ts';
export { compileQuery } from './query/match-query.ts';
export { parseQuery } from './query/parse-query.ts';
export type { Query } from './query/query.ts';
