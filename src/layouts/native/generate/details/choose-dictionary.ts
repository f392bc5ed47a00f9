/**
 * Chooses the dictionary that the files in `details/` are compressed with. FORMAT.md, section "Details". Every file depends on
 * it, so a published dictionary stays until a fresh one saves a tenth: otherwise each build would rename all of `details/`.
 */

import type { Catalogue } from '../../../../catalogue/catalogue.ts';
import type { Digest } from '../../../../model/digest.ts';
import { MAX_DICTIONARY_SIZE } from '../../../../model/limits.ts';
import { compareText } from '../../../../model/order.ts';
import { digestOf, sha256 } from '../../../../platform/hash/sha256.ts';
import { checkpoint, FILES_PER_TURN } from '../../../../platform/threads/next-turn.ts';
import { defineSlot } from '../../../../platform/workspace/slot.ts';
import { readVerified, type Workspace } from '../../../../platform/workspace/workspace.ts';
import { deflate } from '../../../../platform/zlib/gzip.ts';
import type { ReadableTree } from '../../../../publish/tree.ts';
import { dictionaryPath } from '../../format/paths.ts';
import type { FileEntry } from '../../format/repository-index.ts';
import { trainDictionary } from './train-dictionary.ts';

/** A dictionary and its digest. */
export interface Dictionary {
  readonly sha256: Digest;
  readonly bytes: Uint8Array;
}

/** Below this many bytes of details, a dictionary costs a client more than it saves. */
const MIN_DETAILS_BYTES = MAX_DICTIONARY_SIZE;

/** How many documents, evenly chosen in the order of their digests, decide between two dictionaries. */
const TRIAL_DOCUMENTS = 256;

/** A published dictionary stays as long as documents take at most this many times the bytes that they take with a fresh one. */
const TOLERANCE = 1.1;

/** The most bytes of documents that a dictionary is chosen by; of more, an even choice. */
const MAX_CONSIDERED_BYTES = 1 << 25;

/** A dictionary is the body of its entry; one of no bytes means that none is worth it. */
interface ChosenDictionary {
  readonly sha256: Digest;
  readonly size: number;
}

// The version grows whenever the same documents lead to a different dictionary.
const dictionarySlot = defineSlot<ChosenDictionary>('dictionary', 2);

/** The dictionary for a catalogue's documents; undefined if none is worth it. Remembered in the workspace. */
export async function dictionaryFor(
  catalogue: Pick<Catalogue, 'documents' | 'readDocument'>,
  published: FileEntry | undefined,
  previous: ReadableTree,
  workspace: Workspace,
  signal?: AbortSignal,
): Promise<Dictionary | undefined> {
  const sorted = catalogue.documents.toSorted((a, b) => compareText(a.sha256, b.sha256));
  if (sorted.length === 0) return undefined;
  const digests = sorted.map((document) => document.sha256);
  const name = dictionarySlot.nameOf([digests, published?.sha256]);
  const known = dictionarySlot.read(name, workspace);
  if (known !== undefined) {
    const { size, sha256 } = known;
    const bytes = readVerified(name, { start: 0, length: size, sha256 }, workspace);
    return size === 0 ? undefined : { sha256, bytes };
  }
  const total = sorted.reduce((sum, { length }) => sum + length, 0);
  const step = Math.ceil(total / MAX_CONSIDERED_BYTES);
  const considered = sorted.filter((_, i) => i % step === 0);
  const documents = new Map<Digest, Uint8Array>();
  for (const [i, document] of considered.entries()) {
    if (signal !== undefined && i % FILES_PER_TURN === 0) await checkpoint(signal);
    documents.set(document.sha256, catalogue.readDocument(document.sha256));
  }
  const chosen = await chooseDictionary(documents, published, previous, signal);
  const bytes = chosen?.bytes ?? new Uint8Array();
  // Once it is published, the same dictionary is chosen again.
  for (const before of new Set([published?.sha256, chosen?.sha256])) {
    const head = { sha256: digestOf(bytes), size: bytes.length };
    dictionarySlot.write(dictionarySlot.nameOf([digests, before]), head, workspace, [bytes]);
  }
  return chosen;
}

/** The dictionary for these documents; undefined if none is worth it. */
export async function chooseDictionary(
  documents: ReadonlyMap<Digest, Uint8Array>,
  published: FileEntry | undefined,
  previous: ReadableTree,
  signal?: AbortSignal,
): Promise<Dictionary | undefined> {
  const sorted = [...documents].sort(([a], [b]) => compareText(a, b)).map(([, document]) => document);
  const total = sorted.reduce((sum, document) => sum + document.length, 0);
  if (total < MIN_DETAILS_BYTES) return undefined;
  const fresh = await trainDictionary(sorted, MAX_DICTIONARY_SIZE, signal);
  if (fresh.length === 0) return undefined;
  const known = published === undefined ? undefined : await readDictionary(published, previous);
  if (known !== undefined) {
    const trials = sorted.filter((_, i) => i % Math.ceil(sorted.length / TRIAL_DOCUMENTS) === 0);
    await checkpoint(signal);
    const size = sizeWith(known.bytes, trials);
    await checkpoint(signal);
    if (size <= sizeWith(fresh, trials) * TOLERANCE) return known;
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
