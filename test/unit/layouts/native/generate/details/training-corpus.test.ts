import { describe, expect, it } from 'vitest';
import { concatBytes, decodeText, encodeText } from '../../../../../../src/bytes/bytes.ts';
import {
  gatherCorpus,
  KMER,
  type TrainingCorpus,
} from '../../../../../../src/layouts/native/generate/details/training-corpus.ts';
import { noise, textOf } from './sample-details.ts';

describe('gatherCorpus', () => {
  it('has the documents in the order of their bytes, each once', () => {
    const corpus = gatherCorpus(['banana', 'apple', 'banana', 'apples', ''].map(encodeText));
    expect(decodeText(corpus.text)).toBe('appleapplesbanana');
    expect(corpus.ends).toEqual([0, 5, 11, 17]);
  });

  it('counts a k-mer once a document, however often the document has it', () => {
    const corpus = gatherCorpus(
      ['1 ABCDEFGH ABCDEFGH', '2 ABCDEFGH', '3 ABCDEFGH', '4 abcdefgh abcdefgh'].map(encodeText),
    );
    expect(gainOf(corpus, 'ABCDEFGH')).toBe(2);
    expect(gainOf(corpus, 'abcdefgh')).toBe(0);
  });

  it('counts no k-mer that lies across the border of two documents', () => {
    const corpus = gatherCorpus(['1ABCD', '2ABCD', 'EFGH1', 'EFGH2'].map(encodeText));
    expect(Math.max(...corpus.gains)).toBe(0);
  });

  it('tells k-mers apart that differ in one byte only', () => {
    const words = Array.from({ length: KMER }, (_, i) => `${'a'.repeat(i)}b${'a'.repeat(KMER - 1 - i)}`);
    const corpus = gatherCorpus(words.map(encodeText));
    const kmers = corpus.ends.map((end) => corpus.kmers[end - KMER]);
    expect(new Set(kmers).size).toBe(KMER);
  });

  it('reads the first 16 KiB of a document', () => {
    const head = textOf(16 * 1024, 1);
    expect(gatherCorpus([encodeText(`${head}tail`), encodeText(`${head}other`)]).ends).toEqual([head.length]);
  });

  it('takes 3 MiB at most, evenly from first to last', { timeout: 20_000 }, () => {
    const bodies = Array.from({ length: 5 }, (_, seed) => noise(16_000, seed));
    const samples = Array.from({ length: 400 }, (_, i) =>
      concatBytes([Uint8Array.of(i >> 8, i & 0xff), bodies[i % 5] ?? new Uint8Array()]),
    );
    const { text, ends } = gatherCorpus(samples);
    expect(text.length).toBeLessThanOrEqual(3 * 1024 * 1024);
    expect(text.length).toBeGreaterThan(3 * 1024 * 1024 - 2 * 16_002);
    const taken = ends.map((end) => ((text[end - 16_002] ?? 0) << 8) | (text[end - 16_001] ?? 0));
    const steps = taken.slice(1).map((number, i) => number - (taken[i] ?? 0));
    expect([Math.min(...steps), Math.max(...steps)]).toEqual([2, 3]);
  });

  it('is empty if there are no samples', () => {
    expect(gatherCorpus([])).toMatchObject({ text: new Uint8Array(), ends: [] });
  });
});

function gainOf({ text, kmers, gains }: TrainingCorpus, kmer: string): number | undefined {
  return gains[kmers[decodeText(text).lastIndexOf(kmer)] ?? -1];
}
