/**
 * A listing: the part of a record that a build keeps in memory, enough to compare and order records and to divide them into
 * summaries and buckets. The record itself stays in the workspace until its bucket is encoded.
 */
import type { ListName } from './list-name.ts';
import { compareText } from './order.ts';
import { compareRecords } from './record.ts';
import type { ByteRange } from './source.ts';

/** Where a record was read from. `line` counts from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** Where a record's JSON is in the workspace. */
export interface ContentRef extends ByteRange {
  /** Name of its batch. */
  readonly batch: string;
  /** SHA-256 of the JSON, in base64url. */
  readonly sha256: string;
}

/** A record, and the architectures and subsets that list it. */
export interface Listing {
  readonly name: string;
  readonly version: string;
  /** The record's own. */
  readonly arch: string | readonly string[];
  /** Approximate canonical bytes. */
  readonly weight: number;
  /** Positions in the configuration of the subsets it is in. */
  readonly subsets: readonly number[];
  /**
   * Architectures, or lists of several parts, that list this package according to the input paths, sorted. Empty if the paths
   * name none; the record's `arch` then decides.
   */
  readonly listedBy: readonly ListName[];
  readonly place: Place;
  readonly content: ContentRef;
}

/** The total order of listings: by record, then by the architectures that list them. */
export function compareListings(a: Listing, b: Listing): number {
  return compareRecords(a, b) || compareText(a.listedBy.join(','), b.listedBy.join(','));
}
