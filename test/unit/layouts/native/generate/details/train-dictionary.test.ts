import { describe, expect, it } from 'vitest';
import { concatBytes, decodeText, encodeText } from '../../../../../../src/bytes/bytes.ts';
import { trainDictionary } from '../../../../../../src/layouts/native/generate/details/train-dictionary.ts';
import { MAX_DICTIONARY_SIZE } from '../../../../../../src/model/limits.ts';
import { deflate, inflate } from '../../../../../../src/platform/zlib/gzip.ts';
import { changes, keyfile, noise, sequence, textOf } from './sample-details.ts';

const keyfiles = Array.from({ length: 300 }, (_, i) => keyfile(i));
const documents = [...keyfiles, ...Array.from({ length: 450 }, (_, i) => changes(i))];
const dictionary = await trainDictionary(documents, MAX_DICTIONARY_SIZE);

describe('what a dictionary saves', () => {
  const naive = concatBytes(documents).subarray(0, MAX_DICTIONARY_SIZE);

  it('is more than half of what the documents take without one', () => {
    expect(storedSize(documents, dictionary)).toBeLessThan(storedSize(documents, undefined) / 2);
  });

  it('leaves a quarter less than the first documents do as a dictionary', () => {
    expect(storedSize(documents, dictionary)).toBeLessThan(storedSize(documents, naive) * 0.75);
  });

  it('is more with 4 KiB of it than with 32 KiB of the first documents', async () => {
    expect(storedSize(documents, await trainDictionary(documents, 4096))).toBeLessThan(storedSize(documents, naive));
  });

  it('is nearly the same for documents that it was not trained on', async () => {
    const half = await trainDictionary(
      documents.filter((_, i) => i % 2 === 1),
      MAX_DICTIONARY_SIZE,
    );
    expect(storedSize(documents, half)).toBeLessThan(storedSize(documents, dictionary) * 1.1);
  });

  it('costs no byte of any document', () => {
    for (const document of documents.filter((_, i) => i % 40 === 0)) {
      expect(inflate(deflate(document, dictionary), document.length, dictionary)).toEqual(document);
    }
  });
});

describe('trainDictionary', () => {
  it('gives the same dictionary whatever the order of the samples', { timeout: 20_000 }, async () => {
    expect(Buffer.compare(await trainDictionary([...documents].reverse(), MAX_DICTIONARY_SIZE), dictionary)).toBe(0);
    expect(Buffer.compare(await trainDictionary(shuffled(documents), MAX_DICTIONARY_SIZE), dictionary)).toBe(0);
  });

  it('gives the same dictionary when samples come more than once', async () => {
    expect(Buffer.compare(await trainDictionary([...documents, ...keyfiles], MAX_DICTIONARY_SIZE), dictionary)).toBe(0);
  });

  it('ends with the signal, long before it is done', async () => {
    const controller = new AbortController();
    setImmediate(() => setImmediate(() => setImmediate(() => controller.abort())));
    const training = trainDictionary(documents, MAX_DICTIONARY_SIZE, controller.signal);
    await expect(training).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('leaves the samples as they are', async () => {
    const sample = keyfile(1);
    const samples = [sample, keyfile(0)];
    await trainDictionary(samples, MAX_DICTIONARY_SIZE);
    expect(samples).toEqual([keyfile(1), keyfile(0)]);
    expect(samples[0]).toBe(sample);
  });

  it.each([512, 513, 1000, 4096, 10_000, MAX_DICTIONARY_SIZE])(
    'fills more than half of a size of %i, and never more than all',
    async (size) => {
      const { length } = await trainDictionary(documents, size);
      expect(length).toBeLessThanOrEqual(size);
      expect(length).toBeGreaterThan(size * 0.5);
    },
  );

  it.each([0, 1, 7, 8, 100, 511])('gives none where the size, %i, is too small to pay', async (size) => {
    expect(await trainDictionary(keyfiles, size)).toEqual(new Uint8Array());
  });

  it.each([
    ['no samples', []],
    ['one sample', [keyfile(0)]],
    ['one sample many times', Array.from({ length: 50 }, () => keyfile(0))],
    ['empty samples', [new Uint8Array(), new Uint8Array()]],
    ['samples of one byte', [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(2)]],
    [
      'samples that share less than a dictionary is worth',
      ['one', 'two', 'six'].map((word) => encodeText(`name: ${word}\n`)),
    ],
    ['samples of noise', Array.from({ length: 200 }, (_, i) => noise(1000, i))],
  ])('gives none for %s', async (_, samples) => {
    expect(await trainDictionary(samples, MAX_DICTIONARY_SIZE)).toEqual(new Uint8Array());
  });

  it('leaves out what only one document has', async () => {
    const shared = textOf(600, 1);
    const samples = Array.from({ length: 20 }, (_, i) => encodeText(`${shared}${textOf(300, 100 + i)}`));
    const text = decodeText(await trainDictionary(samples, MAX_DICTIONARY_SIZE));
    expect(text.length).toBeLessThan(1200);
    expect(text).toContain(shared.slice(0, 200));
  });

  it('has each text once', async () => {
    const samples = Array.from({ length: 20 }, (_, i) => encodeText(`${textOf(600, 1)}${i}`));
    expect((await trainDictionary(samples, MAX_DICTIONARY_SIZE)).length).toBeLessThanOrEqual(600 + 2 * 8);
  });

  it('puts what most documents share last', async () => {
    const everywhere = textOf(400, 1);
    const somewhere = textOf(400, 2);
    const samples = Array.from({ length: 40 }, (_, i) => encodeText(`${i}${i % 4 ? '' : somewhere}${i}${everywhere}`));
    const text = decodeText(await trainDictionary(samples, MAX_DICTIONARY_SIZE));
    expect(text.indexOf(somewhere.slice(200, 250))).toBeGreaterThanOrEqual(0);
    expect(text.indexOf(everywhere.slice(200, 250))).toBeGreaterThan(text.indexOf(somewhere.slice(200, 250)));
  });
});

/** Every eighth document, compressed by itself. */
function storedSize(some: readonly Uint8Array[], shared: Uint8Array | undefined): number {
  return some.filter((_, i) => i % 8 === 0).reduce((sum, document) => sum + deflate(document, shared).length, 0);
}

function shuffled(some: readonly Uint8Array[]): Uint8Array[] {
  const next = sequence(5);
  return some
    .map((document) => ({ document, rank: next(1_000_000_000) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ document }) => document);
}
