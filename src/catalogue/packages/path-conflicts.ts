/**
 * Finds paths that two different files have: only one of them can be at the path. All paths of a repository are compared,
 * so each is a key of sixteen bytes; where two keys contradict each other, the records are read.
 */
import type { Problem } from '../../errors.ts';
import { memoize } from '../../platform/workspace/slot.ts';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import { quote } from '../../text/printable.ts';
import { FILE_KEY_LENGTH, readFileKeys } from '../batch.ts';
import type { Batch } from '../catalogue.ts';
import { type FileRef, readFileRefs } from './file-refs.ts';

/** The conflicts among the records of all batches: for each, the later record, with the place of the earlier. */
export async function findPathConflicts(all: readonly Batch[], workspace: Workspace): Promise<readonly Problem[]> {
  const batches = all.filter(({ head }) => head.fileKeys.length > 0);
  if (batches.length === 0) return [];
  const names = batches.map(({ name }) => name);
  if (await memoize('path keys', names, workspace, async () => keysAgree(batches, workspace))) return [];
  const files = new Map<string, FileRef>();
  return batches
    .flatMap((batch) => readFileRefs(batch, workspace))
    .flatMap((ref) => {
      const { path, sha256, record, place } = ref;
      if (sha256 === undefined) return [];
      const known = files.get(path);
      if (known === undefined) files.set(path, ref);
      if (known === undefined || known.sha256 === sha256) return [];
      const other = `${known.record} at ${known.place.file}:${known.place.line}`;
      return { ...place, message: `${record}: path ${quote(path)} is also that of ${other}, with a different sha256` };
    });
}

/** Whether every key of a path has one key of a digest: an open hash table of 32-bit numbers. */
function keysAgree(batches: readonly Batch[], workspace: Workspace): boolean {
  const all = batches.map((batch) => readFileKeys(batch.name, batch.head, workspace));
  const count = all.reduce((sum, keys) => sum + keys.length / FILE_KEY_LENGTH, 0);
  const capacity = 2 ** Math.ceil(Math.log2(2 * count + 2));
  const table = new Uint32Array(capacity * FILE_KEY_LENGTH);
  const used = new Uint8Array(capacity);
  for (const keys of all) {
    for (let at = 0; at < keys.length; at += FILE_KEY_LENGTH) {
      const isSame = (offset: number, row: number): boolean => keys[at + offset] === table[row + offset];
      let slot = (keys[at + 1] ?? 0) % capacity;
      while (used[slot] === 1 && !(isSame(0, slot * FILE_KEY_LENGTH) && isSame(1, slot * FILE_KEY_LENGTH))) {
        slot = (slot + 1) % capacity;
      }
      const row = slot * FILE_KEY_LENGTH;
      if (used[slot] === 1 && !(isSame(2, row) && isSame(3, row))) return false;
      table.set(keys.subarray(at, at + FILE_KEY_LENGTH), row);
      used[slot] = 1;
    }
  }
  return true;
}
