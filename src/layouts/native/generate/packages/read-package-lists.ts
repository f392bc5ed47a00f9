/**
 * Which package files earlier builds have published. The list that the published index names says what clients may ask for; all
 * lists in the output together say what is ours there: an interrupted build left its list before it placed a file.
 */
import { RepomillError } from '../../../../errors.ts';
import type { Digest } from '../../../../model/digest.ts';
import { MAX_SUMMARY_SIZE, maxStoredSize } from '../../../../model/limits.ts';
import type { Reporter } from '../../../../model/progress.ts';
import { digestOf } from '../../../../platform/hash/sha256.ts';
import { gunzipStrictly } from '../../../../platform/zlib/gunzip.ts';
import type { ReadableTree, Tree } from '../../../../publish/tree.ts';
import { decodePackageList, type ListedPackageFile } from '../../format/package-list.ts';
import { packageListPath, parseTreePath } from '../../format/paths.ts';
import type { SignedIndex } from '../../format/repository-index.ts';

/** What earlier builds have published. */
export interface PublishedPackageLists {
  /** The files that the published index leads to, by path. */
  readonly announced: ReadonlyMap<string, ListedPackageFile>;
  /** Everything that is ours in the output, by path. */
  readonly ours: ReadonlyMap<string, readonly ListedPackageFile[]>;
}

/** Reads the lists. One that cannot be read costs a warning: its files are then no longer ours, and stay. */
export async function readPackageLists(
  published: SignedIndex | undefined,
  { previous, output }: { readonly previous: ReadableTree; readonly output: Tree },
  progress: Reporter,
): Promise<PublishedPackageLists> {
  const entry = published?.packageFiles;
  const announced = entry === undefined ? [] : ((await readList(entry.sha256, previous, progress)) ?? []);
  const ours = new Map<string, ListedPackageFile[]>(announced.map((file) => [file.path, [file]]));
  for (const { path } of await output.list(['summaries'])) {
    const known = parseTreePath(path);
    if (known?.kind !== 'package list' || known.sha256 === entry?.sha256) continue;
    // A list that is not announced and is damaged is a leftover of a crash, and says nothing.
    for (const file of (await readList(known.sha256, output, progress)) ?? []) {
      const others = ours.get(file.path);
      if (others === undefined) ours.set(file.path, [file]);
      else others.push(file);
    }
  }
  return { announced: new Map(announced.map((file) => [file.path, file])), ours };
}

async function readList(
  sha256: Digest,
  tree: ReadableTree,
  progress: Reporter,
): Promise<readonly ListedPackageFile[] | undefined> {
  const path = packageListPath(sha256);
  const warn = (reason: string): void =>
    progress.warn(`${tree.location}/${path} ${reason}: the package files that it lists are not removed from now on`);
  try {
    const stored = await tree.read(path, maxStoredSize(MAX_SUMMARY_SIZE));
    if (stored === undefined) return void warn('is missing');
    const bytes = gunzipStrictly(stored, MAX_SUMMARY_SIZE);
    if (digestOf(bytes) !== sha256) return void warn('has a different digest');
    return decodePackageList(bytes);
  } catch (error) {
    if (!(error instanceof RepomillError) || error.code === 'interrupted') throw error;
    return void warn(`cannot be read (${error.message})`);
  }
}
