/**
 * A slice of a batch as the workspace stores it: names and versions as texts, everything else in rows of numbers and bytes. All
 * records of a repository may be in one slice (`package-1`, `package-2`, …), whose listings are in memory together: this way
 * they take a third of what objects take, and most of it outside of the heap.
 */
import { concatBytes, decodeText, encodeText } from '../bytes/bytes.ts';
import type { ListName } from '../model/list-name.ts';
import type { ContentRef, Listing, Place } from '../model/listing.ts';
import { ALL } from '../model/record.ts';
import { DamagedEntryError } from '../platform/workspace/workspace-entry.ts';

/** What a slice stores of a record. */
export interface StoredListing extends Pick<Listing, 'name' | 'version' | 'arch' | 'weight' | 'subsets'> {
  /** The position of its chunk in the batch. */
  readonly chunk: number;
  /** Line of the chunk, from 1. */
  readonly line: number;
  /** Where its JSON is in the batch. */
  readonly start: number;
  readonly length: number;
  /** SHA-256 of the JSON, in base64url. */
  readonly sha256: string;
}

/** Where one chunk of a batch is in the input. */
export interface ChunkPlace {
  readonly file: string;
  /** The line of the file on which the chunk begins, from 1. */
  readonly firstLine: number;
  /** The architecture, or the list of several parts, that the records are in; empty if no path names one. */
  readonly listedBy: readonly ListName[];
}

/** The numbers of a row. `arch` and `subsets` are positions in lists of distinct values. */
const COLUMNS = { arch: 0, subsets: 1, weight: 2, chunk: 3, line: 4, start: 5, length: 6 };

const ROW_LENGTH = Object.keys(COLUMNS).length;

/** What is stored as JSON. */
interface SliceTexts {
  /** One for each record, as are the versions. */
  readonly names: readonly string[];
  readonly versions: readonly string[];
  /** Each once. */
  readonly arches: readonly Listing['arch'][];
  readonly subsets: readonly Listing['subsets'][];
}

/** Characters of a SHA-256 in base64url. */
const DIGEST_LENGTH = 43;

const NUMBER_SIZE = Uint32Array.BYTES_PER_ELEMENT;

/** The bytes of a slice: the number of its listings, their rows of numbers, their digests, and the texts as JSON. */
export function formatSlice(listings: readonly StoredListing[]): Uint8Array {
  const arches = new Positions<Listing['arch']>();
  const subsets = new Positions<Listing['subsets']>();
  const numbers = new DataView(new ArrayBuffer(rowsEnd(listings.length)));
  numbers.setUint32(0, listings.length, true);
  let at = NUMBER_SIZE;
  for (const { arch, subsets: own, weight, chunk, line, start, length } of listings) {
    for (const number of [arches.of(arch), subsets.of(own), weight, chunk, line, start, length]) {
      numbers.setUint32(at, number, true);
      at += NUMBER_SIZE;
    }
  }
  const texts: SliceTexts = {
    names: listings.map(({ name }) => name),
    versions: listings.map(({ version }) => version),
    arches: arches.values,
    subsets: subsets.values,
  };
  const digests = listings.map(({ sha256 }) => sha256).join('');
  return concatBytes([new Uint8Array(numbers.buffer), encodeText(digests), encodeText(JSON.stringify(texts))]);
}

/** Where the rows of so many listings end. */
function rowsEnd(count: number): number {
  return NUMBER_SIZE + count * ROW_LENGTH * NUMBER_SIZE;
}

/** Numbers distinct values, in the order in which they come. */
class Positions<Value> {
  readonly values: Value[] = [];
  readonly #positions = new Map<string, number>();

  of(value: Value): number {
    const key = JSON.stringify(value);
    const known = this.#positions.get(key) ?? this.values.push(value) - 1;
    this.#positions.set(key, known);
    return known;
  }
}

/** The listings of a slice. */
export class StoredSlice {
  readonly length: number;
  readonly #bytes: Uint8Array;
  readonly #numbers: DataView;
  readonly #texts: SliceTexts;

  /** @param bytes - from `formatSlice` */
  constructor(bytes: Uint8Array) {
    this.length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    const end = rowsEnd(this.length) + this.length * DIGEST_LENGTH;
    this.#texts = JSON.parse(decodeText(bytes.subarray(end)));
    // A copy, so that the JSON need not stay.
    this.#bytes = bytes.slice(0, end);
    this.#numbers = new DataView(this.#bytes.buffer);
  }

  name(position: number): string {
    return this.#texts.names[position] ?? '';
  }

  version(position: number): string {
    return this.#texts.versions[position] ?? '';
  }

  arch(position: number): Listing['arch'] {
    return this.#texts.arches[this.number(position, 'arch')] ?? '';
  }

  subsets(position: number): Listing['subsets'] {
    return this.#texts.subsets[this.number(position, 'subsets')] ?? [];
  }

  number(position: number, column: keyof typeof COLUMNS): number {
    return this.#numbers.getUint32(NUMBER_SIZE * (1 + position * ROW_LENGTH + COLUMNS[column]), true);
  }

  sha256(position: number): string {
    const start = rowsEnd(this.length) + position * DIGEST_LENGTH;
    return decodeText(this.#bytes.subarray(start, start + DIGEST_LENGTH));
  }

  /** The listings one after the other. */
  *[Symbol.iterator](): Generator<StoredListing, void> {
    for (let i = 0; i < this.length; i++) {
      yield {
        name: this.name(i),
        version: this.version(i),
        arch: this.arch(i),
        weight: this.number(i, 'weight'),
        subsets: this.subsets(i),
        chunk: this.number(i, 'chunk'),
        line: this.number(i, 'line'),
        start: this.number(i, 'start'),
        length: this.number(i, 'length'),
        sha256: this.sha256(i),
      };
    }
  }
}

/** A listing that takes what it says from its slice when it is asked. */
export class SliceListing implements Listing {
  readonly #part: PlacedSlice;
  readonly #position: number;
  listedBy: readonly string[];

  /** Throws a `DamagedEntryError` if the listing names a chunk that has no place. */
  constructor(part: PlacedSlice, position: number) {
    this.#part = part;
    this.#position = position;
    const { listedBy } = this.#chunk;
    // A path that says `all` assigns its records to no arch: they are for every one.
    this.listedBy = listedBy.includes(ALL) ? [] : listedBy;
  }

  get name(): string {
    return this.#part.slice.name(this.#position);
  }

  get version(): string {
    return this.#part.slice.version(this.#position);
  }

  get arch(): Listing['arch'] {
    return this.#part.slice.arch(this.#position);
  }

  get weight(): number {
    return this.#part.slice.number(this.#position, 'weight');
  }

  get subsets(): Listing['subsets'] {
    return this.#part.slice.subsets(this.#position);
  }

  get place(): Place {
    const { file, firstLine } = this.#chunk;
    return { file, line: firstLine + this.#part.slice.number(this.#position, 'line') - 1 };
  }

  get content(): ContentRef {
    const { batch, slice } = this.#part;
    return {
      batch,
      start: slice.number(this.#position, 'start'),
      length: slice.number(this.#position, 'length'),
      sha256: slice.sha256(this.#position),
    };
  }

  get #chunk(): ChunkPlace {
    const { batch, slice, places } = this.#part;
    const place = places[slice.number(this.#position, 'chunk')];
    if (place === undefined) throw new DamagedEntryError(`${batch}: a listing names a chunk that does not exist`);
    return place;
  }
}

/** A slice, and where its records are in the input. */
export interface PlacedSlice {
  /** Name of the batch. */
  readonly batch: string;
  readonly slice: StoredSlice;
  /** One for each chunk of the batch. */
  readonly places: readonly ChunkPlace[];
}
