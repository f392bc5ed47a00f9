/**
 * Indexes of static deltas: the static deltas that lead to one commit, each with the digest of its superblock. There is one small
 * file for each such commit, so that no summary has to list them all.
 */
import { parseHex } from '../bytes/bytes.ts';
import { type Packed, packBytes, packDictionary } from '../glib/gvariant/pack.ts';
import { hashOrder } from '../glib/hash-order.ts';
import type { Digest } from '../model/digest.ts';
import { compareText } from '../model/order.ts';
import type { StaticDeltaName } from './paths.ts';

/** A static delta of a repository. */
export interface StaticDelta extends StaticDeltaName {
  /** SHA-256 of its `superblock`. */
  readonly superblock: Digest;
}

/** The key that indexes and old summaries list static deltas under. */
export const STATIC_DELTAS_KEY = 'ostree.static-deltas';

/** `<from>-<to>`, or `<to>` for a delta that starts from nothing. */
export function staticDeltaName({ from, to }: StaticDeltaName): string {
  return from === undefined ? to : `${from}-${to}`;
}

/** The order of static deltas: by target commit, then by source commit. */
export function compareStaticDeltas(a: StaticDeltaName, b: StaticDeltaName): number {
  return compareText(a.to, b.to) || compareText(a.from ?? '', b.from ?? '');
}

/** Encodes the index of the static deltas that lead to one commit. */
export function encodeDeltaIndex(deltas: readonly StaticDelta[]): Uint8Array {
  const sorted = deltas.toSorted(compareStaticDeltas);
  return packDictionary([[STATIC_DELTAS_KEY, packStaticDeltas(sorted)]]).bytes;
}

/** Static deltas as a dictionary, in the order that libostree's hash table has after they are inserted one by one. */
export function packStaticDeltas(deltas: readonly StaticDelta[]): Packed {
  const superblocks = new Map(deltas.map((delta) => [staticDeltaName(delta), delta.superblock]));
  return packDictionary(
    hashOrder(superblocks.keys()).flatMap((name) => {
      const superblock = superblocks.get(name);
      return superblock === undefined ? [] : [[name, packBytes(parseHex(superblock))] as const];
    }),
  );
}
