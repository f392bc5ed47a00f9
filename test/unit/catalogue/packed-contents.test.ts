import { describe, expect, it } from 'vitest';
import { packContents, unpackContents } from '../../../src/catalogue/packed-contents.ts';

const REFS = [
  { batch: 'batch/b', start: 0, length: 10, sha256: 'a'.repeat(43) },
  { batch: 'batch/a', start: 4_000_000_000, length: 20, sha256: 'b'.repeat(43) },
  { batch: 'batch/b', start: 10, length: 0, sha256: 'c'.repeat(43) },
];

describe('packed references', () => {
  it.each([0, 1, 3])('are unpacked as they were: %i of them', (count) => {
    expect(unpackContents(packContents(REFS.slice(0, count)))).toEqual(REFS.slice(0, count));
  });

  it('name each batch once, and survive the way to another thread', () => {
    const packed = structuredClone(packContents(REFS));
    expect(packed.batches).toEqual(['batch/b', 'batch/a']);
    expect(unpackContents(packed)).toEqual(REFS);
  });
});
