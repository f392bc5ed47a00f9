/**
 * Which versions of a summary came before the newest: the same rule for every layout.
 */
import type { Digest } from '../model/digest.ts';

/** A summary as it was published before, and its own older versions, newest first. */
export interface PublishedVersions {
  readonly sha256: Digest;
  readonly history: readonly Digest[];
}

/** Every version before the newest, newest first and each once. A summary that is what it was before has no new one. */
export function olderVersions({ sha256, history }: PublishedVersions, newest: Digest): readonly Digest[] {
  return [...new Set([sha256, ...history])].filter((digest) => digest !== newest);
}
