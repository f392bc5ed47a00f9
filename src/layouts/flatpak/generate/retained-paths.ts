/**
 * Files that stay in the tree although the new index does not need them: a CDN may serve the previous index for a while, and a
 * client that got it asks for the files that it names.
 */

import { RepomillError } from '../../../errors.ts';
import type { Digest } from '../../../model/digest.ts';
import { compareText } from '../../../model/order.ts';
import { MAX_SIGNATURE_SIZE, readSignatureFacts } from '../../../openpgp/packets.ts';
import { parseSignatures } from '../../../ostree/signatures.ts';
import type { Tree } from '../../../publish/tree.ts';
import { flatpakSummaryPath, parseFlatpakPath, SUMMARIES_PATH, signaturePath } from '../format/paths.ts';
import type { IndexEntry } from '../format/summary-index.ts';
import type { PublishedIndex } from './published.ts';

/** How much is kept. */
export interface RetainOptions {
  /** As flatpak does it: all deltas to current summaries, in a history or not, and the signature of the previous index. */
  readonly exact: boolean;
  /** How many signatures of older indexes are kept. */
  readonly signatures: number;
}

/** Paths that must not be pruned. */
export async function retainedPaths(
  entries: readonly IndexEntry[],
  published: PublishedIndex | undefined,
  tree: Tree,
  { exact, signatures }: RetainOptions,
): Promise<ReadonlySet<string>> {
  const before = published?.summaries ?? [];
  const files = (await tree.list([SUMMARIES_PATH])).map(({ path }) => path);
  const deltasTo = (targets: ReadonlySet<Digest>): readonly string[] =>
    files.filter((path) => {
      const known = parseFlatpakPath(path);
      return known?.kind === 'delta' && targets.has(known.to);
    });
  if (exact) {
    const current = new Set(entries.map(({ sha256 }) => sha256));
    return new Set([...deltasTo(current), ...(published === undefined ? [] : [signaturePath(published.sha256)])]);
  }
  // The version before the newest, which the history knows even after builds that changed nothing; and what the previous index
  // named.
  const stale = new Set([
    ...entries.flatMap(({ history }) => history.slice(0, 1)),
    ...before.map(({ sha256 }) => sha256),
  ]);
  const older = before.flatMap(({ sha256, history }) => [sha256, ...history]).map(flatpakSummaryPath);
  return new Set([...deltasTo(stale), ...older, ...(await newestSignatures(files, tree, signatures))]);
}

/** A signature says when it was made. One that does not counts as the oldest. */
async function newestSignatures(files: readonly string[], tree: Tree, count: number): Promise<readonly string[]> {
  const dated: { readonly path: string; readonly created: number }[] = [];
  for (const path of files) {
    if (parseFlatpakPath(path)?.kind === 'signature') dated.push({ path, created: await creationTime(path, tree) });
  }
  const sorted = dated.toSorted((a, b) => b.created - a.created || compareText(a.path, b.path));
  return sorted.slice(0, count).map(({ path }) => path);
}

async function creationTime(path: string, tree: Tree): Promise<number> {
  try {
    const bytes = await tree.read(path, MAX_SIGNATURE_SIZE);
    const made = parseSignatures(bytes ?? new Uint8Array(0)).map((one) => readSignatureFacts(one)?.created ?? 0);
    return Math.max(0, ...made);
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    return 0;
  }
}
