/**
 * Small .xz files, made by `xz` 5.4.1 and its options `--check` and `--block-size`.
 */
import { parseHex } from '../../../src/bytes/bytes.ts';

/** `Package: a\n` in one block with a CRC-32. */
export const oneBlock: Uint8Array = parseHex(
  'fd377a585a0000016922de360200210116000000742fe5a301000a5061636b6167653a20610a0000596f799700011f0b3d620e7a9042990d010000000001595a',
);

/** `Package: a\n\n` and `Package: bc\n`, each in a block with a CRC-32. */
export const twoBlocks: Uint8Array = parseHex(
  'fd377a585a0000016922de360200210116000000742fe5a301000b5061636b6167653a20610a0a00ac96f7200200210116000000742fe5a301000b5061636b6167653a2062630a001bf88e960002200c200c00002d70c9993e300d8b020000000001595a',
);

/** `Package: a\n` in one block with a SHA-256. */
export const sha256Block: Uint8Array = parseHex(
  'fd377a585a00000ae1fb0ca1020021010c0000008f98419c01000a5061636b6167653a20610a0000fa07db62b48a0f9848538c437cfa8aef500bd6570830a5c508d87eeb99d1a50d00013b0b9b83e68b189b4b9a01000000000a595a',
);

/** `Package: a\n` in one block without a check. */
export const uncheckedBlock: Uint8Array = parseHex(
  'fd377a585a000000ff12d9410200210116000000742fe5a301000a5061636b6167653a20610a000000011b0b39a7621e06729e7a010000000000595a',
);

/** No bytes, in no block; its check would be a CRC-32. */
export const noBlock: Uint8Array = parseHex('fd377a585a0000016922de36000000001cdf44219042990d010000000001595a');
