/**
 * Checks the files of packages in a published tree against the list that the tree announces.
 */
import { wrongBytes } from '../../errors.ts';
import { maxStoredSize } from '../../model/limits.ts';
import type { PackageFile } from '../../model/package-file.ts';
import { decodePackageList } from '../../model/package-list.ts';
import { gunzipStrictly } from '../../platform/zlib/gunzip.ts';
import type { Tree } from '../tree.ts';
import type { AnnouncedPackageList, PackageListing } from './read-package-lists.ts';

/** The files of packages that a list has; none if it cannot be read. */
export async function announcedPackages(
  announced: AnnouncedPackageList | undefined,
  { pathOf }: Pick<PackageListing, 'pathOf'>,
  tree: Tree,
): Promise<readonly PackageFile[]> {
  if (announced === undefined) return [];
  const { sha256, size } = announced;
  const stored = await tree.read(pathOf(sha256), maxStoredSize(size)).catch(() => undefined);
  try {
    return stored === undefined ? [] : decodePackageList(gunzipStrictly(stored, size));
  } catch {
    // The list itself is found to be damaged.
    return [];
  }
}

/** Throws an integrity error for a file with different bytes. What is missing, or has a different size, every build sees. */
export async function checkPackage({ path, size, sha256 }: PackageFile, tree: Tree): Promise<void> {
  const found = tree.look(path);
  if (found?.kind === 'file' && found.size === size && (await found.digest()) !== sha256) throw wrongBytes(path);
}
