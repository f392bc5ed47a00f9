/**
 * Compares and searches bytes with Node's `Buffer`, which does both in native code. Browsers have no `Buffer`, so code that
 * runs there must not import this file.
 */

/** Whether two arrays hold the same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** The position of the first `wanted` in `bytes` at or after `from`, or -1. */
export function findBytes(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(wanted, from);
}
