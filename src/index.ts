/**
 * Public face for whoever publishes: building and checking trees. Clients use `repomill/client`.
 * @module
 */
export { type BuildRequest, build } from './build.ts';
export { type ErrorCode, formatProblem, type Problem, RepomillError } from './errors.ts';
export type { FieldValue, PackageRecord } from './model/record.ts';
export type { BuildReport } from './publish/build-report.ts';
