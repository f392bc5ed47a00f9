/**
 * Decodes bzip2 that arrives in chunks, as strictly as `decoder.ts`. Holds the compressed bytes of a few blocks, and the content
 * of one.
 */
import { BitReader } from './bits.ts';
import { type ByteSink, Bzip2Output, decodeSteps } from './decoder.ts';

/** Bytes that a step needs at most: a block of 900,000 words of 20 bits each, its codes and its selectors. */
const STEP_SIZE = 3 << 20;

/**
 * The content of one or more concatenated bzip2 streams, in order. Every byte is valid: the checksum of its block has been
 * compared.
 *
 * @throws RepomillError `format` if the source is cut off, corrupt, or followed by anything else
 */
export async function* decodeBzip2Stream(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = new BitReader(new Uint8Array(0));
  const sink = new ChunkSink();
  const steps = decodeSteps(reader, new Bzip2Output(sink, Number.POSITIVE_INFINITY));
  for await (const chunk of chunks) {
    reader.append(chunk);
    while (reader.remaining >= STEP_SIZE && steps.next().done !== true) yield* sink.takeAll();
  }
  while (steps.next().done !== true) yield* sink.takeAll();
}

const CHUNK_SIZE = 1 << 16;

/** Keeps what it takes in chunks until they are taken away. */
class ChunkSink implements ByteSink {
  #chunks: Uint8Array[] = [];
  #last = new Uint8Array(CHUNK_SIZE);
  #used = 0;

  take(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; ) {
      const count = this.#reserve(end - at);
      this.#last.set(bytes.subarray(at, at + count), this.#used - count);
      at += count;
    }
  }

  takeRun(byte: number, count: number): void {
    for (let left = count; left > 0; ) {
      const size = this.#reserve(left);
      this.#last.fill(byte, this.#used - size, this.#used);
      left -= size;
    }
  }

  takeAll(): readonly Uint8Array[] {
    const chunks = [...this.#chunks, this.#last.slice(0, this.#used)];
    this.#chunks = [];
    this.#used = 0;
    return chunks;
  }

  /** Makes room for up to `wanted` bytes at the end of the last chunk, and returns for how many. */
  #reserve(wanted: number): number {
    if (this.#used === CHUNK_SIZE) {
      this.#chunks.push(this.#last);
      this.#last = new Uint8Array(CHUNK_SIZE);
      this.#used = 0;
    }
    const count = Math.min(wanted, CHUNK_SIZE - this.#used);
    this.#used += count;
    return count;
  }
}
