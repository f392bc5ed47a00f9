/** Checks the immutable files of a flatpak tree by their names: summaries, and the deltas between them. FLATPAK.md. */
import { missingFile, wrongBytes } from '../../../errors.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import { compareText } from '../../../model/order.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { gunzipStrictly } from '../../../platform/zlib/gunzip.ts';
import type { TreeCheck } from '../../../publish/repair.ts';
import type { Tree } from '../../../publish/tree.ts';
import { flatpakSummaryPath, parseFlatpakPath, SUMMARIES_PATH } from '../format/paths.ts';
import { applySummaryDelta } from '../format/summary-delta.ts';

/** The check of a tree. Files that change under their names are compared in every build, and signatures by the clients. */
export async function checkFlatpakTree(tree: Tree): Promise<TreeCheck> {
  const paths = (await tree.list([SUMMARIES_PATH])).map(({ path }) => path).sort(compareText);
  const unpack = async (path: string): Promise<Uint8Array> => {
    const stored = await tree.read(path, MAX_SUMMARY_SIZE);
    if (stored === undefined) throw missingFile(path);
    return gunzipStrictly(stored, MAX_SUMMARY_SIZE);
  };
  return {
    paths: paths.filter((path) => /^(?:summary|delta)$/.test(parseFlatpakPath(path)?.kind ?? '')),
    async check(path) {
      const parsed = parseFlatpakPath(path);
      if (parsed?.kind === 'summary') verify(await unpack(path), parsed.sha256, path);
      if (parsed?.kind !== 'delta') return;
      const old = await unpack(flatpakSummaryPath(parsed.from));
      verify(applySummaryDelta(old, await unpack(path), MAX_SUMMARY_SIZE), parsed.to, path);
    },
  };
}

function verify(bytes: Uint8Array, sha256: Digest, path: string): void {
  if (digestOf(bytes) !== sha256) throw wrongBytes(path);
}
