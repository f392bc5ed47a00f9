/**
 * What stays in the tree although the newest index does not need it: a CDN may serve the index before it for a while, and a
 * client that got it asks for what it names.
 */

import { RepomillError } from '../../../errors.ts';
import type { Digest } from '../../../model/digest.ts';
import { compareText } from '../../../model/order.ts';
import { MAX_SIGNATURE_SIZE, readSignatureFacts } from '../../../openpgp/packets.ts';
import { parseSignatures } from '../../../ostree/signatures.ts';
import type { Tree } from '../../../publish/tree.ts';
import { flatpakSummaryPath, parseFlatpakPath, SUMMARIES_PATH, signaturePath } from '../format/paths.ts';
import type { IndexEntry } from '../format/summary-index.ts';
import type { PublishedIndex } from './published-index.ts';

/** What decides on it. */
export interface RetainOptions {
  /** As flatpak does it: deltas to what is there, whoever has it in its history, and the signature of the index before. */
  readonly exact: boolean;
  /** Signatures of so many older indexes are kept. */
  readonly signatures: number;
}

/** Paths that are not pruned. */
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
  // The version before the newest, as the history knows it even after builds that changed nothing; and what the index before
  // named that is gone.
  const stale = new Set([
    ...entries.flatMap(({ history }) => history.slice(0, 1)),
    ...before.map(({ sha256 }) => sha256),
  ]);
  const older = before.flatMap(({ sha256, history }) => [sha256, ...history]).map(flatpakSummaryPath);
  return new Set([...deltasTo(stale), ...older, ...(await newestSignatures(files, tree, signatures))]);
}

/** A signature says itself when it was made. One that does not is as old as can be. */
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
