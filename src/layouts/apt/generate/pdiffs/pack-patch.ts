/**
 * A patch as it is served: compressed, and named by its content. A name is never used for a different patch, because clients and caches
 * keep what they have under it.
 */
import { digestOf } from '../../../../platform/hash/sha256.ts';
import { gzipText } from '../../../../platform/zlib/gzip-text.ts';
import type { PackedPatch } from './plan-history.ts';

/** Hexadecimal digits of a name: 64 bits of the digest of the file. An index has them anyway, so they cost nothing there. */
const NAME_LENGTH = 16;

/** Compresses and names a patch. */
export function packPatch(script: Uint8Array): PackedPatch {
  const gz = gzipText(script);
  const sha256 = digestOf(gz);
  return {
    name: sha256.slice(0, NAME_LENGTH),
    gz,
    patch: { sha256: digestOf(script), size: script.length },
    download: { sha256, size: gz.length },
  };
}
