/**
 * Which package files earlier builds have published. The list that the tree announces says what clients may ask for; all lists
 * in the output together say what is ours there: an interrupted build left its list before it placed a file.
 */
import { RepomillError } from '../../errors.ts';
import type { Digest } from '../../model/digest.ts';
import { MAX_SUMMARY_SIZE, maxStoredSize } from '../../model/limits.ts';
import { decodePackageList, type ListedPackageFile } from '../../model/package-list.ts';
import type { Reporter } from '../../model/progress.ts';
import { digestOf } from '../../platform/hash/sha256.ts';
import { gunzipStrictly } from '../../platform/zlib/gunzip.ts';
import type { ReadableTree, Tree } from '../tree.ts';

/** Where the lists of a layout are, and what it counts in `lastNamed`. */
export interface PackageListing {
  /** The directory of the lists. */
  readonly directory: string;
  /** The path of a list by its digest. */
  pathOf(sha256: Digest): string;
  /** The digest in the path of a list; undefined for any other path. */
  digestIn(path: string): Digest | undefined;
}

/** The list that a published tree announces. */
export interface AnnouncedPackageList {
  readonly sha256: Digest;
  /** Canonical bytes. */
  readonly size: number;
  /** Stored bytes. */
  readonly storedSize: number;
  /** How many files are on it. */
  readonly files: number;
}

/** What earlier builds have published. */
export interface PublishedPackageLists {
  /** The files on the list that the tree announces, by path. */
  readonly announced: ReadonlyMap<string, ListedPackageFile>;
  /** Everything that is ours in the output, by path. */
  readonly ours: ReadonlyMap<string, readonly ListedPackageFile[]>;
}

/** Reads the lists. One that cannot be read costs a warning: its files are then no longer ours, and stay. */
export async function readPackageLists(
  published: AnnouncedPackageList | undefined,
  listing: PackageListing,
  { previous, output }: { readonly previous: ReadableTree; readonly output: Tree },
  progress: Reporter,
): Promise<PublishedPackageLists> {
  const read = (sha256: Digest, tree: ReadableTree): ReturnType<typeof readList> =>
    readList(sha256, listing.pathOf(sha256), tree, progress);
  const announced = published === undefined ? [] : ((await read(published.sha256, previous)) ?? []);
  const ours = new Map<string, ListedPackageFile[]>(announced.map((file) => [file.path, [file]]));
  for (const { path } of await output.list([listing.directory])) {
    const sha256 = listing.digestIn(path);
    if (sha256 === undefined || sha256 === published?.sha256) continue;
    // A list that is not announced and is damaged is a leftover of a crash, and says nothing.
    for (const file of (await read(sha256, output)) ?? []) {
      const others = ours.get(file.path);
      if (others === undefined) ours.set(file.path, [file]);
      else others.push(file);
    }
  }
  return { announced: new Map(announced.map((file) => [file.path, file])), ours };
}

async function readList(
  sha256: Digest,
  path: string,
  tree: ReadableTree,
  progress: Reporter,
): Promise<readonly ListedPackageFile[] | undefined> {
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
