/**
 * Merges the listings of one slice: each record once, with all architectures that list it. Duplicates are kept once; two records
 * with the same name, version and arch but different content conflict if both belong to one summary.
 */
import type { Problem } from '../errors.ts';
import { compareListings, type Listing, type Place } from './listing.ts';
import { compareText } from './order.ts';
import { archesOf, compareRecords } from './record.ts';

/** Whether two records are equal apart from the order of their fields. Called only if their bytes differ. */
export type SameContent = (a: Listing, b: Listing) => boolean;

/** Listings, merged. */
export interface MergedListings {
  /** In their total order, regardless of the order in which they were given. */
  readonly listings: readonly Listing[];
  /** The number of distinct combinations of name, version and arch. */
  readonly packages: number;
  /** One for each listing that contradicts an earlier one, and is dropped. */
  readonly problems: readonly Problem[];
}

/** Merges listings, each with at most one listing architecture, given in input order. */
export function mergeListings(listings: readonly Listing[], sameContent: SameContent): MergedListings {
  // Sorting brings together what may be equal, and needs no table of names, of which there may be hundreds of thousands. What
  // is kept moves to the front of the same array.
  const sorted: MutableListing[] = listings.toSorted(compareRecords);
  const problems: Problem[] = [];
  const union = unionOfListers();
  let packages = 0;
  let first = 0;
  let kept = 0;
  for (const listing of sorted) {
    const known = sorted[first];
    if (kept === 0 || known === undefined || compareRecords(known, listing) !== 0) {
      packages++;
      first = kept;
      sorted[kept++] = listing;
      continue;
    }
    const group = sorted.slice(first, kept);
    const [listedBy] = listing.listedBy;
    const same = group.find((other) => other.content.sha256 === listing.content.sha256 || sameContent(other, listing));
    const other = group.find((candidate) => candidate !== same && overlaps(candidate, listedBy));
    if (other !== undefined) problems.push(conflictOf(listing, other.place));
    else if (same === undefined) sorted[kept++] = listing;
    else if (listedBy === undefined) same.listedBy = [];
    else if (same.listedBy.length > 0) same.listedBy = union(same.listedBy, listedBy);
  }
  sorted.length = kept;
  return { listings: sorted.sort(compareListings), packages, problems };
}

interface MutableListing extends Omit<Listing, 'listedBy'> {
  listedBy: readonly string[];
}

function overlaps({ listedBy }: Listing, arch: string | undefined): boolean {
  return listedBy.length === 0 || arch === undefined || listedBy.includes(arch);
}

/** The problem that a listing contradicts an earlier one. */
export function conflictOf(listing: Listing, earlier: Place): Problem {
  const what = `${listing.name} ${listing.version} (${archesOf(listing).join(', ')})`;
  return {
    ...listing.place,
    message: `${what} is also defined at ${earlier.file}:${earlier.line}, with different content`,
  };
}

/** Adds an arch to listing architectures. Many records are listed by the same ones: each combination is one shared list. */
function unionOfListers(): (listers: readonly string[], arch: string) => readonly string[] {
  const lists = new Map<string, readonly string[]>();
  return (listers, arch) => {
    if (listers.includes(arch)) return listers;
    const all = [...listers, arch].sort(compareText);
    const key = all.join('\0');
    const known = lists.get(key);
    if (known === undefined) lists.set(key, all);
    return known ?? all;
  };
}
