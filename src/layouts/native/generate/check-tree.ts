/**
 * Checks the immutable files of a native tree by their names: each says the digest of its content. FORMAT.md, section "The tree".
 */
import { applyDelta, inspectDelta } from '../../../delta/apply-delta.ts';
import { missingFile, wrongBytes } from '../../../errors.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_DETAILS_SIZE, MAX_DICTIONARY_SIZE, MAX_SUMMARY_SIZE, maxStoredSize } from '../../../model/limits.ts';
import { compareText } from '../../../model/order.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { gunzipStrictly, inflateStrictly } from '../../../platform/zlib/gunzip.ts';
import { announcedPackages, checkPackage } from '../../../publish/packages/check-packages.ts';
import type { CheckFile, TreeCheck } from '../../../publish/repair.ts';
import type { Tree } from '../../../publish/tree.ts';
import { dictionaryPath, packageListPath, parseTreePath, summaryPath, TREE_DIRECTORIES } from '../format/paths.ts';
import { readPublishedIndex } from './published-index.ts';

/** The check of a tree: of everything that is named by its digest, and of the files of packages that it lists. */
export async function checkNativeTree(tree: Tree): Promise<TreeCheck> {
  const named = (await tree.list(TREE_DIRECTORIES)).map(({ path }) => path).filter((path) => path.includes('/'));
  const ours = named.filter((path) => parseTreePath(path) !== undefined).sort(compareText);
  const announced = (await readPublishedIndex(tree))?.signed.packageFiles;
  const listed = await announcedPackages(announced, { pathOf: packageListPath }, tree);
  const packages = new Map(listed.map((file) => [file.path, file]));
  const checkNamed = checkByName(tree);
  return {
    paths: [...ours, ...packages.keys()],
    check: async (path) => {
      const file = packages.get(path);
      if (file === undefined) await checkNamed(path);
      else await checkPackage(file, tree);
    },
  };
}

function checkByName(tree: Tree): CheckFile {
  const read = async (path: string, maxSize: number): Promise<Uint8Array> => {
    const bytes = await tree.read(path, maxSize);
    if (bytes === undefined) throw missingFile(path);
    return bytes;
  };
  const unpack = async (path: string): Promise<Uint8Array> =>
    gunzipStrictly(await read(path, maxStoredSize(MAX_SUMMARY_SIZE)), MAX_SUMMARY_SIZE);
  // Deltas from the same summary follow each other.
  let old: { readonly sha256: Digest; readonly bytes: Uint8Array } | undefined;
  const readOld = async (sha256: Digest): Promise<Uint8Array> => {
    if (old?.sha256 !== sha256) {
      const bytes = await unpack(summaryPath(sha256));
      old = { sha256, bytes: verified(bytes, sha256, summaryPath(sha256)) };
    }
    return old.bytes;
  };
  return async (path) => {
    const parsed = parseTreePath(path);
    switch (parsed?.kind) {
      case 'summary':
      case 'package list':
        verified(await unpack(path), parsed.sha256, path);
        break;
      case 'delta': {
        const delta = await read(path, MAX_SUMMARY_SIZE);
        const { newSize } = inspectDelta(delta);
        verified(applyDelta(await readOld(parsed.from), delta, newSize), parsed.to, path);
        break;
      }
      case 'dictionary':
        verified(await read(path, MAX_DICTIONARY_SIZE), parsed.sha256, path);
        break;
      case 'details': {
        const { dictionary, sha256 } = parsed;
        const stored = await read(path, maxStoredSize(MAX_DETAILS_SIZE));
        const shared = dictionary && (await read(dictionaryPath(dictionary), MAX_DICTIONARY_SIZE));
        verified(inflateStrictly(stored, MAX_DETAILS_SIZE, shared), sha256, path);
        break;
      }
    }
  };
}

function verified(bytes: Uint8Array, sha256: Digest, path: string): Uint8Array {
  if (digestOf(bytes) !== sha256) throw wrongBytes(path);
  return bytes;
}
