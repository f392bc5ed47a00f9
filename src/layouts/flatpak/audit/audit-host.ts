/**
 * The audit of a web host's manners. A wrong Content-Type does no harm; an index that caches keep, and a page in place of
 * "not found", do.
 */

import { check, type Finding } from '../../../audit/findings.ts';
import { isDigest } from '../../../model/digest.ts';
import { MAX_INDEX_SIZE } from '../../../model/limits.ts';
import type { Source } from '../../../model/source.ts';
import { flatpakSummaryPath, SUMMARY_INDEX_PATH } from '../format/paths.ts';

/** Seconds that a cache may keep the index: after a change, clients are that far behind. */
const MAX_AGE = 3600;

/** A digest that no summary has. */
const NOBODY = '0'.repeat(64);

/** Asks a host for the index, and for a file that it cannot have. */
export async function auditHost(source: Source, findings: Finding[]): Promise<void> {
  await check(SUMMARY_INDEX_PATH, findings, async () => {
    const index = await source.fetch(SUMMARY_INDEX_PATH, { maxBytes: MAX_INDEX_SIZE });
    const age = index.kind === 'full' ? maxAgeOf(index.cacheControl ?? '') : undefined;
    if (age === undefined || age <= MAX_AGE) return;
    const message = `Cache-Control: expected at most max-age=${MAX_AGE}, found ${age}: clients do not see new versions`;
    findings.push({ path: SUMMARY_INDEX_PATH, message });
  });
  if (!isDigest(NOBODY)) return;
  const path = flatpakSummaryPath(NOBODY);
  await check(path, findings, async () => {
    const result = await source.fetch(path, { maxBytes: MAX_INDEX_SIZE, forbiddenIsMissing: true });
    if (result.kind === 'missing') return;
    const message =
      'expected HTTP status 404 for a file that is not there, found 200: clients take the page for the file';
    findings.push({ path, message });
  });
}

// For a shared cache, its own age counts; clients of flatpak sit behind those.
function maxAgeOf(cacheControl: string): number | undefined {
  if (/\bno-(?:cache|store)\b/i.test(cacheControl)) return undefined;
  const ages = [...cacheControl.matchAll(/\b(?:s-maxage|max-age)="?(\d+)/gi)].map(([, digits]) => Number(digits));
  if (/\bimmutable\b/i.test(cacheControl) && ages.length === 0) return Number.POSITIVE_INFINITY;
  return ages.length === 0 ? undefined : Math.max(...ages);
}
