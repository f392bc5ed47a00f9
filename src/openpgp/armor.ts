/**
 * Key files for OpenPGP.js, which needs to know whether a file is armored (RFC 9580, section 6.2) or binary, and reads one armored
 * block at a time.
 */

/** The content of a file of keys. */
export type KeyBlocks = { readonly binary: Uint8Array } | { readonly armored: readonly string[] };

/**
 * Splits a key file into blocks.
 *
 * @param kind - which armored blocks are wanted, as their header lines say it
 */
export function readKeyBlocks(bytes: Uint8Array, kind: 'PRIVATE' | 'PUBLIC'): KeyBlocks {
  // The first bit of a packet is always set (section 4.2); in ASCII text it never is.
  if (((bytes[0] ?? 0) & 0x80) !== 0) return { binary: bytes };
  const blocks = new TextDecoder().decode(bytes).split(/^(?=-----BEGIN PGP )/m);
  return { armored: blocks.filter((block) => block.startsWith(`-----BEGIN PGP ${kind} KEY BLOCK-----`)) };
}
