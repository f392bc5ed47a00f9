/** Reads a file that the previous tree is known to have. */
import { missingFile } from '../../../errors.ts';
import type { PreviousTree } from '../../../publish/tree.ts';

/** The bytes. Throws `not-found` if the file is gone meanwhile. */
export async function readWhole(tree: PreviousTree, path: string, size: number): Promise<Uint8Array> {
  const bytes = await tree.read(path, size);
  if (bytes === undefined) throw missingFile(path);
  return bytes;
}
