/**
 * Trains the zlib dictionary that the small files in `details/` share, in the manner of zstd's COVER: texts that many documents
 * have in common, the best ones last. It uses integers, a fixed order and no randomness: the same documents give the same
 * dictionary on every machine, in any order.
 */
import { concatBytes } from '../../../../bytes/bytes.ts';
import { checkpoint } from '../../../../platform/threads/next-turn.ts';
import { gatherCorpus, KMER, type TrainingCorpus } from './training-corpus.ts';

/** Bytes of an excerpt: about deflate's longest match (258). Shorter excerpts would break long matches up. */
const EXCERPT_BYTES = 256;

/** The factor by which the bar falls from round to round: closer to 1 is more exact and slower. */
const BAR_STEP = 3 / 4;

/** The lowest bar: documents, besides the first, that have an average k-mer. Below, a dictionary costs as much as it saves. */
const LOWEST_BAR = 1 / 2;

/** A dictionary of fewer bytes saves less than the request for it costs. */
const MIN_BYTES = 512;

/** How many excerpts are chosen before a signal has its turn. */
const EXCERPTS_PER_TURN = 100;

/** An excerpt of one document, in byte positions of the corpus. */
interface Excerpt {
  readonly start: number;
  readonly end: number;
  /** Documents that each of its bytes would help, on average. */
  readonly density: number;
}

/**
 * A preset dictionary for zlib of at most `size` bytes: fewer if the samples have less in common, and none (an empty array:
 * compress without one) if they have next to nothing. Neither the order nor the multiplicity of the samples matters.
 *
 * @param samples - the documents to be compressed, each by itself
 * @param size - bytes; zlib looks back no further than 32 KiB (`MAX_DICTIONARY_SIZE`)
 */
export async function trainDictionary(
  samples: readonly Uint8Array[],
  size: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  await checkpoint(signal);
  const corpus = gatherCorpus(samples);
  const excerpts = await chooseExcerpts(corpus, size, signal);
  if (excerpts.reduce((sum, { start, end }) => sum + end - start, 0) < MIN_BYTES) return new Uint8Array();
  // The best come last: a short distance costs fewer bits, and the start of the dictionary is the first to leave the window.
  return concatBytes(excerpts.reverse().map(({ start, end }) => corpus.text.subarray(start, end)));
}

/**
 * Chooses excerpts, the best first. The bar falls from round to round; in each round, every document gives the excerpts that
 * clear it: the greedy choice, to within one step. Gains only shrink, so a document whose best excerpt did not clear the bar
 * is read again only when the bar has fallen below it.
 */
async function chooseExcerpts(
  corpus: TrainingCorpus,
  size: number,
  signal: AbortSignal | undefined,
): Promise<Excerpt[]> {
  const chosen: Excerpt[] = [];
  const best: Excerpt[] = [];
  for (const [i, end] of corpus.ends.entries()) {
    if (signal !== undefined && i % EXCERPTS_PER_TURN === 0) await checkpoint(signal);
    best.push(bestExcerpt(corpus, corpus.ends[i - 1] ?? 0, end));
  }
  let rated = 0;
  let room = size;
  let bar = best.reduce((highest, { density }) => Math.max(highest, density), 0);
  for (; bar >= LOWEST_BAR && room >= KMER; bar *= BAR_STEP) {
    for (let i = 0; i < best.length && room >= KMER; ) {
      if ((best[i]?.density ?? 0) < bar) {
        i++;
        continue;
      }
      if (signal !== undefined && ++rated % EXCERPTS_PER_TURN === 0) await checkpoint(signal);
      // Other excerpts may have covered some of it since it was rated.
      const excerpt = bestExcerpt(corpus, corpus.ends[i - 1] ?? 0, corpus.ends[i] ?? 0);
      best[i] = excerpt;
      if (excerpt.density < bar) continue;
      const taken = trim(corpus, excerpt, room);
      cover(corpus, taken);
      chosen.push(taken);
      room -= taken.end - taken.start;
    }
  }
  return chosen;
}

/** Of the excerpts of one document that are `EXCERPT_BYTES` long (or all of it), the first one that gains most. */
function bestExcerpt({ kmers, gains, counts }: TrainingCorpus, start: number, end: number): Excerpt {
  const length = Math.min(EXCERPT_BYTES, end - start);
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
    // A k-mer that the excerpt already has gains nothing again.
    if (before === 0) gain += gains[kmer] ?? 0;
    if (gain > highest) {
      highest = gain;
      best = from;
    }
  }
  for (; from + KMER <= end; from++) counts[kmers[from] ?? 0] = 0;
  return { start: best, end: best + length, density: length === 0 ? 0 : highest / length };
}

/** The excerpt without ends that gain nothing, and no longer than `room`. */
function trim({ kmers, gains }: TrainingCorpus, { start, end, density }: Excerpt, room: number): Excerpt {
  let from = start;
  let to = end;
  while (to - from > KMER && gains[kmers[from] ?? 0] === 0) from++;
  while (to - from > KMER && gains[kmers[to - KMER] ?? 0] === 0) to--;
  return { start: from, end: Math.min(to, from + room), density };
}

/** Notes that the dictionary has an excerpt: its k-mers gain nothing more. */
function cover({ kmers, gains }: TrainingCorpus, { start, end }: Excerpt): void {
  for (let at = start; at + KMER <= end; at++) gains[kmers[at] ?? 0] = 0;
}
