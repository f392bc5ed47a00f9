/**
 * A listing: what a build keeps in memory of a record. Enough to compare, to order, to partition and to divide into buckets;
 * the record itself stays in the workspace until its bucket is encoded.
 */
import { compareText } from './order.ts';
import { compareRecords } from './record.ts';
import type { ByteRange } from './source.ts';

/** Where a record was read. `line` counts from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** Where in the workspace a record's JSON is. */
export interface ContentRef extends ByteRange {
  /** Name of the batch that holds it. */
  readonly batch: string;
  /** SHA-256 of the JSON, in base64url. */
  readonly sha256: string;
}

/** A record and who lists it. */
export interface Listing {
  readonly name: string;
  readonly version: string;
  /** The record's own. */
  readonly arch: string | readonly string[];
  /** Roughly its canonical bytes. */
  readonly weight: number;
  /** Positions of the subsets that it is in. */
  readonly subsets: readonly number[];
  /** The architectures that list it, in order, as paths told; empty where none told: then the record's own arch decides. */
  readonly listedBy: readonly string[];
  readonly place: Place;
  readonly content: ContentRef;
}

/** The total order of listings: that of their records, then by who lists them. */
export function compareListings(a: Listing, b: Listing): number {
  return compareRecords(a, b) || compareText(a.listedBy.join(','), b.listedBy.join(','));
}
