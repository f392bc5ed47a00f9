/**
 * The audit of `delta-indexes/`: derived again from `deltas/` if that can be listed; otherwise those that clients would ask for are
 * read, and must be indexes of the right commit.
 */

import { check, type Finding } from '../../../audit/findings.ts';
import { RepomillError } from '../../../errors.ts';
import { checkNormal } from '../../../glib/gvariant/check-normal.ts';
import { Variant } from '../../../glib/gvariant/variant.ts';
import { type Digest, isDigest } from '../../../model/digest.ts';
import { compareText } from '../../../model/order.ts';
import { digestIn } from '../../../ostree/commit.ts';
import { STATIC_DELTAS_KEY, type StaticDelta, staticDeltaName } from '../../../ostree/delta-index.ts';
import { MAX_OBJECT_SIZE, MAX_SUPERBLOCK_SIZE } from '../../../ostree/limits.ts';
import {
  DELTA_INDEXES_PATH,
  deltaIndexPath,
  isSuperblock,
  parseSuperblockPath,
  STATIC_DELTAS_PATH,
} from '../../../ostree/paths.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import type { ListedFiles } from './listed-files.ts';
import { differs } from './published-ref.ts';
import type { TreeFiles } from './tree-files.ts';

/** Lists the static deltas of a repository. A folder with a wrong name is a finding. */
export async function listStaticDeltas(files: ListedFiles, findings: Finding[]): Promise<readonly StaticDelta[]> {
  const deltas: StaticDelta[] = [];
  for (const file of (await files.list(STATIC_DELTAS_PATH)).toSorted(compareText)) {
    if (!isSuperblock(file)) continue;
    const path = `${STATIC_DELTAS_PATH}/${file}`;
    await check(path, findings, async () => {
      const name = parseSuperblockPath(file);
      if (name === undefined) throw new RepomillError('integrity', 'expected a folder named after commits');
      deltas.push({ ...name, superblock: digestOf(await files.read(path, MAX_SUPERBLOCK_SIZE)) });
    });
  }
  return deltas;
}

/** Audits the indexes of a repository against its static deltas. */
export async function auditDeltaIndexes(
  files: ListedFiles,
  deltas: readonly StaticDelta[],
  findings: Finding[],
): Promise<void> {
  const byPath = new Map<string, StaticDelta[]>();
  for (const delta of deltas) {
    const path = deltaIndexPath(delta.to);
    byPath.set(path, [...(byPath.get(path) ?? []), delta]);
  }
  for (const [path, expected] of byPath) {
    await check(path, findings, async () => {
      const found = readDeltaIndex(await files.read(path, MAX_OBJECT_SIZE), expected[0]?.to);
      const wanted = new Map(expected.map((delta) => [staticDeltaName(delta), delta.superblock]));
      for (const name of new Set([...wanted.keys(), ...found.keys()])) {
        for (const message of differs(name, wanted.get(name), found.get(name))) findings.push({ path, message });
      }
    });
  }
  for (const file of (await files.list(DELTA_INDEXES_PATH)).toSorted(compareText)) {
    const path = `${DELTA_INDEXES_PATH}/${file}`;
    if (file.endsWith('.index') && !byPath.has(path)) {
      findings.push({ path, message: 'no static delta leads to its commit: the next build will remove it' });
    }
  }
}

/** Audits the index that a client fetches before it pulls a commit; most commits have none. */
export async function auditDeltaIndex(commit: Digest, files: TreeFiles, findings: Finding[]): Promise<void> {
  const path = deltaIndexPath(commit);
  await check(path, findings, async () => {
    const bytes = await files.find(path, MAX_OBJECT_SIZE);
    if (bytes !== undefined) readDeltaIndex(bytes, commit);
  });
}

/** Digests of superblocks, by the names of static deltas. Throws unless all of them lead to the commit. */
function readDeltaIndex(bytes: Uint8Array, commit: Digest | undefined): ReadonlyMap<string, Digest> {
  const deltas = checkNormal(new Variant('a{sv}', bytes)).lookup(STATIC_DELTAS_KEY, 'a{sv}');
  if (deltas === undefined) throw new RepomillError('format', `expected ${STATIC_DELTAS_KEY}, found none`);
  const found = new Map<string, Digest>();
  for (const entry of deltas.children()) {
    const name = entry.child(0).string();
    const ends = name.split('-');
    if (ends.length > 2 || !ends.every(isDigest) || ends.at(-1) !== commit) {
      throw new RepomillError('integrity', `expected static deltas to ${commit}, found ${JSON.stringify(name)}`);
    }
    found.set(name, digestIn(entry.child(1).inner()));
  }
  return found;
}
