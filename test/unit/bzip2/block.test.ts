import { describe, expect, it } from 'vitest';
import { BitReader } from '../../../src/bzip2/bits.ts';
import { createHuffmanTable, fillHuffmanTable, readSymbol } from '../../../src/bzip2/block.ts';

function symbolsOf(lengths: readonly number[], bits: string): number[] {
  const table = createHuffmanTable(lengths.length);
  fillHuffmanTable(table, Uint8Array.from(lengths));
  const bytes = bits.match(/.{1,8}/g)?.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)) ?? [];
  const reader = new BitReader(Uint8Array.from(bytes));
  const symbols: number[] = [];
  while (!reader.done) symbols.push(readSymbol(table, reader));
  return symbols;
}

describe('fillHuffmanTable and readSymbol', () => {
  it('give lower codes to shorter words, then to lower symbols', () => {
    expect(symbolsOf([2, 1, 3, 3], '10011110')).toEqual([0, 1, 3, 0]);
  });

  it('decode words on both sides of the length that one look-up reaches, up to 20 bits', () => {
    // One word of each length from 1 to 19 and two of 20: a complete code.
    const lengths = [...Array.from({ length: 19 }, (_, i) => i + 1), 20, 20];
    const words = lengths.map((length, symbol) => (symbol === 20 ? '1'.repeat(20) : `${'1'.repeat(length - 1)}0`));
    expect(symbolsOf(lengths, `${words.join('')}0000`.slice(0, 232))).toEqual(
      [...lengths.keys(), ...[0, 0]].slice(0, 23),
    );
  });

  it('decode the same with a refilled table as with a new one', () => {
    const table = createHuffmanTable(4);
    fillHuffmanTable(table, Uint8Array.of(1, 2, 3, 3));
    fillHuffmanTable(table, Uint8Array.of(2, 2, 2, 2));
    const reader = new BitReader(Uint8Array.of(0b00_01_10_11));
    expect(Array.from({ length: 4 }, () => readSymbol(table, reader))).toEqual([0, 1, 2, 3]);
  });

  it.each([[[1, 1, 1]], [[1, 2, 2, 20]], [[2, 2, 2, 2, 2]]])(
    'refuse more words than there are codes: %j',
    (lengths) => {
      expect(() => fillHuffmanTable(createHuffmanTable(5), Uint8Array.from(lengths))).toThrow(
        'bzip2: a Huffman code has too many words',
      );
    },
  );

  it.each(['11', '1111111111111111'])('refuse the word %s, which an incomplete code does not have', (bits) => {
    expect(() => symbolsOf([1, 2], bits.padEnd(24, '1'))).toThrow('bzip2: a bit sequence that is no Huffman code');
  });
});
