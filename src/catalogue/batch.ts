/**
 * A batch: the records of one reading task, as stored in the workspace. Its body holds the JSON of each record, the documents
 * for `details/`, the keys of the files that records name and of records with an invalid version, and then its slices: lists of
 * the records whose names share a first-level bucket. A build works slice by slice, so it never holds all listings in memory.
 */
import { decodeText } from '../bytes/bytes.ts';
import type { Problem } from '../errors.ts';
import type { MappingKey } from '../mapping/mapping.ts';
import type { Digest } from '../model/digest.ts';
import type { ContentRef, Listing } from '../model/listing.ts';
import type { PackageRecord } from '../model/record.ts';
import type { ByteRange } from '../model/source.ts';
import { nameOfText } from '../platform/hash/sha256.ts';
import { defineSlot, type Slot } from '../platform/workspace/slot.ts';
import { readVerified, type Workspace } from '../platform/workspace/workspace.ts';
import { DamagedEntryError } from '../platform/workspace/workspace-entry.ts';
import { type ChunkPlace, SliceListing, StoredSlice } from './batch-slice.ts';

/** Number of slices in a repository. */
export const SLICES = 64;

/** The records of a batch in one slice of the repository. */
export interface BatchSlice extends ByteRange {
  readonly slice: number;
  readonly sha256: Digest;
  /** A digest of the listings, independent of their records' positions in the batch. */
  readonly key: Digest;
}

/** The position of a document for `details/`. */
export interface DocumentRef extends ByteRange {
  readonly sha256: Digest;
}

/** A name in a mapping that had an effect: `['omit', 'MD5sum']`. */
export type MappingEffect = readonly [key: MappingKey, name: string];

/** The names in a mapping that had an effect, in all of these chunks: many small files have the same mapping. */
export interface MappingEffects {
  /** Positions of the chunks in the batch. */
  readonly chunks: readonly number[];
  readonly names: readonly MappingEffect[];
}

/** A problem. `line` and `column` count from 1 within the chunk. */
export interface ChunkProblem extends Omit<Problem, 'file'> {
  /** The position of the chunk in the batch; 0 for a whole file. */
  readonly chunk: number;
}

/** Records that were found and that `where:` took: all, if there is no query. */
export interface FoundRecords {
  readonly taken: number;
  readonly of: number;
}

/** Which settings had an effect on the records of a batch. */
export interface SettingsUse {
  /** What had an effect in the mappings of the chunks. */
  readonly effects: readonly MappingEffects[];
  /**
   * For each chunk whose rule has `records:` or `where:`, how many records were found, and how many of them `where:` took. Chunks
   * at the end may be missing.
   */
  readonly selections: readonly FoundRecords[];
  /** Records that were left out because they are bad: how many, and the problem of some of them. */
  readonly skipped: { readonly count: number; readonly first: readonly ChunkProblem[] };
  /** Fields that were moved to `details/`. */
  readonly details: readonly string[];
  /** Positions of the subsets that have records. */
  readonly subsets: readonly number[];
  /** Some of the records' fields and tags, for hints. */
  readonly fields: readonly string[];
  readonly tags: readonly string[];
}

/** Records whose version is not valid in the repository's order of versions: the position of their keys. */
export interface InvalidVersions extends ByteRange {
  readonly sha256: Digest;
  /** The first of them, each text once: `NAME VERSION`. */
  readonly examples: readonly string[];
}

/** How many records with an invalid version are named. */
export const INVALID_EXAMPLES = 3;

/** The position of the file keys. */
export interface FileKeysRef extends ByteRange {
  readonly sha256: Digest;
}

/** What is known about a batch without reading its body. */
export interface BatchHead {
  /** The number of lines in each chunk. */
  readonly lines: readonly number[];
  /** Architectures of the records that no path assigns to one. */
  readonly arches: readonly string[];
  readonly slices: readonly BatchSlice[];
  readonly documents: readonly DocumentRef[];
  readonly fileKeys: FileKeysRef;
  readonly use: SettingsUse;
  /** Absent: every version is valid. */
  readonly invalidVersions?: InvalidVersions;
}

/** Batches in the workspace, named by their input. Raise the version whenever the same bytes give different records. */
export const batchSlot: Slot<BatchHead> = defineSlot('batch', 7);

/** 32-bit numbers in a file key: two of the fingerprint of the path, two of the digest of the content. */
export const FILE_KEY_LENGTH = 4;

/** Where a record came from. */
export interface RecordOrigin {
  /** The position of the chunk in the batch. */
  readonly chunk: number;
  /** Line of the chunk, from 1. */
  readonly line: number;
}

/** The listings of a slice as they are stored. */
export function readStoredSlice(name: string, slice: BatchSlice, workspace: Workspace): StoredSlice {
  return new StoredSlice(readVerified(name, slice, workspace));
}

/** The listings of a slice. `places` has a place for each chunk of the batch. */
export function readBatchSlice(
  name: string,
  slice: BatchSlice,
  places: readonly ChunkPlace[],
  workspace: Workspace,
): readonly Listing[] {
  const stored = readStoredSlice(name, slice, workspace);
  const part = { batch: name, slice: stored, places };
  return Array.from({ length: stored.length }, (_, position) => new SliceListing(part, position));
}

/** The keys of the files that the records of a batch name, `FILE_KEY_LENGTH` numbers each. */
export function readFileKeys(name: string, { fileKeys }: BatchHead, workspace: Workspace): Uint32Array {
  // A copy, so that it starts where 32-bit numbers may.
  return new Uint32Array(readVerified(name, fileKeys, workspace).slice().buffer);
}

/** The keys of the records whose version is invalid: numbers that tell one name, version and arch from the others. */
export function readInvalidKeys(name: string, { invalidVersions }: BatchHead, workspace: Workspace): Float64Array {
  if (invalidVersions === undefined) return new Float64Array();
  return new Float64Array(readVerified(name, invalidVersions, workspace).slice().buffer);
}

/** The bytes of a document. */
export function readDocument(name: string, ref: DocumentRef, workspace: Workspace): Uint8Array {
  return readVerified(name, ref, workspace);
}

/** The records of listings, in the given order. Opens each batch once. */
export function readRecords(refs: readonly ContentRef[], workspace: Workspace): readonly PackageRecord[] {
  const positionsIn = new Map<string, number[]>();
  for (const [position, { batch }] of refs.entries()) {
    const positions = positionsIn.get(batch);
    if (positions === undefined) positionsIn.set(batch, [position]);
    else positions.push(position);
  }
  const records = new Array<PackageRecord>(refs.length);
  for (const [batch, positions] of positionsIn) {
    const wanted = positions.flatMap((position) => refs[position] ?? []);
    const found = workspace.readBody(batch, wanted);
    for (const [i, position] of positions.entries()) {
      const text = decodeText(found[i] ?? new Uint8Array());
      if (nameOfText(text) !== wanted[i]?.sha256) throw new DamagedEntryError(`${batch}: damaged`);
      records[position] = JSON.parse(text);
    }
  }
  return records;
}
