/**
 * Plans the patches of an index, `Packages.diff/`: straight to the newest version from every older one that has a place in the
 * history. The patch of today's change is made from the pieces of the two versions; older ones are led on by it.
 */
import { RepomillError } from '../../../errors.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import type { Workspace } from '../../../platform/workspace/workspace.ts';
import type { PreviousTree, TreeFile } from '../../../publish/tree.ts';
import type { PlannedFile } from '../../../publish/tree-plan.ts';
import type { LinePatch } from '../format/line-patch.ts';
import { suiteDirectory } from '../format/paths.ts';
import {
  type FileDigest,
  formatPdiffIndex,
  type PdiffEntry,
  type PdiffIndex,
  parsePdiffIndex,
} from '../format/pdiff-index.ts';
import { type AssembledIndex, recallPieces } from './assemble-index.ts';
import { comparePieces } from './pdiffs/compare-pieces.ts';
import { packPatch } from './pdiffs/pack-patch.ts';
import { planHistory } from './pdiffs/plan-history.ts';
import { listedFile, type PublishedSuite, readListed, readVerifiedFile } from './published.ts';
import { readOlderPieces } from './read-older-pieces.ts';
import { readWhole } from './read-whole.ts';
import { unpackIndex } from './unpack-index.ts';

/** What decides on patches. */
export interface PatchRequest {
  readonly index: AssembledIndex;
  /** The path of the uncompressed file, relative to the directory of the suite. */
  readonly base: string;
  readonly published: PublishedSuite | undefined;
  readonly previous: PreviousTree;
  /** How many older versions have a patch. */
  readonly history: number;
  /** Bytes of a piece. */
  readonly piece: number;
  readonly workspace: Workspace;
}

/** The patches of an index. */
export interface PlannedPatches {
  /** The content of the file `Index`; undefined if no version has a patch. */
  readonly index?: Uint8Array;
  /** The older versions, oldest first. */
  readonly entries: readonly PdiffEntry[];
  readonly files: readonly PlannedFile[];
  /** The patches of the published index. */
  readonly published: readonly TreeFile[];
}

const NOTHING: PlannedPatches = { entries: [], files: [], published: [] };

/** Plans the patches. */
export async function planPatches(request: PatchRequest): Promise<PlannedPatches> {
  const { index, base, published, previous, history } = request;
  const current = index.files.get('');
  const before = published && listedFile(published.release, base);
  if (published === undefined || current === undefined || before === undefined) return NOTHING;
  const known = await readIndex(base, published, previous);
  const directory = `${suiteDirectory(published.name)}/${base}.diff`;
  const pathOf = ({ name }: PdiffEntry): string => `${directory}/${name}.gz`;
  const served = known?.entries.map((entry) => ({ path: pathOf(entry), size: entry.download.size })) ?? [];
  if (history === 0) return { ...NOTHING, published: served };
  const isSame = before.sha256 === current.sha256;
  const sizes = [...index.files].flatMap(([suffix, { size }]) => (suffix === '' ? [] : [size]));
  const compressedSize = Math.min(current.size, ...sizes);
  const plan = await planHistory(
    known,
    { before, current, patch: isSame ? [] : await patchSince(before, published, compressedSize, request) },
    {
      ...{ history, compressedSize, pack: packPatch },
      read: (entry) => readPatch(entry, pathOf(entry), previous),
    },
  );
  if (plan.entries.length === 0) return { ...NOTHING, published: served };
  const packed = new Map(plan.packed.map((patch) => [patch.name, patch.gz]));
  return {
    index: formatPdiffIndex({ current, entries: plan.entries }),
    entries: plan.entries,
    files: plan.entries.map((entry) => {
      const [path, size] = [pathOf(entry), entry.download.size];
      return { path, size, content: async () => packed.get(entry.name) ?? readWhole(previous, path, size) };
    }),
    published: served,
  };
}

/** The published index of patches; undefined if there is no such file, or it cannot be continued. */
async function readIndex(base: string, published: PublishedSuite, tree: PreviousTree): Promise<PdiffIndex | undefined> {
  const bytes = await readListed(published, `${base}.diff/Index`, tree);
  try {
    return bytes && parsePdiffIndex(bytes);
  } catch (error) {
    // Of a different program: clients with an older version fetch the whole file once.
    if (error instanceof RepomillError && error.code === 'format') return undefined;
    throw error;
  }
}

async function readPatch(
  { patch, download }: PdiffEntry,
  path: string,
  tree: PreviousTree,
): Promise<Uint8Array | undefined> {
  const stored = await readVerifiedFile(path, download, tree);
  if (stored === undefined) return undefined;
  const script = await unpackIndex(stored, '.gz', patch.size);
  return script !== undefined && digestOf(script) === patch.sha256 ? script : undefined;
}

/** Lines of text may be so much larger than what a patch of them may have when it is compressed. */
const MOST_COMPRESSIBLE = 20;

/** The patch between the published version and the new one; undefined if it is not worth making. */
async function patchSince(
  before: FileDigest,
  published: PublishedSuite,
  compressedSize: number,
  { index, base, previous, piece, workspace }: PatchRequest,
): Promise<LinePatch | undefined> {
  const older =
    recallPieces(before.sha256, workspace) ?? (await readOlderPieces({ before, base, published, previous, piece }));
  return older && comparePieces(older, index.pieces(), compressedSize * MOST_COMPRESSIBLE);
}
