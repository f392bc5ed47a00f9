/**
 * The comparison that everything fetched or cached passes before it is decoded or stored.
 */
import { RepomillError } from '../../errors.ts';
import type { FileEntry } from '../../layouts/native/format/repository-index.ts';
import { sha256 } from '../../platform/hash/sha256.ts';

/** The bytes, if they are those that the entry names; an integrity error otherwise. `what` names them in it. */
export async function verifyBytes(bytes: Uint8Array, expected: FileEntry, what: string): Promise<Uint8Array> {
  if (bytes.length !== expected.size) {
    throw new RepomillError('integrity', `${what}: expected ${expected.size} bytes, found ${bytes.length}`);
  }
  const found = await sha256(bytes);
  if (found === expected.sha256) return bytes;
  throw new RepomillError('integrity', `${what}: expected SHA-256 ${expected.sha256}, found ${found}`);
}
