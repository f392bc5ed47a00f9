import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutPieces, type SizedStanza } from '../../../../../src/layouts/apt/format/cut-pieces.ts';

const PIECE = 20_000;

/** Stanzas of as many packages, sorted by name, with 100 to 1500 bytes. */
function listOf(packages: number): readonly SizedStanza[] {
  return Array.from({ length: packages }, (_, i) => ({
    name: `lib${String(i).padStart(6, '0')}-dev`,
    size: 100 + ((i * 7919) % 1400),
  }));
}

const list = listOf(2000);

/** Pieces as texts. */
function textsOf(rows: readonly SizedStanza[], pieceSize = PIECE): readonly string[] {
  return cutPieces(rows, pieceSize).map((piece) => piece.map(({ name, size }) => `${name} ${size}`).join());
}

function sizeOf(rows: readonly SizedStanza[]): number {
  return rows.reduce((sum, { size }) => sum + size, 0);
}

/** How many pieces of the second list are not in the first. */
function countNew(before: readonly SizedStanza[], after: readonly SizedStanza[]): number {
  const known = new Set(textsOf(before));
  return textsOf(after).filter((text) => !known.has(text)).length;
}

/** The list without `removed` stanzas from a position on, and with others in their place. */
function splice(at: number, removed: number, added: readonly SizedStanza[]): readonly SizedStanza[] {
  return [...list.slice(0, at), ...added, ...list.slice(at + removed)];
}

const positions = Array.from({ length: 60 }, (_, i) => (i * 6007) % list.length);

describe('cutPieces', () => {
  it('cuts no list into no pieces', () => {
    expect(cutPieces([], PIECE)).toEqual([]);
  });

  it('leaves a list whole that is no larger than two pieces', () => {
    const rows = listOf(10);
    expect(cutPieces(rows, PIECE)).toEqual([rows]);
  });

  it('keeps every stanza, in its order', () => {
    expect(cutPieces(list, PIECE).flat()).toEqual(list);
  });

  it('makes pieces of half the size to twice the size, of the size on average', () => {
    for (const pieceSize of [10_000, 20_000, 50_000, 100_000]) {
      const sizes = cutPieces(list, pieceSize).map(sizeOf);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(pieceSize / 2);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(pieceSize * 2);
      const mean = sizeOf(list) / sizes.length;
      expect(mean / pieceSize).toBeGreaterThan(0.8);
      expect(mean / pieceSize).toBeLessThan(1.25);
    }
  });

  it('never changes where it cuts', () => {
    expect(cutPieces(listOf(250), PIECE).map(([first]) => first?.name)).toMatchInlineSnapshot(`
      [
        "lib000000-dev",
        "lib000012-dev",
        "lib000032-dev",
        "lib000049-dev",
        "lib000084-dev",
        "lib000104-dev",
        "lib000117-dev",
        "lib000144-dev",
        "lib000195-dev",
        "lib000209-dev",
        "lib000224-dev",
      ]
    `);
  });

  it.each<readonly [title: string, change: (at: number) => readonly SizedStanza[]]>([
    ['comes', (at) => splice(at, 0, [{ name: `${list[at]?.name}x`, size: 900 }])],
    ['goes', (at) => splice(at, 1, [])],
    ['gets larger', (at) => splice(at, 1, [{ name: list[at]?.name ?? '', size: (list[at]?.size ?? 0) + 31 }])],
    ['is replaced', (at) => splice(at, 1, [{ name: `${list[at]?.name}-1`, size: 300 }])],
  ])('makes at most three new pieces where a stanza %s, and usually one', (_title, change) => {
    const counts = positions.map((at) => countNew(list, change(at)));
    expect(Math.max(...counts)).toBeLessThanOrEqual(3);
    expect(counts.filter((count) => count === 1).length).toBeGreaterThan(positions.length * 0.8);
  });

  it('makes few new pieces where thirty stanzas in a row go', () => {
    expect(Math.max(...positions.map((at) => countNew(list, splice(at, 30, []))))).toBeLessThanOrEqual(3);
  });

  it('cuts a part of a list where it cuts the whole, but for both ends', () => {
    const whole = new Set(textsOf(list));
    const part = textsOf(list.slice(500, 1500));
    expect(part.length).toBeGreaterThan(20);
    expect(part.slice(3, -3).filter((text) => !whole.has(text))).toEqual([]);
  });

  it('keeps stanzas of a name together', () => {
    const rows = list.flatMap(({ name, size }, i) => Array.from({ length: 1 + (i % 4) }, () => ({ name, size })));
    const pieces = cutPieces(rows, PIECE);
    expect(pieces.flat()).toEqual(rows);
    for (const [i, piece] of pieces.entries()) expect(piece[0]?.name).not.toBe(pieces[i - 1]?.at(-1)?.name);
    expect(Math.max(...pieces.map(sizeOf))).toBeLessThanOrEqual(PIECE * 2);
  });

  it('gives a name that is larger than two pieces a piece without any other', () => {
    const large = { name: 'lib001000-huge', size: PIECE * 9 };
    const pieces = cutPieces(splice(1001, 0, [large]), PIECE);
    expect(pieces.filter((piece) => sizeOf(piece) > PIECE * 2)).toEqual([[large]]);
  });

  it('cuts a list of two names that alternate, where only sizes can decide', () => {
    const rows = Array.from({ length: 1000 }, (_, i) => ({ name: 'ab'.charAt(i % 2), size: 1000 }));
    const pieces = cutPieces(rows, PIECE);
    expect(pieces.flat()).toEqual(rows);
    expect(Math.max(...pieces.map(sizeOf))).toBeLessThanOrEqual(PIECE * 2);
  });

  it('keeps every stanza of any list, together with those of its name and within bounds', () => {
    const row = fc.record({ name: fc.string({ unit: 'binary', maxLength: 3 }), size: fc.nat(3000) });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 300 }), fc.integer({ min: 1, max: 9000 }), (rows, pieceSize) => {
        const pieces = cutPieces(rows, pieceSize);
        expect(pieces.flat()).toEqual(rows);
        for (const [i, piece] of pieces.entries()) {
          expect(piece.length).toBeGreaterThan(0);
          expect(piece[0]?.name).not.toBe(pieces[i - 1]?.at(-1)?.name);
          const names = new Set(piece.map(({ name }) => name));
          if (sizeOf(piece) > 2 * pieceSize) expect(names.size).toBe(1);
        }
      }),
      { numRuns: 50 },
    );
  });
});
