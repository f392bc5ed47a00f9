/**
 * bzip2's CRC-32: the polynomial of gzip's, but with the highest bit first, so that no other CRC function serves.
 */

const POLYNOMIAL = 0x04c11db7;

/** By how many bytes follow within a step, and by byte: what the byte adds to the CRC behind that step. */
const [table0, table1, table2, table3] = buildTables();

/** The CRC-32 of `bytes` from `start` up to `end`, as an unsigned integer. */
export function bzip2Crc(bytes: Uint8Array, start: number, end: number): number {
  let crc = -1;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    crc =
      (table3[(crc >>> 24) ^ (bytes[i] ?? 0)] ?? 0) ^
      (table2[((crc >>> 16) & 0xff) ^ (bytes[i + 1] ?? 0)] ?? 0) ^
      (table1[((crc >>> 8) & 0xff) ^ (bytes[i + 2] ?? 0)] ?? 0) ^
      (table0[(crc & 0xff) ^ (bytes[i + 3] ?? 0)] ?? 0);
  }
  for (; i < end; i++) crc = (crc << 8) ^ (table0[(crc >>> 24) ^ (bytes[i] ?? 0)] ?? 0);
  return ~crc >>> 0;
}

function buildTables(): readonly [Int32Array, Int32Array, Int32Array, Int32Array] {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
    return crc;
  });
  // Behind one more byte, which is zero as far as this one is concerned.
  const after = (crc: number): number => (crc << 8) ^ (first[crc >>> 24] ?? 0);
  const second = first.map(after);
  const third = second.map(after);
  return [first, second, third, third.map(after)];
}
