/**
 * Key files for OpenPGP.js, which wants to be told whether they are armored (RFC 9580, section 6.2) or binary, and reads one
 * armored block at a time.
 */

/** What a file of keys holds. */
export type KeyBlocks = { readonly binary: Uint8Array } | { readonly armored: readonly string[] };

/** Takes a key file apart. `kind` is what the header lines of the armored blocks that are wanted say. */
export function readKeyBlocks(bytes: Uint8Array, kind: 'PRIVATE' | 'PUBLIC'): KeyBlocks {
  // The first bit of a packet is always set (section 4.2), that of a text in ASCII never.
  if (((bytes[0] ?? 0) & 0x80) !== 0) return { binary: bytes };
  const blocks = new TextDecoder().decode(bytes).split(/^(?=-----BEGIN PGP )/m);
  return { armored: blocks.filter((block) => block.startsWith(`-----BEGIN PGP ${kind} KEY BLOCK-----`)) };
}
