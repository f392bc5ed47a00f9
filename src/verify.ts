/**
 * The auditor: re-derives a published tree, and shares nothing with the generator but the model and the formats. A tree has the
 * native layout, that of flatpak, or both; each that is there is audited.
 */
import { RepomillError } from './errors.ts';
import { type FlatpakReport, verifyFlatpak } from './layouts/flatpak/audit/audit-flatpak.ts';
import { looksLikePage } from './layouts/flatpak/audit/tree-files.ts';
import { SUMMARY_INDEX_PATH } from './layouts/flatpak/format/paths.ts';
import { type NativeReport, verifyNative } from './layouts/native/audit/audit-native.ts';
import { INDEX_PATH } from './layouts/native/format/paths.ts';
import { MAX_INDEX_SIZE } from './model/limits.ts';
import { type Progress, reporterOf } from './model/progress.ts';
import type { Source } from './model/source.ts';
import type { Folder } from './platform/files/folder.ts';

/** What to verify. */
export interface VerifyRequest {
  readonly source: Source;
  /** Every path of the tree, where it can be listed: a directory can, a web host cannot. */
  readonly paths?: readonly string[];
  /** The directory that the source reads, for what only a directory can tell of a flatpak repository. */
  readonly folder?: Folder;
  /** OpenPGP key rings to check a flatpak repository's signatures with, beside the keys that it announces. */
  readonly publicKeys?: readonly Uint8Array[];
  readonly progress?: Progress;
}

/**
 * What was checked, and what was found wrong. Of a tree with both layouts, the report of the native one has that of flatpak's
 * as a member.
 */
export type VerifyReport = (NativeReport & { readonly flatpak?: FlatpakReport }) | FlatpakReport;

/** Audits a published tree. Throws only where there is no index to start from; all else is in the report. */
export async function verify(request: VerifyRequest): Promise<VerifyReport> {
  const { source, paths = [], folder, publicKeys = [] } = request;
  const progress = reporterOf(request.progress);
  const [nativeIndex, summaryIndex] = await findIndexes(source);
  if (summaryIndex === undefined) {
    if (nativeIndex === undefined) throw noIndex(source);
    return verifyNative({ source, index: nativeIndex, paths, elsewhere: undefined, progress });
  }
  const isAlone = nativeIndex === undefined;
  const flatpak = await verifyFlatpak({ source, index: summaryIndex, folder, isAlone, publicKeys, progress });
  if (nativeIndex === undefined) return flatpak.report;
  const native = await verifyNative({ source, index: nativeIndex, paths, elsewhere: flatpak.reached, progress });
  return { ...native, flatpak: flatpak.report };
}

/** Every finding of a report, of all layouts. */
export function allFindings(report: VerifyReport): VerifyReport['findings'] {
  return 'flatpak' in report ? [...report.findings, ...(report.flatpak?.findings ?? [])] : report.findings;
}

/** The indexes of a tree. A host may answer with an error or with its own page where it has only one of them. */
async function findIndexes(source: Source): Promise<readonly (Uint8Array | undefined)[]> {
  const errors: RepomillError[] = [];
  const find = async (path: string): Promise<Uint8Array | undefined> => {
    try {
      const result = await source.fetch(path, { maxBytes: MAX_INDEX_SIZE });
      return result.kind === 'full' ? result.bytes : undefined;
    } catch (error) {
      if (!(error instanceof RepomillError)) throw error;
      errors.push(error);
      return undefined;
    }
  };
  const found = [await find(INDEX_PATH), await find(SUMMARY_INDEX_PATH)];
  const real = found.filter((bytes) => bytes !== undefined && !looksLikePage(bytes));
  const [error] = errors;
  if (real.length === 0 && error !== undefined) throw error;
  return real.length === 0 ? found : found.map((bytes) => (real.includes(bytes) ? bytes : undefined));
}

function noIndex({ location }: Source): RepomillError {
  return new RepomillError('not-found', `${location}: no ${INDEX_PATH} there, and no ${SUMMARY_INDEX_PATH}`);
}
