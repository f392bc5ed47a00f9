import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../../../src/bytes/bytes.ts';
import { formatPatch } from '../../../../../../src/layouts/apt/format/ed-script.ts';
import { decodeLines, patchText } from '../../../../../../src/layouts/apt/format/line-patch.ts';
import { type ComparedPiece, comparePieces } from '../../../../../../src/layouts/apt/generate/pdiffs/compare-pieces.ts';
import { isNormal } from '../../random-patch.ts';

describe('comparePieces', () => {
  const stanza = (name: string, version: number): string =>
    `Package: ${name}\nArchitecture: amd64\nVersion: ${version}\nDescription: what ${name} is\n .\n more\nTag: x\n`;
  const names = Array.from({ length: 200 }, (_, i) => `package-${String(i).padStart(3, '0')}`);
  const old = names.map((name) => stanza(name, 1));

  it('replaces the lines that changed, and nothing else', () => {
    const next = old.with(3, stanza('package-003', 2)).with(150, stanza('package-150', 2));
    const patch = comparePieces(cut(old, 10), cut(next, 10), 1000);
    expect(patch).toEqual([
      { start: 3 * 8 + 2, removed: 1, lines: ['Version: 2'] },
      { start: 150 * 8 + 2, removed: 1, lines: ['Version: 2'] },
    ]);
  });

  it('removes and inserts whole stanzas', () => {
    const next = [stanza('a', 1), ...old.slice(0, 100), ...old.slice(101), stanza('z', 1)];
    const patch = comparePieces(cut(old, 10), cut(next, 10), 1000);
    expect(patch?.map(({ start, removed, lines }) => [start, removed, lines.length])).toEqual([
      [0, 0, 8],
      [800, 8, 0],
      [1600, 0, 8],
    ]);
  });

  it('gives an empty patch for equal files, without opening a piece', () => {
    const closed = (piece: ComparedPiece): ComparedPiece => ({
      ...piece,
      open: () => {
        throw new Error('opened');
      },
    });
    expect(comparePieces(cut(old, 10).map(closed), cut(old, 10).map(closed), 0)).toEqual([]);
    const next = old.with(55, stanza('package-055', 2));
    const pieces = cut(next, 10).map((piece, i) => (i === 5 ? piece : closed(piece)));
    const before = cut(old, 10).map((piece, i) => (i === 5 ? piece : closed(piece)));
    expect(comparePieces(before, pieces, 100)).toHaveLength(1);
  });

  it('compares a renamed package with the one that it replaces', () => {
    const next = old.with(7, stanza('package-007a', 1));
    expect(patchOf(old, next).map(({ lines }) => lines)).toEqual([
      ['Package: package-007a'],
      ['Description: what package-007a is'],
    ]);
  });

  it('starts a file, and ends one', () => {
    expect(comparePieces([], cut(old, 10), 100_000)?.map(({ start, removed }) => [start, removed])).toEqual([[0, 0]]);
    expect(comparePieces(cut(old, 10), [], 0)).toEqual([{ start: 0, removed: 1600, lines: [] }]);
    expect(comparePieces([], [], 0)).toEqual([]);
  });

  it('counts lines by bytes, whatever their encoding', () => {
    const latin = Uint8Array.of(...encodeText('Package: a\nMaintainer: '), 0xe9, 0xff, 0x85, 10);
    const patch = comparePieces([], [pieceOf([latin])], 100);
    expect(patch).toEqual([{ start: 0, removed: 0, lines: ['Package: a', 'Maintainer: \xe9\xff\x85', ''] }]);
  });

  it('is undefined once the patch would insert more than it may', () => {
    const next = old.with(3, stanza('package-003', 2)).with(150, stanza('package-150', 2));
    const size = 2 * 'Version: 2\n'.length;
    expect(comparePieces(cut(old, 10), cut(next, 10), size)).toHaveLength(2);
    expect(comparePieces(cut(old, 10), cut(next, 10), size - 1)).toBeUndefined();
    expect(comparePieces([], cut(old, 10), 1000)).toBeUndefined();
  });

  it('reads no line of what is too much anyway', () => {
    const large = {
      key: 'large',
      lines: 3,
      open: () => ({ stanzas: [{ key: 'x', lines: 2 }], text: () => new Uint8Array(2000) }),
    };
    expect(comparePieces([], [large], 2000)).toBeUndefined();
    expect(() => comparePieces([], [large], 2001)).toThrow('expected a line end at the end, found none');
  });

  it('refuses a stanza whose number of lines is not what its piece says', () => {
    const piece = pieceOf([encodeText('Package: a\nVersion: 1\n')]);
    const wrong = {
      ...piece,
      open: () => ({ stanzas: [{ key: 'x', lines: 3 }], text: piece.open().text }),
    };
    expect(() => comparePieces([], [wrong], 100)).toThrow('stanza: expected 3 lines, found 2');
  });

  it('gives a patch that leads from any file to any other, however both are cut', () => {
    const anyStanza = fc
      .record({ name: fc.constantFrom(...'abcdef'), version: fc.nat({ max: 2 }), long: fc.boolean() })
      .map(
        ({ name, version, long }) => `Package: ${name}\nVersion: ${version}\n${long ? 'Tag: x\n .\nSize: 3\n' : ''}`,
      );
    const anyFile = fc.array(anyStanza, { maxLength: 20 });
    const anySize = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(anyFile, anyFile, anySize, anySize, (before, after, oldSize, nextSize) => {
        const patch = comparePieces(cut(before, oldSize), cut(after, nextSize), 1_000_000) ?? [];
        expect(isNormal(patch)).toBe(true);
        expect(patchText(textOf(before), patch)).toEqual(textOf(after));
      }),
      { numRuns: 500 },
    );
  });

  it('needs a few bytes for a few changes in a file whose stanzas all moved', () => {
    const next = [...old.slice(120), ...old.slice(0, 120)];
    const patch = patchOf(old, next);
    expect(patchText(textOf(old), patch)).toEqual(textOf(next));
    expect(formatPatch(patch).length).toBeLessThan(textOf(old.slice(120)).length + 100);
  });

  it('is right where every stanza changed', () => {
    const before = names.flatMap((name) => Array.from({ length: 10 }, (_, i) => stanza(`${name}-${i}`, 1)));
    const after = names.flatMap((name) => Array.from({ length: 10 }, (_, i) => stanza(`${name}-${i}`, 2)));
    const patch = patchOf(before, after);
    expect(patch).toHaveLength(2000);
    expect(patchText(textOf(before), patch)).toEqual(textOf(after));
  });

  function patchOf(before: readonly string[], after: readonly string[]) {
    return comparePieces(cut(before, 10), cut(after, 10), 1e9) ?? [];
  }
});

/** Pieces of so many stanzas. */
function cut(stanzas: readonly string[], size: number): readonly ComparedPiece[] {
  return Array.from({ length: Math.ceil(stanzas.length / size) }, (_, i) =>
    pieceOf(stanzas.slice(i * size, (i + 1) * size).map(encodeText)),
  );
}

function pieceOf(texts: readonly Uint8Array[]): ComparedPiece {
  const stanzas = texts.map((text) => ({ key: text.join(), lines: decodeLines(text).length }));
  return {
    key: stanzas.map(({ key }) => key).join(';'),
    lines: stanzas.reduce((sum, { lines }) => sum + lines + 1, 0),
    open: () => ({ stanzas, text: (index) => texts[index] ?? new Uint8Array() }),
  };
}

function textOf(stanzas: readonly string[]): Uint8Array {
  return encodeText(stanzas.map((one) => `${one}\n`).join(''));
}
