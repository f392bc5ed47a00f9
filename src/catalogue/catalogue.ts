/**
 * Everything that was read, by slice: what a build knows of its records without holding them.
 */
import type { Problem } from '../errors.ts';
import { formatCanonicalJson } from '../model/canonical-json.ts';
import type { Digest } from '../model/digest.ts';
import type { Listing } from '../model/listing.ts';
import { ListingSet } from '../model/listing-set.ts';
import { asValue } from '../model/record.ts';
import { keyOf } from '../platform/hash/sync-sha256.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import { type BatchHead, type DocumentRef, readDocument, readRecords, readSegment, type Segment } from './batch.ts';

/** Where the records of one piece of a batch stand in the input. */
export interface PiecePlace {
  readonly file: string;
  /** Of the piece in the file, from 1. */
  readonly firstLine: number;
  /** The architecture that lists them, or nobody. */
  readonly listedBy: readonly string[];
}

/** A batch in the workspace. */
export interface Batch {
  readonly name: string;
  readonly head: BatchHead;
  readonly places: readonly PiecePlace[];
}

/** The listings of a slice in the total order, and the conflicts among them. */
export interface Slice {
  readonly listings: readonly Listing[];
  /** How many names, versions and arches there are. */
  readonly packages: number;
  readonly problems: readonly Problem[];
}

/** What was read. */
export interface Catalogue {
  /** Every architecture that lists records, and the own ones of records that nobody lists. */
  readonly arches: ReadonlySet<string>;
  /** All documents for `details/`, each once. */
  readonly documents: readonly (DocumentRef & { readonly batch: string })[];
  /** Names what is in a slice: two slices with one key have the same listings. Undefined for an empty slice. */
  keyOfSlice(slice: number): Digest | undefined;
  readSlice(slice: number): Slice;
  readDocument(sha256: Digest): Uint8Array;
}

/** Catalogues batches, in the order of the input. */
export function catalogue(batches: readonly Batch[], workspace: Workspace): Catalogue {
  const segments = new Map<number, { readonly batch: Batch; readonly segment: Segment }[]>();
  const arches = new Set<string>();
  const documents = new Map<Digest, DocumentRef & { readonly batch: string }>();
  for (const batch of batches) {
    for (const arch of batch.head.arches) arches.add(arch);
    for (const { listedBy } of batch.places) for (const arch of listedBy) arches.add(arch);
    for (const ref of batch.head.documents) documents.set(ref.sha256, { ...ref, batch: batch.name });
    for (const segment of batch.head.segments) {
      const known = segments.get(segment.slice);
      if (known === undefined) segments.set(segment.slice, [{ batch, segment }]);
      else known.push({ batch, segment });
    }
  }
  return {
    arches,
    documents: [...documents.values()],
    keyOfSlice(slice) {
      const parts = segments.get(slice);
      return parts && keyOf(parts.map(({ batch, segment }) => [batch.places.map(nameListers), segment.key]));
    },
    readSlice(slice) {
      const set = new ListingSet((a, b) => sameContent(a, b, workspace));
      const problems: Problem[] = [];
      for (const { batch, segment } of segments.get(slice) ?? []) {
        for (const listing of readSegment(batch.name, segment, batch.places, workspace)) {
          const problem = set.add(listing);
          if (problem !== undefined) problems.push(problem);
        }
      }
      return { listings: set.sorted(), packages: set.size, problems };
    },
    readDocument(sha256) {
      const found = documents.get(sha256);
      if (found === undefined) throw new RangeError(`no document ${sha256}`);
      return readDocument(found.batch, found, workspace);
    },
  };
}

function nameListers({ listedBy }: PiecePlace): string {
  return listedBy.join('\0');
}

// Equal records have equal bytes unless their fields came in another order.
function sameContent(a: Listing, b: Listing, workspace: Workspace): boolean {
  const [one, other] = readRecords([a.content, b.content], workspace).map((record) =>
    formatCanonicalJson(asValue(record)),
  );
  return one === other;
}
