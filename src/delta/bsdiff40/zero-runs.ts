/**
 * Differences as a delta's steps have them: bytes, and between them runs of zeros as numbers. Almost all of a difference is
 * zero, so that whatever handles it this way costs what has changed and not what has been compared.
 */

/** A run of fewer zeros is not worth a part of its own. */
const SHORT_RUN = 16;

/** The same bytes, with all longer runs of zeros as their lengths. The parts are copies. */
export function splitZeros(bytes: Uint8Array): readonly (Uint8Array | number)[] {
  const parts: (Uint8Array | number)[] = [];
  let written = 0;
  for (let i = 0; i < bytes.length; ) {
    const start = i;
    while (i < bytes.length && bytes[i] === 0) i++;
    if (i - start >= SHORT_RUN) {
      if (start > written) parts.push(bytes.slice(written, start));
      parts.push(i - start);
      written = i;
    }
    while (i < bytes.length && bytes[i] !== 0) i++;
  }
  if (bytes.length > written) parts.push(bytes.slice(written));
  return parts;
}
