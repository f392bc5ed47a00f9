/**
 * Decodes bzip2 into an array that grows, which the code in src/ never does: it always knows the size.
 */
import { concatBytes } from '../../../src/bytes/bytes.ts';
import { decodeBzip2 } from '../../../src/bzip2/decoder.ts';

/** The content of bzip2 streams: at most `maxOutput` bytes. Throws what `decodeBzip2` throws. */
export function decodeToArray(source: Uint8Array, maxOutput: number): Uint8Array {
  const parts: Uint8Array[] = [];
  const sink = {
    take: (bytes: Uint8Array, start: number, end: number): unknown => parts.push(bytes.slice(start, end)),
    takeRun: (byte: number, count: number): unknown => parts.push(new Uint8Array(count).fill(byte)),
  };
  decodeBzip2(source, sink, maxOutput);
  return concatBytes(parts);
}
