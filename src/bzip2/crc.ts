/**
 * The CRC-32 of bzip2: gzip's polynomial, but with the highest bit first, so the usual CRC functions do not apply. Its state is
 * the register. A step adds bytes, or a run of one byte at almost no cost: adding a byte is `register * x^8 + byte * x^32` in
 * the field of 2^32 elements.
 */

/** The register before the first byte. */
export const CRC_START: number = -1;

/** x^32 in the field: the polynomial without its first term. */
const POLYNOMIAL = 0x04c11db7;
/** Runs up to this length are faster one byte at a time. */
const SHORT_RUN = 256;

/** By the number of bytes that follow in a step, and by byte: what the byte adds to the register at the end of the step. */
const [table0, table1, table2, table3] = buildTables();
/** x^8, x^16, x^32, …: each the square of the one before. No run has more than 2^32 - 1 bytes. */
const powers = buildPowers(32);
/** x^32 / (1 + x^8). Multiplied by a byte, it is the register that adding the byte leaves unchanged. */
const atRest = multiply(POLYNOMIAL, invert(0x101));

/** The register after the bytes from `start` to `end`. */
export function extendCrc(register: number, bytes: Uint8Array, start: number, end: number): number {
  let crc = register;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    crc =
      (table3[(crc >>> 24) ^ (bytes[i] ?? 0)] ?? 0) ^
      (table2[((crc >>> 16) & 0xff) ^ (bytes[i + 1] ?? 0)] ?? 0) ^
      (table1[((crc >>> 8) & 0xff) ^ (bytes[i + 2] ?? 0)] ?? 0) ^
      (table0[(crc & 0xff) ^ (bytes[i + 3] ?? 0)] ?? 0);
  }
  for (; i < end; i++) crc = (crc << 8) ^ (table0[(crc >>> 24) ^ (bytes[i] ?? 0)] ?? 0);
  return crc;
}

/** The register after the same byte `count` times (0 to 2^32 - 1). The time hardly grows with `count`. */
export function extendCrcByRun(register: number, byte: number, count: number): number {
  let crc = register;
  if (count <= SHORT_RUN) {
    for (let left = count; left > 0; left--) crc = (crc << 8) ^ (table0[(crc >>> 24) ^ byte] ?? 0);
    return crc;
  }
  // Relative to that register, adding the byte is only a multiplication.
  const rest = multiply(atRest, byte);
  crc ^= rest;
  for (let place = 0; count >>> place > 0 && place < powers.length; place++) {
    if (((count >>> place) & 1) !== 0) crc = multiply(crc, powers[place] ?? 0);
  }
  return crc ^ rest;
}

/** The CRC-32 of a register, as an unsigned integer. */
export function finishCrc(register: number): number {
  return ~register >>> 0;
}

function buildTables(): readonly [Int32Array, Int32Array, Int32Array, Int32Array] {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = timesX(crc);
    return crc;
  });
  // What the byte adds if one more byte, zero, follows.
  const after = (crc: number): number => (crc << 8) ^ (first[crc >>> 24] ?? 0);
  const second = first.map(after);
  const third = second.map(after);
  return [first, second, third, third.map(after)];
}

function buildPowers(count: number): Int32Array {
  const squares = Int32Array.of(0x100, ...new Array<number>(count - 1).fill(0));
  for (let i = 1; i < count; i++) squares[i] = multiply(squares[i - 1] ?? 0, squares[i - 1] ?? 0);
  return squares;
}

/** The element whose product with `value` is 1: `value` to the power of 2^32 - 2. */
function invert(value: number): number {
  let square = value;
  let inverse = 1;
  for (let bit = 1; bit < 32; bit++) {
    square = multiply(square, square);
    inverse = multiply(inverse, square);
  }
  return inverse;
}

/** The product of two elements of the field. Bit n is the coefficient of x^n. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 31; bit >= 0; bit--) {
    product = timesX(product);
    if (((b >>> bit) & 1) !== 0) product ^= a;
  }
  return product;
}

function timesX(value: number): number {
  return value < 0 ? (value << 1) ^ POLYNOMIAL : value << 1;
}
