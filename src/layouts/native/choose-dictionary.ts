/**
 * Which dictionary the files in `details/` are compressed with. Every file depends on it, so one that was published stays
 * until a fresh one would save a tenth; without that, each build would rename all of `details/`.
 */
import { dictionaryPath } from '../../format/paths.ts';
import type { Digest } from '../../model/digest.ts';
import { MAX_DICTIONARY_SIZE } from '../../model/limits.ts';
import { compareText } from '../../model/order.ts';
import type { FileEntry } from '../../model/repository-index.ts';
import { deflate } from '../../platform/gzip.ts';
import { sha256 } from '../../platform/sha256.ts';
import type { ReadableTree } from '../../publish/tree.ts';
import { trainDictionary } from './dictionary.ts';

/** A dictionary and its name. */
export interface Dictionary {
  readonly sha256: Digest;
  readonly bytes: Uint8Array;
}

/** Below this many bytes of details a dictionary costs a client more than it saves. */
const WORTHWHILE = MAX_DICTIONARY_SIZE;

/** How many documents, evenly taken in the order of their digests, decide between two dictionaries. */
const TRIALS = 256;

/** A published dictionary stays while it compresses to less than this much of what a fresh one does. */
const TOLERANCE = 1.1;

/** The dictionary for these documents, or undefined where none is worth it. */
export async function chooseDictionary(
  documents: ReadonlyMap<Digest, Uint8Array>,
  published: FileEntry | undefined,
  previous: ReadableTree,
): Promise<Dictionary | undefined> {
  const sorted = [...documents].sort(([a], [b]) => compareText(a, b)).map(([, document]) => document);
  const total = sorted.reduce((sum, document) => sum + document.length, 0);
  if (total < WORTHWHILE) return undefined;
  const fresh = trainDictionary(sorted, MAX_DICTIONARY_SIZE);
  if (fresh.length === 0) return undefined;
  const known = published === undefined ? undefined : await readDictionary(published, previous);
  if (known !== undefined) {
    const trials = sorted.filter((_, i) => i % Math.ceil(sorted.length / TRIALS) === 0);
    if (sizeWith(known.bytes, trials) <= sizeWith(fresh, trials) * TOLERANCE) return known;
  }
  return { sha256: await sha256(fresh), bytes: fresh };
}

async function readDictionary(entry: FileEntry, previous: ReadableTree): Promise<Dictionary | undefined> {
  const bytes = await previous.read(dictionaryPath(entry.sha256), MAX_DICTIONARY_SIZE);
  if (bytes === undefined || (await sha256(bytes)) !== entry.sha256) return undefined;
  return { sha256: entry.sha256, bytes };
}

function sizeWith(dictionary: Uint8Array, documents: readonly Uint8Array[]): number {
  return documents.reduce((sum, document) => sum + deflate(document, dictionary).length, 0);
}
