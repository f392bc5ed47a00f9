/**
 * Files of `summaries/` that the index does not name. A build keeps what clients with an older index ask for: older signatures,
 * deltas to versions that were the newest, and summaries that were named before.
 */
import type { Leftover } from '../../../audit/audit-leftovers.ts';
import { RepomillError } from '../../../errors.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { gunzipStrictly } from '../../../platform/zlib/gunzip.ts';
import { flatpakSummaryPath, parseFlatpakPath, SUMMARIES_PATH } from '../format/paths.ts';
import type { ListedFiles } from './listed-files.ts';

/** Deltas to a summary that is there, with the summaries that they connect. */
export async function keptDeltas(files: ListedFiles | undefined): Promise<readonly string[]> {
  const names = (await files?.list(SUMMARIES_PATH)) ?? [];
  const present = new Set(names.map((name) => `${SUMMARIES_PATH}/${name}`));
  return names.flatMap((name) => {
    const path = `${SUMMARIES_PATH}/${name}`;
    const known = parseFlatpakPath(path);
    if (known?.kind !== 'delta' || !present.has(flatpakSummaryPath(known.to))) return [];
    return [path, flatpakSummaryPath(known.from), flatpakSummaryPath(known.to)];
  });
}

const ORPHAN = 'leads to a summary that is missing: the next build will remove it';

/** What is wrong with a file that the layout owns and nothing reaches; undefined if it may stay. */
export async function auditLeftover(path: string, files: ListedFiles | undefined): Promise<Leftover | undefined> {
  const known = parseFlatpakPath(path);
  if (known?.kind === 'delta') return { message: ORPHAN, isProblem: false };
  if (known?.kind !== 'summary' || files === undefined) return undefined;
  try {
    const found = digestOf(gunzipStrictly(await files.read(path, MAX_SUMMARY_SIZE), MAX_SUMMARY_SIZE));
    if (found === known.sha256) return undefined;
    return { message: `SHA-256: expected ${known.sha256}, found ${found}`, isProblem: true };
  } catch (error) {
    if (!(error instanceof RepomillError) || error.code === 'interrupted') throw error;
    return { message: error.message, isProblem: true };
  }
}
