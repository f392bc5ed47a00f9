/**
 * What stands in `summaries/` and the index does not name. A build keeps what clients with an older index ask for: older
 * signatures, deltas to versions that were the newest, and summaries that were named before. So a leftover is what can be of no
 * use to any of them. Of the repository's other folders nothing is said: they are OSTree's.
 */

import { check, expect, type Finding } from '../../../audit/findings.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { compareText } from '../../../model/order.ts';
import type { Folder } from '../../../platform/files/folder.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { gunzipStrictly } from '../../../platform/zlib/gunzip.ts';
import { flatpakSummaryPath, parseFlatpakPath, SUMMARIES_PATH } from '../format/paths.ts';

/** What was found of files that the index does not name. */
export interface Leftovers {
  /** Kept for clients with an older index. */
  readonly kept: readonly string[];
  /** In `summaries/`, and nobody's. */
  readonly foreign: readonly string[];
}

/**
 * Audits the files of `summaries/`.
 *
 * @param reached - paths that the index names
 * @param isAlone - there is no other layout in the tree, whose summaries stand there too
 */
export async function auditLeftovers(
  folder: Folder,
  reached: ReadonlySet<string>,
  isAlone: boolean,
  findings: Finding[],
): Promise<Leftovers> {
  const names = folder.list(SUMMARIES_PATH).toSorted(compareText);
  const kept: string[] = [];
  const foreign: string[] = [];
  for (const name of names) {
    const path = `${SUMMARIES_PATH}/${name}`;
    if (reached.has(path)) continue;
    const known = parseFlatpakPath(path);
    if (known === undefined) foreign.push(path);
    else if (known.kind === 'delta') {
      if (folder.has(flatpakSummaryPath(known.to)))
        kept.push(path, flatpakSummaryPath(known.from), flatpakSummaryPath(known.to));
      else findings.push({ path, message: 'leads to a summary that is not there: the next build will remove it' });
    } else if (known.kind === 'summary' && isAlone) {
      await check(path, findings, async () => {
        const bytes = gunzipStrictly(folder.read(path, MAX_SUMMARY_SIZE), MAX_SUMMARY_SIZE);
        expect('SHA-256', known.sha256, digestOf(bytes));
      });
    }
  }
  return { kept, foreign: isAlone ? foreign : [] };
}
