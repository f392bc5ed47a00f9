/**
 * References to records, packed: a build may hold hundreds of thousands of them until the buckets that they make up are encoded.
 */
import type { ContentRef } from '../model/listing.ts';

/** References, in a form that takes 55 bytes for each and goes to another thread as it is. */
export interface PackedContents {
  /** Names of the batches, each once. */
  readonly batches: readonly string[];
  /** Three numbers for each record: the position of its batch, `start`, and `length`. */
  readonly rows: Uint32Array;
  /** The digests, one after the other. */
  readonly digests: string;
}

const ROW_LENGTH = 3;

/** Packs references, in order. */
export function packContents(refs: readonly ContentRef[]): PackedContents {
  const batches = new Map<string, number>();
  const rows = new Uint32Array(refs.length * ROW_LENGTH);
  for (const [i, { batch, start, length }] of refs.entries()) {
    const position = batches.get(batch) ?? batches.size;
    batches.set(batch, position);
    rows.set([position, start, length], i * ROW_LENGTH);
  }
  return { batches: [...batches.keys()], rows, digests: refs.map(({ sha256 }) => sha256).join('') };
}

/** The references, in the order in which they were packed. */
export function unpackContents({ batches, rows, digests }: PackedContents): readonly ContentRef[] {
  const count = rows.length / ROW_LENGTH;
  const digestLength = digests.length / count;
  return Array.from({ length: count }, (_, i) => {
    const [position = 0, start = 0, length = 0] = rows.subarray(i * ROW_LENGTH, (i + 1) * ROW_LENGTH);
    const sha256 = digests.slice(i * digestLength, (i + 1) * digestLength);
    return { batch: batches[position] ?? '', start, length, sha256 };
  });
}
