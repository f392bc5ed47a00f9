/**
 * Trains the zlib dictionary that the small files in `details/` share, in the manner of zstd's COVER: what many documents
 * have in common, best pieces last. Integers, a fixed order and no chance: the same documents give the same dictionary on
 * every machine, in whichever order they come.
 */
import { concatBytes } from '../../../../bytes/bytes.ts';
import { gatherCorpus, KMER, type TrainingCorpus } from './training-corpus.ts';

/** Bytes of a whole segment: as long as deflate's longest match (258). Shorter ones cut long matches into many. */
const SEGMENT = 256;

/** What a round asks of a segment, beside the round before: nearer to 1 is more exact and slower. */
const STEP = 3 / 4;

/** Documents beside the first that must have an average k-mer of a segment. Below, the dictionary costs what it saves. */
const LOWEST_BAR = 1 / 2;

/** Bytes. A smaller dictionary saves less than the request for it costs. */
const SMALLEST = 512;

/** A piece of one document, in byte positions of the corpus. */
interface Segment {
  readonly start: number;
  readonly end: number;
  /** Documents that each of its bytes gains, on average. */
  readonly density: number;
}

/**
 * A preset dictionary for zlib: at most `size` bytes, fewer where the samples have less in common, and none (an empty
 * array: compress without one) where they have next to nothing. Neither the order of the samples is of account, nor how
 * often one of them comes.
 *
 * @param samples - the documents to be compressed, each by itself
 * @param size - bytes; zlib looks back no further than 32 KiB (`MAX_DICTIONARY_SIZE`)
 */
export function trainDictionary(samples: readonly Uint8Array[], size: number): Uint8Array {
  const corpus = gatherCorpus(samples);
  const segments = chooseSegments(corpus, size);
  if (segments.reduce((sum, { start, end }) => sum + end - start, 0) < SMALLEST) return new Uint8Array();
  // A short distance costs fewer bits, and the start of the dictionary is the first to leave zlib's window.
  return concatBytes(segments.reverse().map(({ start, end }) => corpus.text.subarray(start, end)));
}

/**
 * Segments, the best first. The bar falls from round to round; in each, every document gives the segments that clear it.
 * That is the greedy choice to within one step. Gains only shrink, so a document whose best segment did not clear the bar
 * is read again only when the bar has fallen below it.
 */
function chooseSegments(corpus: TrainingCorpus, size: number): Segment[] {
  const chosen: Segment[] = [];
  const best = corpus.ends.map((end, i) => bestSegment(corpus, corpus.ends[i - 1] ?? 0, end));
  let room = size;
  let bar = best.reduce((highest, { density }) => Math.max(highest, density), 0);
  for (; bar >= LOWEST_BAR && room >= KMER; bar *= STEP) {
    for (let i = 0; i < best.length && room >= KMER; ) {
      if ((best[i]?.density ?? 0) < bar) {
        i++;
        continue;
      }
      // Others may have covered some of it since it was rated.
      const segment = bestSegment(corpus, corpus.ends[i - 1] ?? 0, corpus.ends[i] ?? 0);
      best[i] = segment;
      if (segment.density < bar) continue;
      const taken = trim(corpus, segment, room);
      cover(corpus, taken);
      chosen.push(taken);
      room -= taken.end - taken.start;
    }
  }
  return chosen;
}

/** Of the pieces of one document that are `SEGMENT` bytes long (or all of it), the first that gains most. */
function bestSegment({ kmers, gains, counts }: TrainingCorpus, start: number, end: number): Segment {
  const length = Math.min(SEGMENT, end - start);
  let from = start;
  let gain = 0;
  let highest = 0;
  let best = start;
  for (let at = start; at + KMER <= end; at++) {
    if (at + KMER - from > length) {
      const kmer = kmers[from++] ?? 0;
      const left = (counts[kmer] ?? 0) - 1;
      counts[kmer] = left;
      if (left === 0) gain -= gains[kmer] ?? 0;
    }
    const kmer = kmers[at] ?? 0;
    const before = counts[kmer] ?? 0;
    counts[kmer] = before + 1;
    // What the segment has already gained it cannot gain again.
    if (before === 0) gain += gains[kmer] ?? 0;
    if (gain > highest) {
      highest = gain;
      best = from;
    }
  }
  for (; from + KMER <= end; from++) counts[kmers[from] ?? 0] = 0;
  return { start: best, end: best + length, density: length === 0 ? 0 : highest / length };
}

/** The segment without ends that gain nothing, and no longer than `room`. */
function trim({ kmers, gains }: TrainingCorpus, { start, end, density }: Segment, room: number): Segment {
  let from = start;
  let to = end;
  while (to - from > KMER && gains[kmers[from] ?? 0] === 0) from++;
  while (to - from > KMER && gains[kmers[to - KMER] ?? 0] === 0) to--;
  return { start: from, end: Math.min(to, from + room), density };
}

/** A k-mer that the dictionary has gains nothing more. */
function cover({ kmers, gains }: TrainingCorpus, { start, end }: Segment): void {
  for (let at = start; at + KMER <= end; at++) gains[kmers[at] ?? 0] = 0;
}
