/**
 * Checks the immutable files of an archive: what is in `dists/` by its name, which says the digest of its bytes, or the start of it;
 * and the files of packages, by the list of them.
 */
import { missingFile, RepomillError, wrongBytes } from '../../../errors.ts';
import { MAX_INDEX_SIZE, MAX_INPUT_SIZE, MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { compareText } from '../../../model/order.ts';
import type { PackageFile } from '../../../model/package-file.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { gunzipStrictly } from '../../../platform/zlib/gunzip.ts';
import { announcedPackages, checkPackage } from '../../../publish/packages/check-packages.ts';
import type { TreeCheck } from '../../../publish/repair.ts';
import type { Tree } from '../../../publish/tree.ts';
import {
  DISTS,
  digestOfPackageFiles,
  distsPathKind,
  isNamedByContent,
  packageFilesPath,
  STATE_PATH,
} from '../format/paths.ts';
import { decodeState } from '../format/state-file.ts';

/** The check of a tree: of everything in `dists/` that is named by its content, and of the files of packages that it lists. */
export async function checkAptTree(tree: Tree): Promise<TreeCheck> {
  const named = (await tree.list([DISTS]))
    .map(({ path }) => path)
    .filter(isNamed)
    .sort(compareText);
  const packages = new Map((await listedPackages(tree)).map((file) => [file.path, file]));
  return {
    paths: [...named, ...packages.keys()],
    async check(path) {
      const file = packages.get(path);
      if (file === undefined) await checkNamed(path, tree);
      else await checkPackage(file, tree);
    },
  };
}

function isNamed(path: string): boolean {
  const kind = distsPathKind(path);
  return kind !== undefined && isNamedByContent(kind);
}

async function checkNamed(path: string, tree: Tree): Promise<void> {
  const bytes = await tree.read(path, MAX_INPUT_SIZE);
  if (bytes === undefined) throw missingFile(path);
  const list = digestOfPackageFiles(path);
  const name = list ?? path.slice(path.lastIndexOf('/') + 1).replace(/\.gz$/, '');
  const content = list === undefined ? bytes : gunzipStrictly(bytes, MAX_SUMMARY_SIZE);
  if (!digestOf(content).startsWith(name)) throw wrongBytes(path);
}

async function listedPackages(tree: Tree): Promise<readonly PackageFile[]> {
  const bytes = await tree.read(STATE_PATH, MAX_INDEX_SIZE);
  try {
    return await announcedPackages(bytes && decodeState(bytes).packageFiles, { pathOf: packageFilesPath }, tree);
  } catch (error) {
    // The build itself ends with it.
    if (error instanceof RepomillError && error.code === 'format') return [];
    throw error;
  }
}
