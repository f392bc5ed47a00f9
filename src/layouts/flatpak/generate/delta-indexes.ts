/**
 * `delta-indexes/`: for each commit that static deltas lead to, which ones.
 */

import type { Digest } from '../../../model/digest.ts';
import { encodeDeltaIndex, type StaticDelta } from '../../../ostree/delta-index.ts';
import { deltaIndexPath } from '../../../ostree/paths.ts';
import { type MutableFile, mutableFile } from '../../../publish/tree-plan.ts';

/** One file for each commit that static deltas lead to. */
export function planDeltaIndexes(deltas: readonly StaticDelta[]): readonly MutableFile[] {
  const byTarget = new Map<Digest, StaticDelta[]>();
  for (const delta of deltas) byTarget.set(delta.to, [...(byTarget.get(delta.to) ?? []), delta]);
  return [...byTarget].map(([to, found]) => mutableFile(deltaIndexPath(to), encodeDeltaIndex(found)));
}
