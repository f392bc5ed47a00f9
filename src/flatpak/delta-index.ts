/**
 * Indexes of static deltas: which of them lead to a commit, and the digest of each one's first file. One small file for each
 * commit, so that no summary has to list them all.
 */
import { parseHex } from '../format/bytes.ts';
import { type Packed, packBytes, packDictionary } from '../gvariant/pack.ts';
import type { Digest } from '../model/digest.ts';
import { compareText } from '../model/order.ts';
import type { StaticDeltaName } from './paths.ts';

/** A static delta of the repository. */
export interface StaticDelta extends StaticDeltaName {
  /** SHA-256 of its `superblock`. */
  readonly superblock: Digest;
}

/** The key that indexes and old summaries list static deltas under. */
export const STATIC_DELTAS_KEY = 'ostree.static-deltas';

/** `<from>-<to>`, or `<to>` for one that starts from nothing. */
export function staticDeltaName({ from, to }: StaticDeltaName): string {
  return from === undefined ? to : `${from}-${to}`;
}

/** The index of the static deltas that lead to one commit. */
export function encodeDeltaIndex(deltas: readonly StaticDelta[]): Uint8Array {
  const sorted = deltas.toSorted((a, b) => compareText(a.from ?? '', b.from ?? ''));
  return packDictionary([[STATIC_DELTAS_KEY, packStaticDeltas(sorted)]]).bytes;
}

/** Static deltas as a dictionary, in the order given. */
export function packStaticDeltas(deltas: readonly StaticDelta[]): Packed {
  return packDictionary(deltas.map((delta) => [staticDeltaName(delta), packBytes(parseHex(delta.superblock))]));
}
