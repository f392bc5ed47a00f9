/** Unpacks an index of a published archive, within the size that its Release file states. */
import { RepomillError } from '../../../errors.ts';
import { gunzipStrictly } from '../../../platform/zlib/gunzip.ts';
import { unxz } from '../../../platform/zlib/xz.ts';
import type { IndexSuffix } from './assemble-index.ts';

/** The uncompressed bytes; undefined if they are not of this size, or damaged. */
export async function unpackIndex(
  stored: Uint8Array,
  suffix: IndexSuffix,
  size: number,
): Promise<Uint8Array | undefined> {
  try {
    if (suffix === '') return stored;
    return suffix === '.gz' ? gunzipStrictly(stored, size) : await unxz(stored, size);
  } catch (error) {
    if (error instanceof RepomillError && error.code === 'format') return undefined;
    throw error;
  }
}
