/**
 * A gzip member that a build encoded: a bucket, or lines of the combined file. It waits in the workspace, as canonical bytes
 * and compressed, so that what several files share is encoded, compressed and hashed once.
 */

import type { Digest } from '../../../../model/digest.ts';
import { digestOf } from '../../../../platform/hash/sha256.ts';
import type { Slot } from '../../../../platform/workspace/slot.ts';
import { readVerified, type Workspace } from '../../../../platform/workspace/workspace.ts';
import { gzip } from '../../../../platform/zlib/gzip.ts';

/** A member in the workspace. The body of its entry is the canonical bytes, then the stored ones. */
export interface EncodedMember {
  /** Name of the entry. */
  readonly name: string;
  readonly records: number;
  /** Canonical bytes, and their digest. */
  readonly size: number;
  readonly sha256: Digest;
  readonly storedSize: number;
  readonly storedSha256: Digest;
}

/**
 * Compresses canonical bytes, and writes both forms to the workspace.
 *
 * @param facts - what the slot keeps of a member besides its bytes
 */
export function storeMember<Facts extends { readonly records: number }>(
  slot: Slot<EncodedMember & Facts>,
  name: string,
  facts: Facts,
  canonical: Uint8Array,
  workspace: Workspace,
): EncodedMember & Facts {
  const stored = gzip(canonical);
  const member = {
    ...facts,
    name,
    size: canonical.length,
    sha256: digestOf(canonical),
    storedSize: stored.length,
    storedSha256: digestOf(stored),
  };
  slot.write(name, member, workspace, [canonical, stored]);
  return member;
}

/** The canonical bytes of a member. */
export function readCanonical({ name, size, sha256 }: EncodedMember, workspace: Workspace): Uint8Array {
  return readVerified(name, { start: 0, length: size, sha256 }, workspace);
}

/** The stored bytes of a member. */
export function readStored({ name, size, storedSize, storedSha256 }: EncodedMember, workspace: Workspace): Uint8Array {
  return readVerified(name, { start: size, length: storedSize, sha256: storedSha256 }, workspace);
}
