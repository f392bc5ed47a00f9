/** Searching in bytes, at the speed of the machine. */

/** Where `wanted` first stands in `bytes` at or behind `from`; -1 where it does not. */
export function findBytes(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(wanted, from);
}
