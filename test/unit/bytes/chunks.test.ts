import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inChunks } from '../../../src/bytes/chunks.ts';

const ROOM = 1 << 16;

/** The sizes of the chunks, and all of their bytes, copied as they come: each is good until the next. */
function collect(parts: Iterable<Uint8Array>): { readonly sizes: readonly number[]; readonly bytes: Buffer } {
  const chunks = Array.from(inChunks(parts), (chunk) => Buffer.from(chunk));
  return { sizes: chunks.map(({ length }) => length), bytes: Buffer.concat(chunks) };
}

function partsOf(sizes: readonly number[]): readonly Uint8Array[] {
  return sizes.map((size, i) => new Uint8Array(size).fill(i + 1));
}

describe('inChunks', () => {
  it.each([
    ['nothing of nothing', [], []],
    ['nothing of parts without bytes', [0, 0], []],
    ['one chunk of small parts', [1, 2, 3], [6]],
    ['a chunk that is just full', [ROOM - 1, 1], [ROOM]],
    ['another when the first is full', [ROOM - 1, 2], [ROOM - 1, 2]],
    ['a large part as it is', [ROOM], [ROOM]],
    ['a large part behind small ones', [5, ROOM + 1, 7], [5, ROOM + 1, 7]],
    ['large parts one by one', [ROOM, 3 * ROOM], [ROOM, 3 * ROOM]],
  ])('makes %s', (_, parts, expected) => {
    expect(collect(partsOf(parts)).sizes).toEqual(expected);
  });

  it('gives the same bytes, none without any, and no two that would fit into one', () => {
    const sizes = fc.array(fc.oneof(fc.nat(300), fc.nat(ROOM + 10), fc.constantFrom(0, ROOM - 1, ROOM, ROOM + 1)), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(sizes, (list) => {
        const parts = partsOf(list);
        const { sizes: found, bytes } = collect(parts);
        expect(Buffer.compare(bytes, Buffer.concat(parts))).toBe(0);
        expect(found).not.toContain(0);
        for (let i = 2; i < found.length; i++) {
          expect((found[i - 2] ?? 0) + (found[i - 1] ?? 0) + (found[i] ?? 0)).toBeGreaterThan(ROOM);
        }
      }),
    );
  });

  it('asks for no part before it is needed', () => {
    let asked = 0;
    const chunks = inChunks(
      (function* (): Generator<Uint8Array> {
        for (;;) {
          asked++;
          yield new Uint8Array(ROOM);
        }
      })(),
    );
    chunks.next();
    expect(asked).toBe(1);
    chunks.next();
    expect(asked).toBe(2);
  });
});
