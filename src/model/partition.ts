/**
 * The stage between records and layouts: which records belong to which summary. Pure; knows nothing of any layout.
 */
import { compareText } from './order.ts';
import { ALL, archesOf, type PackageRecord } from './record.ts';
import type { Listing } from './record-set.ts';
import type { SubsetEntry } from './repository-index.ts';

/** The content of one summary to come, in the total order of records. */
export interface SummaryContent {
  readonly arch: string;
  readonly subset?: string;
  readonly records: readonly PackageRecord[];
}

/** A subset as partition needs it. */
export interface SubsetTest extends SubsetEntry {
  matches(record: PackageRecord): boolean;
}

/** What `partition` needs beside the records. */
export interface PartitionOptions {
  /** Where an `all` record belongs that no path assigns to an architecture; empty: every architecture of the input. */
  readonly arches: readonly string[];
  readonly subsets: readonly SubsetTest[];
}

/**
 * Every arch in order, and for each the whole and then its subsets in order. An `all` record belongs to the architectures
 * that list it. A repository of `all` records alone has the one arch `all`.
 *
 * @param listings - in the total order (`RecordSet.sorted`)
 */
export function partition(listings: readonly Listing[], options: PartitionOptions): readonly SummaryContent[] {
  const arches = archesIn(listings, options.arches);
  const subsets = options.subsets.toSorted((a, b) => compareText(a.name, b.name));
  return arches.flatMap((arch) => {
    const records = listings.filter((listing) => belongsTo(listing, arch)).map((listing) => listing.record);
    const parts = subsets.map(({ name, matches }) => ({ arch, subset: name, records: records.filter(matches) }));
    return [{ arch, records }, ...parts];
  });
}

function archesIn(listings: readonly Listing[], configured: readonly string[]): readonly string[] {
  const arches = new Set(configured);
  for (const { record, listedBy } of listings) {
    for (const arch of listedBy) arches.add(arch);
    if (listedBy.size === 0) for (const arch of archesOf(record)) arches.add(arch);
  }
  if (arches.size > 1) arches.delete(ALL);
  return [...arches].sort(compareText);
}

function belongsTo({ record, listedBy }: Listing, arch: string): boolean {
  if (listedBy.size > 0) return listedBy.has(arch);
  const own = archesOf(record);
  return own.includes(ALL) || own.includes(arch);
}
