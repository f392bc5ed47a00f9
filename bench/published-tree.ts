/**
 * What the bench takes from a published tree: sizes from its index, and the canonical bytes of a summary.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** What `index.json` says of a summary, as much of it as the bench needs. */
export interface SummaryEntry {
  readonly arch: string;
  readonly subset?: string;
  readonly sha256: string;
  readonly size: number;
  readonly storedSize: number;
  readonly history: readonly { readonly sha256: string; readonly deltaSize: number }[];
}

/** The summary of everything of an arch. Throws where the tree has none. */
export function summaryOf(tree: string, arch: string): SummaryEntry {
  const { signed } = JSON.parse(readFileSync(join(tree, 'index.json'), 'utf8')) as {
    signed: { summaries: readonly SummaryEntry[] };
  };
  const found = signed.summaries.find((one) => one.arch === arch && one.subset === undefined);
  if (found === undefined) throw new Error(`${tree}: expected a summary of ${arch}, found none`);
  return found;
}

/** The canonical bytes of the summary of everything of an arch. */
export function canonicalBytes(tree: string, arch: string): Buffer {
  return gunzipSync(readFileSync(join(tree, 'summaries', `${summaryOf(tree, arch).sha256}.gz`)));
}
