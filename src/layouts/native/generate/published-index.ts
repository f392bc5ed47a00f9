/** The index of the tree that was published before: histories and versions continue from it. */
import { RepomillError } from '../../../errors.ts';
import { MAX_INDEX_SIZE } from '../../../model/limits.ts';
import type { ReadableTree } from '../../../publish/tree.ts';
import { INDEX_PATH, looksLikeIndex, packageListPath, summaryPath } from '../format/paths.ts';
import { decodeIndex, type RepositoryIndex } from '../format/repository-index.ts';

/** The published index; undefined if the tree has none. Throws a format error if it is not one: it may be of a newer version. */
export async function readPublishedIndex(tree: ReadableTree): Promise<RepositoryIndex | undefined> {
  const bytes = await tree.read(INDEX_PATH, MAX_INDEX_SIZE);
  if (bytes === undefined) return undefined;
  try {
    return decodeIndex(bytes);
  } catch (cause) {
    if (!(cause instanceof RepomillError)) throw cause;
    throw new RepomillError('format', cause.message, {
      path: `${tree.location}/${INDEX_PATH}`,
      cause,
      hint: cause.hint ?? 'name a different tree, or remove index.json to start a new history',
    });
  }
}

/** Paths of what the published index leads to in `summaries/`; none if somebody else's file has its name. */
export async function reachedByIndex(tree: ReadableTree): Promise<ReadonlySet<string>> {
  const bytes = await tree.read(INDEX_PATH, MAX_INDEX_SIZE);
  if (bytes === undefined || !looksLikeIndex(bytes)) return new Set();
  const { summaries = [], packageFiles } = (await readPublishedIndex(tree))?.signed ?? {};
  const digests = summaries.flatMap(({ sha256, history }) => [sha256, ...history.map((old) => old.sha256)]);
  const lists = packageFiles === undefined ? [] : [packageListPath(packageFiles.sha256)];
  return new Set([...digests.map(summaryPath), ...lists]);
}
