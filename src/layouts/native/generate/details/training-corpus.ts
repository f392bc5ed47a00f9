/**
 * What a dictionary is trained on: distinct documents in the order of their bytes, an even choice if there are too many, and
 * for every sequence of `KMER` bytes (a k-mer) how many documents have it.
 */
import { concatBytes } from '../../../../bytes/bytes.ts';

/** Bytes of a k-mer, the shortest match that counts. One of three bytes saves zlib next to nothing. */
export const KMER = 8;

/** Bytes of a document that count. Only its beginning has the dictionary in zlib's window; the rest refers to the document itself. */
const MAX_HEAD_SIZE = 16 * 1024;

/** Bytes; the time and memory of training grow with this (some 30 bytes of memory a byte). */
const MAX_CORPUS_SIZE = 3 * 1024 * 1024;

/** Documents, with their k-mers numbered and counted. The number of a k-mer is the position where it first occurs. */
export interface TrainingCorpus {
  /** The documents, one after the other. */
  readonly text: Uint8Array;
  /** Where each document ends in `text`. */
  readonly ends: readonly number[];
  /** By position: the k-mer there. Meaningless if less than a k-mer is left of the document. */
  readonly kmers: Int32Array;
  /** By k-mer: how many documents besides the first have it, which is what the dictionary gains by it; 0 once it has it. */
  readonly gains: Int32Array;
  /** By k-mer: how often the excerpt that is being rated has it; all 0 between two excerpts. */
  readonly counts: Uint16Array;
}

/** Gathers the corpus of samples, whatever their order. */
export function gatherCorpus(samples: readonly Uint8Array[]): TrainingCorpus {
  const documents = chooseEvenly(distinct(samples.map((sample) => sample.subarray(0, MAX_HEAD_SIZE))));
  const text = concatBytes(documents);
  const ends: number[] = [];
  let end = 0;
  for (const { length } of documents) {
    end += length;
    ends.push(end);
  }
  const kmers = numberKmers(text);
  return { text, ends, kmers, gains: countDocuments(kmers, ends), counts: new Uint16Array(text.length) };
}

// Files are named by their content: a document that occurs twice is stored once, and must not count twice.
function distinct(documents: readonly Uint8Array[]): Uint8Array[] {
  const sorted = [...documents].sort(compareBytes);
  return sorted.filter((document, i) => i === 0 || compareBytes(document, sorted[i - 1] ?? document) !== 0);
}

// Every document earns its share of the room, and is taken when enough has been earned for it, so they never exceed the room.
function chooseEvenly(documents: readonly Uint8Array[]): Uint8Array[] {
  const total = documents.reduce((sum, document) => sum + document.length, 0);
  const share = Math.min(1, MAX_CORPUS_SIZE / total);
  let credit = 0;
  return documents.filter(({ length }) => {
    credit += length * share;
    if (credit < length) return false;
    credit -= length;
    return true;
  });
}

/** By position: where the `KMER` bytes there first occur. A hash table finds the candidate; the bytes decide. */
function numberKmers(text: Uint8Array): Int32Array {
  const kmers = new Int32Array(text.length);
  const bits = Math.ceil(Math.log2(2 * text.length + 2));
  const mask = (1 << bits) - 1;
  const table = new Int32Array(1 << bits).fill(-1);
  for (let at = 0; at + KMER <= text.length; at++) {
    let slot = hashKmer(text, at) >>> (32 - bits);
    let first = table[slot] ?? -1;
    while (first !== -1 && !sameKmer(text, first, at)) {
      slot = (slot + 1) & mask;
      first = table[slot] ?? -1;
    }
    if (first === -1) {
      table[slot] = at;
      first = at;
    }
    kmers[at] = first;
  }
  return kmers;
}

/** The gains before the dictionary has anything. */
function countDocuments(kmers: Int32Array, ends: readonly number[]): Int32Array {
  const gains = new Int32Array(kmers.length);
  const lastEnd = new Int32Array(kmers.length);
  let start = 0;
  for (const end of ends) {
    for (let at = start; at + KMER <= end; at++) {
      const kmer = kmers[at] ?? 0;
      if (lastEnd[kmer] === end) continue;
      if (lastEnd[kmer] !== 0) gains[kmer] = (gains[kmer] ?? 0) + 1;
      lastEnd[kmer] = end;
    }
    start = end;
  }
  return gains;
}

function hashKmer(text: Uint8Array, at: number): number {
  let hash = 0;
  for (let i = 0; i < KMER; i++) hash = Math.imul(hash ^ (text[at + i] ?? 0), 0x9e3779b1);
  return hash;
}

function sameKmer(text: Uint8Array, a: number, b: number): boolean {
  for (let i = 0; i < KMER; i++) if (text[a + i] !== text[b + i]) return false;
  return true;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
