/**
 * Lists the versions of a summary before the newest, by the same rule for every layout.
 */
import type { Digest } from '../model/digest.ts';

/** A summary as it was last published, and its older versions, newest first. */
export interface PublishedVersions {
  readonly sha256: Digest;
  readonly history: readonly Digest[];
}

/** Every version before the newest, newest first, without duplicates. An unchanged summary gets no new version. */
export function olderVersions({ sha256, history }: PublishedVersions, newest: Digest): readonly Digest[] {
  return [...new Set([sha256, ...history])].filter((digest) => digest !== newest);
}
