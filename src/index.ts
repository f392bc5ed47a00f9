/**
 * The public face for publishers: build, verify and inspect trees. It also exports everything in `repomill/client`, together
 * with what needs Node: `directorySource` and `directoryStore`.
 * @module
 */
export type { HostAudit } from './audit/audit-host.ts';
export type { Finding } from './audit/findings.ts';
export { type BuildRequest, build } from './build.ts';
export type { FileExplanation, RecordExplanation } from './catalogue/read/explain-file.ts';
export type { UnreadFiles, UnreadKind } from './catalogue/read/unread-files.ts';
export * from './client.ts';
export type { DeltaSummary } from './delta/apply-delta.ts';
export { type DiffOptions, type DiffReport, diff } from './diff.ts';
export { type ExplainRequest, explain } from './explain.ts';
export { type InspectOptions, inspect } from './inspect.ts';
export type { ComparedPlace, Comparison, LayoutAudit } from './layouts/layout.ts';
// The types of the layouts' inspections.
export type * from './layouts/layouts.ts';
export type { BucketEntry } from './layouts/native/format/summary.ts';
export type { PackageFile } from './model/package-file.ts';
export type {
  ChangedContent,
  ChangedField,
  ChangedRecord,
  ChangedVersion,
  RecordChanges,
  VersionDirection,
} from './model/record-changes.ts';
export type {
  KeyRing,
  PublicKey,
  SignatureForm,
  SignatureKind,
  SignedForm,
  Signer,
  SignRequest,
} from './model/signer.ts';
export { directorySource } from './platform/files/directory-source.ts';
export { directoryStore } from './platform/files/directory-store.ts';
export { openSigner, type SignerOptions } from './platform/openpgp/open-signer.ts';
export type { BuildReport, PackageFilesReport, SummaryReport, TreeReport } from './publish/build-report.ts';
export { type VerifyReport, type VerifyRequest, verify } from './verify.ts';
