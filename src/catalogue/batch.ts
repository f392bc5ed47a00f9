/**
 * A batch: what was read from a stretch of the input, as the workspace keeps it. Its body holds each record's JSON, then
 * documents for `details/`, then its segments: the listings of one slice each. A slice is the part of the repository whose
 * names share a first-level bucket; so a build can turn to one slice after another without holding the others.
 */
import { ByteWriter, decodeText, encodeText } from '../bytes/bytes.ts';
import { isObject } from '../bytes/json.ts';
import type { Digest } from '../model/digest.ts';
import type { ContentRef, Listing } from '../model/listing.ts';
import { type PackageRecord, weightOf } from '../model/record.ts';
import type { ByteRange } from '../model/source.ts';
import { digestOf, keyOf, nameOfText } from '../platform/hash/sync-sha256.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import { DamagedEntryError } from '../platform/workspace/workspace-entry.ts';
import type { Document } from './read/move-details.ts';

/** How many slices there are. */
export const SLICES = 64;

/** The listings of one slice in a batch. */
export interface Segment extends ByteRange {
  readonly slice: number;
  readonly sha256: Digest;
  /** Names the listings, wherever their records stand in the batch: it does not change with what is around them. */
  readonly key: Digest;
}

/** Where a document for `details/` is. */
export interface DocumentRef extends ByteRange {
  readonly sha256: Digest;
}

/** What the workspace says of a batch without its body being read. */
export interface BatchHead {
  /** Of each piece of the input: how many lines it has. */
  readonly lines: readonly number[];
  /** Architectures of records that no path assigns to one. */
  readonly arches: readonly string[];
  readonly segments: readonly Segment[];
  readonly documents: readonly DocumentRef[];
}

/** A listing as a segment has it: short, because there is one for every record. */
type StoredListing = readonly [
  name: string,
  version: string,
  arch: string | readonly string[],
  weight: number,
  subsets: readonly number[],
  piece: number,
  line: number,
  start: number,
  length: number,
  sha256: string,
];

/** Collects the records of a batch and writes it, once. */
export class BatchWriter {
  readonly #content = new ByteWriter();
  readonly #slices = new Map<number, StoredListing[]>();
  readonly #documents: DocumentRef[] = [];
  readonly #arches = new Set<string>();

  /** Bytes so far. */
  get size(): number {
    return this.#content.length;
  }

  /** Adds a record. `piece` and `line` say where it was read; `isListed` whether a path assigns it to an architecture. */
  add(
    record: PackageRecord,
    at: { slice: number; subsets: readonly number[]; piece: number; line: number; isListed: boolean },
  ): void {
    const text = JSON.stringify(record);
    const start = this.#content.length;
    this.#content.text(text);
    const { name, version, arch } = record;
    const length = this.#content.length - start;
    const listing: StoredListing = [
      name,
      version,
      arch,
      weightOf(record),
      at.subsets,
      at.piece,
      at.line,
      start,
      length,
      nameOfText(text),
    ];
    const slice = this.#slices.get(at.slice);
    if (slice === undefined) this.#slices.set(at.slice, [listing]);
    else slice.push(listing);
    if (at.isListed) return;
    for (const own of typeof arch === 'string' ? [arch] : arch) this.#arches.add(own);
  }

  addDocument({ sha256, bytes }: Document): void {
    this.#documents.push({ sha256, start: this.#content.length, length: bytes.length });
    this.#content.bytes(bytes);
  }

  /** Writes the batch under a name that says what it was made from. */
  write(name: string, lines: readonly number[], workspace: Workspace): void {
    const body = [this.#content.take()];
    const segments: Segment[] = [];
    let start = body[0]?.length ?? 0;
    for (const [slice, listings] of [...this.#slices].sort(([a], [b]) => a - b)) {
      const bytes = encodeText(JSON.stringify(listings));
      const key = keyOf(listings.map(([, , , , subsets, piece, , , , sha256]) => [subsets, piece, sha256]));
      segments.push({ slice, start, length: bytes.length, sha256: digestOf(bytes), key });
      body.push(bytes);
      start += bytes.length;
    }
    const head: BatchHead = { lines, arches: [...this.#arches], segments, documents: this.#documents };
    workspace.write(name, head, body);
  }
}

/** The head of a batch, or undefined where the workspace does not have it. */
export function readBatchHead(name: string, workspace: Workspace): BatchHead | undefined {
  const head = workspace.open(name)?.head;
  // Whoever wrote a head with a right digest wrote a `BatchHead`: the name is the digest of what it was made from.
  return isObject(head) ? (head as unknown as BatchHead) : undefined;
}

/** The listings of a segment. `places` gives, for each piece, its file, the line it begins on, and who lists it. */
export function readSegment(
  name: string,
  segment: Segment,
  places: readonly { readonly file: string; readonly firstLine: number; readonly listedBy: readonly string[] }[],
  workspace: Workspace,
): readonly Listing[] {
  const stored: readonly StoredListing[] = JSON.parse(decodeText(readVerified(name, segment, workspace)));
  return stored.map(([recordName, version, arch, weight, subsets, piece, line, start, length, sha256]) => {
    const place = places[piece];
    if (place === undefined) throw new DamagedEntryError(`${name}: a listing of a piece that it does not have`);
    return {
      name: recordName,
      version,
      arch,
      weight,
      subsets,
      listedBy: place.listedBy,
      place: { file: place.file, line: place.firstLine + line - 1 },
      content: { batch: name, start, length, sha256 },
    };
  });
}

/** The bytes of a document. */
export function readDocument(name: string, ref: DocumentRef, workspace: Workspace): Uint8Array {
  return readVerified(name, ref, workspace);
}

function readVerified(name: string, ref: ByteRange & { readonly sha256: Digest }, workspace: Workspace): Uint8Array {
  const [bytes] = workspace.open(name)?.read([ref]) ?? [];
  if (bytes === undefined || digestOf(bytes) !== ref.sha256) throw new DamagedEntryError(`${name}: damaged`);
  return bytes;
}

/** The records behind some listings, in their order. Each batch is opened once. */
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
    const found = workspace.open(batch)?.read(wanted) ?? [];
    for (const [i, position] of positions.entries()) {
      const text = decodeText(found[i] ?? new Uint8Array());
      if (nameOfText(text) !== wanted[i]?.sha256) throw new DamagedEntryError(`${batch}: damaged`);
      records[position] = JSON.parse(text);
    }
  }
  return records;
}
