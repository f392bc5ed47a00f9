/**
 * Layouts side by side in one tree: what the index of one reaches, no other prunes. Summaries of all layouts stand in the same
 * folder, under their digests.
 */

import { readPublishedIndex as readFlatpakIndex } from './layouts/flatpak/generate/published-index.ts';
import { summaryPath } from './layouts/native/format/paths.ts';
import { readPublishedIndex as readNativeIndex } from './layouts/native/generate/published-index.ts';
import type { Digest } from './model/digest.ts';
import type { LayoutName } from './publish/build-report.ts';
import type { ReadableTree } from './publish/tree.ts';

/** Paths that the indexes of all other layouts reach. */
export async function reachedByOthers(layout: LayoutName, tree: ReadableTree): Promise<ReadonlySet<string>> {
  return new Set((layout === 'native' ? await reachedByFlatpak(tree) : await reachedByNative(tree)).map(summaryPath));
}

async function reachedByFlatpak(tree: ReadableTree): Promise<readonly Digest[]> {
  const index = await readFlatpakIndex(tree);
  return (index?.summaries ?? []).flatMap(({ sha256, history }) => [sha256, ...history]);
}

async function reachedByNative(tree: ReadableTree): Promise<readonly Digest[]> {
  const index = await readNativeIndex(tree);
  return (index?.signed.summaries ?? []).flatMap(({ sha256, history }) => [
    sha256,
    ...history.map((old) => old.sha256),
  ]);
}
