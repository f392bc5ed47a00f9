/**
 * Public face for whoever publishes: building, checking and looking into trees. Clients use `repomill/client`.
 * @module
 */
export { type BuildRequest, build } from './build.ts';
export { type ErrorCode, formatProblem, type Problem, RepomillError } from './errors.ts';
export { type FieldSize, type Inspection, inspect } from './inspect.ts';
export type { Progress, Stage } from './model/progress.ts';
export type { FieldValue, PackageRecord } from './model/record.ts';
export type { SignedIndex, SummaryEntry } from './model/repository-index.ts';
export type { Signer } from './model/signer.ts';
export { directorySource } from './platform/directory-source.ts';
export { directoryStore } from './platform/directory-store.ts';
export { type Folder, openFolder } from './platform/folder.ts';
export { httpSource } from './platform/http-source.ts';
export { openSigner, type SignerOptions } from './platform/openpgp/open-signer.ts';
export type { BuildReport, LayoutName, SummaryReport } from './publish/build-report.ts';
export type { Finding } from './verify/findings.ts';
export type { FlatpakReport } from './verify/flatpak/verify-flatpak.ts';
export type { NativeReport } from './verify/native/verify-native.ts';
export { type VerifyReport, type VerifyRequest, verify } from './verify.ts';
