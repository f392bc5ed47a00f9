/**
 * Writes a batch: collects the records of one reading task, and puts their JSON, their documents and their listings by slice into
 * one entry of the workspace.
 */
import { ByteWriter, encodeText } from '../bytes/bytes.ts';
import type { Fingerprint } from '../model/bucket-placement.ts';
import { defined } from '../model/defined.ts';
import type { NamedFile } from '../model/package-file.ts';
import { type PackageRecord, recordKey, weightOf } from '../model/record.ts';
import { digestOf, keyOf, nameOfText } from '../platform/hash/sha256.ts';
import type { Workspace } from '../platform/workspace/workspace.ts';
import {
  type BatchHead,
  type BatchSlice,
  batchSlot,
  type DocumentRef,
  INVALID_EXAMPLES,
  type RecordOrigin,
} from './batch.ts';
import { formatSlice, type StoredListing } from './batch-slice.ts';
import type { DetailsDocument } from './read/move-details.ts';

/** Collects the records of a batch, and writes it. */
export class BatchWriter {
  readonly #content = new ByteWriter();
  readonly #slices = new Map<number, StoredListing[]>();
  readonly #documents: DocumentRef[] = [];
  readonly #fileKeys: number[] = [];
  readonly #arches = new Set<string>();
  readonly #invalidExamples = new Set<string>();
  readonly #invalidKeys: number[] = [];

  /** Bytes so far. */
  get size(): number {
    return this.#content.length;
  }

  /** Adds a record. `isListed`: its path assigns it to an architecture. `isValid`: its version is valid. */
  add(
    record: PackageRecord,
    at: RecordOrigin & { slice: number; subsets: readonly number[]; isListed: boolean; isValid: boolean },
  ): void {
    const text = JSON.stringify(record);
    const start = this.#content.length;
    this.#content.text(text);
    const { name, version, arch } = record;
    const length = this.#content.length - start;
    const { subsets, chunk, line } = at;
    const weight = weightOf(record);
    const listing = { name, version, arch, weight, subsets, chunk, line, start, length, sha256: nameOfText(text) };
    const slice = this.#slices.get(at.slice);
    if (slice === undefined) this.#slices.set(at.slice, [listing]);
    else slice.push(listing);
    if (!at.isValid) {
      this.#invalidKeys.push(numberOf(recordKey(record)));
      if (this.#invalidExamples.size < INVALID_EXAMPLES) this.#invalidExamples.add(`${name} ${version}`);
    }
    if (at.isListed) return;
    for (const own of typeof arch === 'string' ? [arch] : arch) this.#arches.add(own);
  }

  addDocument({ sha256, bytes }: DetailsDocument): void {
    this.#documents.push({ sha256, start: this.#content.length, length: bytes.length });
    this.#content.bytes(bytes);
  }

  /** Adds the key of a file that a record names. A file without a digest has none. */
  addFile({ path, sha256 }: NamedFile, fingerprint: Fingerprint): void {
    if (sha256 === undefined) return;
    const key = fingerprint(encodeText(path));
    this.#fileKeys.push(Number(key >> 32n), Number(key & 0xffff_ffffn));
    this.#fileKeys.push(Number.parseInt(sha256.slice(0, 8), 16), Number.parseInt(sha256.slice(8, 16), 16));
  }

  /** Adds keys of a different batch. */
  addFileKeys(keys: Iterable<number>): void {
    for (const number of keys) this.#fileKeys.push(number);
  }

  /**
   * Writes the batch to `batchSlot` under a name.
   *
   * @param arches - in place of those of the records that were added
   */
  write(
    name: string,
    { lines, use, arches = [...this.#arches] }: Pick<BatchHead, 'lines' | 'use'> & Partial<Pick<BatchHead, 'arches'>>,
    workspace: Workspace,
  ): void {
    const keys = new Uint8Array(Uint32Array.from(this.#fileKeys).buffer);
    const invalidKeys = new Uint8Array(Float64Array.from(this.#invalidKeys).buffer);
    const body = [this.#content.take(), keys, invalidKeys];
    const slices: BatchSlice[] = [];
    const fileKeys = { start: body[0]?.length ?? 0, length: keys.length, sha256: digestOf(keys) };
    const invalid = {
      start: fileKeys.start + fileKeys.length,
      length: invalidKeys.length,
      sha256: digestOf(invalidKeys),
      examples: [...this.#invalidExamples],
    };
    let start = invalid.start + invalid.length;
    for (const [slice, listings] of [...this.#slices].sort(([a], [b]) => a - b)) {
      const bytes = formatSlice(listings);
      const key = keyOf(listings.map(({ subsets, chunk, sha256 }) => [subsets, chunk, sha256]));
      slices.push({ slice, start, length: bytes.length, sha256: digestOf(bytes), key });
      body.push(bytes);
      start += bytes.length;
    }
    const head = {
      ...{ lines, arches, slices, documents: this.#documents, fileKeys, use },
      ...defined({ invalidVersions: invalid.length === 0 ? undefined : invalid }),
    };
    batchSlot.write(name, head, workspace, body);
  }
}

/** 52 bits of the digest of a text. */
function numberOf(text: string): number {
  return Number.parseInt(digestOf(encodeText(text)).slice(0, 13), 16);
}
