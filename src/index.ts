/**
 * Public face for whoever publishes: building, checking and looking into trees. Clients use `repomill/client`.
 * @module
 */

export type { Finding } from './audit/findings.ts';
export { type BuildRequest, build } from './build.ts';
export { type ErrorCode, formatProblem, type Problem, RepomillError } from './errors.ts';
export { type FieldSize, type Inspection, inspect } from './inspect.ts';
export type { FlatpakReport } from './layouts/flatpak/audit/audit-flatpak.ts';
export type { NativeReport } from './layouts/native/audit/audit-native.ts';
export type { SignedIndex, SummaryEntry } from './layouts/native/format/repository-index.ts';
export type { Progress, Stage } from './model/progress.ts';
export type { FieldValue, PackageRecord } from './model/record.ts';
export type { Signer } from './model/signer.ts';
export { directorySource } from './platform/files/directory-source.ts';
export { directoryStore } from './platform/files/directory-store.ts';
export { type Folder, openFolder } from './platform/files/folder.ts';
export { httpSource } from './platform/http/http-source.ts';
export { openSigner, type SignerOptions } from './platform/openpgp/open-signer.ts';
export type { BuildReport, LayoutName, SummaryReport } from './publish/build-report.ts';
export { type VerifyReport, type VerifyRequest, verify } from './verify.ts';
