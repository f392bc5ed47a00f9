/**
 * The catalogue of everything that was read, by slice. The records themselves stay on disk.
 */
import { formatCanonicalJson } from '../model/canonical-json.ts';
import type { Digest } from '../model/digest.ts';
import { type ListName, parseListName } from '../model/list-name.ts';
import type { ContentRef } from '../model/listing.ts';
import { type MergedListings, mergeListings } from '../model/merge-listings.ts';
import { asValue } from '../model/record.ts';
import { keyOf } from '../platform/hash/sha256.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import {
  type BatchHead,
  type BatchSlice,
  type DocumentRef,
  readBatchSlice,
  readDocument,
  readRecords,
} from './batch.ts';
import type { ChunkPlace } from './batch-slice.ts';

export interface Batch {
  readonly name: string;
  readonly head: BatchHead;
  /** One for each chunk. */
  readonly places: readonly ChunkPlace[];
}

/** What helps if two different records have one name, version and arch. */
export const CONFLICT_HINT =
  'if both are right, make what tells them apart a part of the version; to keep one of them, set `duplicates: first` or `duplicates: last` in the input rule';

/** Everything that was read. */
export interface Catalogue {
  /** Architectures that list records, and the records' own where no architecture lists them. */
  readonly arches: ReadonlySet<string>;
  /** The lists that the paths of the input name. */
  readonly lists: ReadonlySet<ListName>;
  /** All documents for `details/`, each once. */
  readonly documents: readonly (DocumentRef & { readonly batch: string })[];
  /** A digest of a slice: slices with the same key have the same listings. Undefined for an empty slice. */
  keyOfSlice(slice: number): Digest | undefined;
  /** The listings of a slice, and the conflicts among them. */
  readSlice(slice: number): MergedListings;
  readDocument(sha256: Digest): Uint8Array;
}

/** Opens a catalogue of batches, given in input order. */
export function openCatalogue(batches: readonly Batch[], workspace: Workspace): Catalogue {
  const slices = new Map<number, { readonly batch: Batch; readonly part: BatchSlice }[]>();
  const arches = new Set<string>();
  const lists = new Set<ListName>();
  const documents = new Map<Digest, DocumentRef & { readonly batch: string }>();
  for (const batch of batches) {
    for (const arch of batch.head.arches) arches.add(arch);
    for (const { listedBy } of batch.places) for (const list of listedBy) lists.add(list);
    for (const ref of batch.head.documents) documents.set(ref.sha256, { ...ref, batch: batch.name });
    for (const part of batch.head.slices) {
      const known = slices.get(part.slice);
      if (known === undefined) slices.set(part.slice, [{ batch, part }]);
      else known.push({ batch, part });
    }
  }
  for (const list of lists) {
    const arch = parseListName(list).at(-1);
    if (arch !== undefined && arch !== '') arches.add(arch);
  }
  return {
    arches,
    lists,
    documents: [...documents.values()],
    keyOfSlice(slice) {
      const parts = slices.get(slice);
      return parts && keyOf(parts.map(({ batch, part }) => [batch.places.map(nameListers), part.key]));
    },
    readSlice(slice) {
      const parts = slices.get(slice) ?? [];
      const listings = parts.flatMap(({ batch, part }) => readBatchSlice(batch.name, part, batch.places, workspace));
      return mergeListings(listings, (a, b) => sameContent(a.content, b.content, workspace));
    },
    readDocument(sha256) {
      const found = documents.get(sha256);
      if (found === undefined) throw new RangeError(`no document ${sha256}`);
      return readDocument(found.batch, found, workspace);
    },
  };
}

function nameListers({ listedBy }: ChunkPlace): string {
  return listedBy.join('\0');
}

/** Whether two records are equal. Equal records have equal bytes unless their fields are ordered differently. */
export function sameContent(a: ContentRef, b: ContentRef, workspace: Workspace): boolean {
  const [one, other] = readRecords([a, b], workspace).map((record) => formatCanonicalJson(asValue(record)));
  return one === other;
}
