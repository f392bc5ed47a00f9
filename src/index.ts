/**
 * The public face for publishers: build, verify and inspect trees. It also exports everything in `repomill/client`, together
 * with what needs Node: `directorySource` and `directoryStore`.
 * @module
 */
export type { HostAudit } from './audit/audit-host.ts';
export type { Finding } from './audit/findings.ts';
export { type BuildRequest, build } from './build.ts';
export type { Details } from './client/details.ts';
export type { FoundPackage } from './client/find-packages.ts';
export { memorySource, memoryStore } from './client/in-memory.ts';
export type { InstallPlan, PlanOptions } from './client/install/plan-install.ts';
export type { PackageDelta, PackagePlan } from './client/install/plan-packages.ts';
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
export type { SearchHit } from './client/search.ts';
export type { Selection } from './client/selection.ts';
export type { Size, Total } from './client/size.ts';
export type { RepositoryLocations } from './client/summaries/summary-reader.ts';
export type { DeltaSummary } from './delta/apply-delta.ts';
export {
  type ErrorCode,
  type ErrorDetails,
  formatError,
  formatProblem,
  type Problem,
  RepomillError,
} from './errors.ts';
export { type InspectOptions, inspect } from './inspect.ts';
export type { LayoutAudit } from './layouts/layout.ts';
// The types of the layouts' inspections.
export type * from './layouts/layouts.ts';
export type {
  CombinedEntry,
  FileEntry,
  HeaderEntry,
  HistoryEntry,
  SignedIndex,
  SubsetEntry,
  SummaryEntry,
} from './layouts/native/format/repository-index.ts';
export type { BucketEntry } from './layouts/native/format/summary.ts';
export type { Digest } from './model/digest.ts';
export type { CacheKind, Download, Progress, Stage, Unit } from './model/progress.ts';
export type { FieldValue, PackageRecord } from './model/record.ts';
export type { SignatureKind, Signer } from './model/signer.ts';
export type { ByteRange, FetchedBytes, FetchRequest, FetchResult, Source } from './model/source.ts';
export type { Store } from './model/store.ts';
export { compareVersions } from './model/version-order.ts';
export { directorySource } from './platform/files/directory-source.ts';
export { directoryStore } from './platform/files/directory-store.ts';
export { type HttpOptions, httpSource } from './platform/http/http-source.ts';
export { openSigner, type SignerOptions } from './platform/openpgp/open-signer.ts';
export type { BuildReport, SummaryReport, TreeReport } from './publish/build-report.ts';
export { compileQuery } from './query/match-query.ts';
export { parseQuery } from './query/parse-query.ts';
export { type FieldPath, formatQuery, type Query, type QueryOperator } from './query/query.ts';
export { type VerifyReport, type VerifyRequest, verify } from './verify.ts';
