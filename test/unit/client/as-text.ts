/**
 * Bytes as texts with one character for each byte: vitest compares texts at once, and arrays item by item.
 */

/** One text for some bytes; undefined for undefined. */
export function bytesAsText(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString('latin1');
}

/** A text for the bytes of each name, by name. */
export function filesAsText(files: ReadonlyMap<string, Uint8Array>): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries([...files].map(([name, bytes]) => [name, bytesAsText(bytes)]));
}
