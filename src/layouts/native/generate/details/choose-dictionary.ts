/**
 * Which dictionary the files in `details/` are compressed with. Every file depends on it, so one that was published stays
 * until a fresh one would save a tenth; without that, each build would rename all of `details/`.
 */

import { isObject } from '../../../../bytes/json.ts';
import type { Catalogue } from '../../../../catalogue/catalogue.ts';
import type { Digest } from '../../../../model/digest.ts';
import { MAX_DICTIONARY_SIZE } from '../../../../model/limits.ts';
import { compareText } from '../../../../model/order.ts';
import { digestOf, keyOf, sha256 } from '../../../../platform/hash/sha256.ts';
import type { Workspace } from '../../../../platform/workspace/workspace.ts';
import { DamagedEntryError } from '../../../../platform/workspace/workspace-entry.ts';
import { deflate } from '../../../../platform/zlib/gzip.ts';
import type { ReadableTree } from '../../../../publish/tree.ts';
import { dictionaryPath } from '../../format/paths.ts';
import type { FileEntry } from '../../format/repository-index.ts';
import { trainDictionary } from './train-dictionary.ts';

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

/** Grows whenever the same documents get another dictionary. */
const EDITION = 1;

/** Bytes of documents that a dictionary is chosen by, at most; of more, an even choice. */
const MAX_CONSIDERED = 1 << 25;

/** The dictionary for a catalogue's documents, or undefined where none is worth it; remembered in the workspace. */
export async function dictionaryFor(
  catalogue: Pick<Catalogue, 'documents' | 'readDocument'>,
  published: FileEntry | undefined,
  previous: ReadableTree,
  workspace: Workspace,
): Promise<Dictionary | undefined> {
  const sorted = catalogue.documents.toSorted((a, b) => compareText(a.sha256, b.sha256));
  if (sorted.length === 0) return undefined;
  const digests = sorted.map((document) => document.sha256);
  const name = nameOf(digests, published?.sha256);
  const entry = workspace.open(name);
  if (isObject(entry?.head)) {
    const size = Number(entry.head.size);
    const [bytes = new Uint8Array()] = entry.read([{ start: 0, length: size }]);
    const sha256 = digestOf(bytes);
    if (sha256 !== entry.head.sha256) throw new DamagedEntryError(`${name}: damaged`);
    return size === 0 ? undefined : { sha256, bytes };
  }
  const total = sorted.reduce((sum, { length }) => sum + length, 0);
  const step = Math.ceil(total / MAX_CONSIDERED);
  const considered = sorted.filter((_, i) => i % step === 0);
  const documents = new Map(considered.map(({ sha256 }) => [sha256, catalogue.readDocument(sha256)]));
  const chosen = await chooseDictionary(documents, published, previous);
  const bytes = chosen?.bytes ?? new Uint8Array();
  // Once it is published it is chosen again.
  for (const before of new Set([published?.sha256, chosen?.sha256])) {
    workspace.write(nameOf(digests, before), { sha256: digestOf(bytes), size: bytes.length }, [bytes]);
  }
  return chosen;
}

function nameOf(documents: readonly Digest[], published: Digest | undefined): string {
  return `dictionary/${keyOf([EDITION, documents, published])}`;
}

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
