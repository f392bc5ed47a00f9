/**
 * Trains the zlib dictionary that the small files in `details/` share (FORMAT.md, "Details"), in the manner of zstd's
 * COVER: what many documents have in common, best pieces last. Everything is integers and a fixed order, so that the same
 * documents give the same dictionary on every machine, in whichever order they come.
 */
import { concatBytes } from '../../format/bytes.ts';
import { gatherCorpus, KMER, type TrainingCorpus } from './training-corpus.ts';

/** Each round asks for this much less than the one before, in gain per byte: smaller is quicker and less exact. */
const STEP = 3 / 4;

/** A piece of the corpus, in byte positions. */
interface Segment {
  readonly start: number;
  readonly end: number;
}

/**
 * A preset dictionary for zlib: at most `size` bytes, fewer where the samples have less in common, and none where they have
 * nothing. The order of the samples is of no account, and neither is how often one of them comes.
 *
 * @param samples - the documents to be compressed, each by itself
 * @param size - bytes; zlib looks back no further than 32 KiB (`MAX_DICTIONARY_SIZE`)
 */
export function trainDictionary(samples: readonly Uint8Array[], size: number): Uint8Array {
  const corpus = gatherCorpus(samples);
  const segments = chooseSegments(corpus, size);
  // A short distance costs fewer bits, and the start of the dictionary is the first to leave zlib's window.
  return concatBytes(segments.reverse().map(({ start, end }) => corpus.text.subarray(start, end)));
}

/**
 * Segments, the best first. The bar falls from round to round; in each, the documents are read in order, and every
 * segment that still gains enough per byte is taken. This is the greedy choice to within one step, for one reading of
 * the corpus a round.
 */
function chooseSegments(corpus: TrainingCorpus, size: number): Segment[] {
  const segments: Segment[] = [];
  let room = size;
  for (let bar = highestGain(corpus); bar >= 1 && room >= KMER; bar *= STEP) {
    let start = 0;
    for (const end of corpus.ends) {
      for (let segment = nextSegment(corpus, start, end, bar); segment !== undefined && room >= KMER; ) {
        const taken = { start: segment.start, end: Math.min(segment.end, segment.start + room) };
        segments.push(taken);
        cover(corpus, taken);
        room -= taken.end - taken.start;
        segment = nextSegment(corpus, segment.end - KMER + 1, end, bar);
      }
      start = end;
    }
  }
  return segments;
}

/**
 * The first segment between two positions of one document that gains at least `bar` per byte. It grows while its surplus
 * (gain less `bar` per byte) does, and ends at the highest surplus once starting anew would cost less than going on.
 */
function nextSegment(
  { kmers, gains, seen }: TrainingCorpus,
  from: number,
  to: number,
  bar: number,
): Segment | undefined {
  // A segment has KMER - 1 bytes more than it has k-mers.
  const startingCost = bar * (KMER - 1);
  let start = from;
  let end = from;
  let surplus = 0;
  let highest = 0;
  for (let at = from; at + KMER <= to; at++) {
    const kmer = kmers[at] ?? 0;
    const before = seen[kmer] ?? 0;
    // What the segment has already gained it cannot gain again.
    const repeated = before >= start && before < at;
    seen[kmer] = at;
    surplus += (repeated ? 0 : (gains[kmer] ?? 0)) - bar;
    if (surplus > highest) {
      highest = surplus;
      end = at + KMER;
    } else if (surplus <= Math.max(0, highest - startingCost)) {
      if (highest >= startingCost && highest > 0) break;
      start = at + 1;
      surplus = 0;
      highest = 0;
    }
  }
  return highest >= startingCost && highest > 0 ? { start, end } : undefined;
}

function cover({ kmers, gains }: TrainingCorpus, { start, end }: Segment): void {
  for (let at = start; at + KMER <= end; at++) gains[kmers[at] ?? 0] = 0;
}

function highestGain({ gains }: TrainingCorpus): number {
  let highest = 0;
  for (const gain of gains) highest = Math.max(highest, gain);
  return highest;
}
