/**
 * The CRC-32 of IEEE 802.3, as gzip and xz use it: the .xz File Format 1.1, section 6. It only runs over headers and indexes, a few
 * kilobytes, so one table is fast enough.
 */

const table = makeTable();

/** The CRC-32 of some bytes, as an unsigned integer. */
export function crc32(bytes: Uint8Array): number {
  let register = 0xffffffff;
  for (const byte of bytes) register = (register >>> 8) ^ (table[(register ^ byte) & 0xff] ?? 0);
  return ~register >>> 0;
}

/** For each byte, what it makes of a register of zeros. */
function makeTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let register = byte;
    for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ (register & 1 ? 0xedb88320 : 0);
    return register;
  });
}
