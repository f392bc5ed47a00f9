/**
 * Reads which static deltas a repository has: `deltas/<2 characters>/<rest>/superblock`, named after commits.
 */
import { RepomillError } from '../../errors.ts';
import { MAX_SUPERBLOCK_SIZE } from '../../model/limits.ts';
import type { StaticDelta } from '../../ostree/delta-index.ts';
import { parseStaticDeltaPath, STATIC_DELTAS_PATH } from '../../ostree/paths.ts';
import type { Folder } from '../../platform/files/folder.ts';
import { digestOf } from '../../platform/hash/sync-sha256.ts';
import type { RepositoryFindings } from './findings.ts';

const SUPERBLOCK = '/superblock';

/** Every static delta, in the order of the file system. Other files in `deltas/` are not ours to judge. */
export function readStaticDeltas(folder: Folder, findings: RepositoryFindings): readonly StaticDelta[] {
  return folder.listAsStored(STATIC_DELTAS_PATH).flatMap((path): readonly StaticDelta[] => {
    if (!path.endsWith(SUPERBLOCK)) return [];
    const file = `${STATIC_DELTAS_PATH}/${path}`;
    return findings.attempt(file, () => readStaticDelta(folder, path)) ?? [];
  });
}

function readStaticDelta(folder: Folder, path: string): StaticDelta[] {
  const name = parseStaticDeltaPath(path.slice(0, -SUPERBLOCK.length));
  if (name === undefined) throw new RepomillError('metadata', 'expected a folder that is named after commits');
  const superblock = digestOf(folder.read(`${STATIC_DELTAS_PATH}/${path}`, MAX_SUPERBLOCK_SIZE));
  return [{ ...name, superblock }];
}
