/**
 * A listing: what a build keeps of a record in memory. It is enough to compare records, to order them, and to divide them
 * into summaries and buckets; the record itself stays in the workspace until its bucket is encoded.
 */
import { compareText } from './order.ts';
import { compareRecords } from './record.ts';
import type { ByteRange } from './source.ts';

/** Where a record was read. `line` counts from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** Where a record's JSON is in the workspace. */
export interface ContentRef extends ByteRange {
  /** Name of the batch that holds it. */
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
  /** Roughly its canonical bytes. */
  readonly weight: number;
  /** Positions, in the configuration, of the subsets that it is in. */
  readonly subsets: readonly number[];
  /**
   * Architectures that list this package, sorted, taken from the paths of the input; empty if the paths name none, in which
   * case the record's `arch` decides.
   */
  readonly listedBy: readonly string[];
  readonly place: Place;
  readonly content: ContentRef;
}

/** The total order of listings: that of their records, then that of the architectures that list them. */
export function compareListings(a: Listing, b: Listing): number {
  return compareRecords(a, b) || compareText(a.listedBy.join(','), b.listedBy.join(','));
}
