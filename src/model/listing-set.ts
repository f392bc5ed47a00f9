/**
 * The listings of one slice: each record once, with all architectures that list it. Duplicates are kept once; two records with
 * the same name, version and arch but different content conflict if both belong to one summary.
 */
import type { Problem } from '../errors.ts';
import { compareListings, type Listing, type Place } from './listing.ts';
import { compareText } from './order.ts';
import { archesOf, recordKey } from './record.ts';

/** Whether two records are equal apart from the order of their fields. Called only if their bytes differ. */
export type SameContent = (a: Listing, b: Listing) => boolean;

/** Collects listings. */
export class ListingSet {
  readonly #listings = new Map<string, MutableListing[]>();
  readonly #listers = new Map<string, readonly string[]>();
  readonly #sameContent: SameContent;

  constructor(sameContent: SameContent) {
    this.#sameContent = sameContent;
  }

  /** Number of distinct combinations of name, version and arch. */
  get size(): number {
    return this.#listings.size;
  }

  /** Adds a listing with at most one listing architecture. If it contradicts an earlier one, drops it and returns a problem. */
  add(listing: Listing): Problem | undefined {
    const key = recordKey(listing);
    const [listedBy] = listing.listedBy;
    const known = this.#listings.get(key);
    if (known === undefined) {
      this.#listings.set(key, [listing]);
      return undefined;
    }
    const same = known.find((other) => this.#isSame(other, listing));
    const other = known.find((candidate) => candidate !== same && overlaps(candidate, listedBy));
    if (other !== undefined) return conflict(listing, other.place);
    if (same === undefined) known.push(listing);
    else if (listedBy === undefined) same.listedBy = [];
    else if (same.listedBy.length > 0) same.listedBy = this.#with(same.listedBy, listedBy);
    return undefined;
  }

  #isSame(a: Listing, b: Listing): boolean {
    return a.content.sha256 === b.content.sha256 || this.#sameContent(a, b);
  }

  // Many records are listed by the same architectures: each combination is one shared list.
  #with(listers: readonly string[], arch: string): readonly string[] {
    if (listers.includes(arch)) return listers;
    const all = [...listers, arch].sort(compareText);
    const key = all.join('\0');
    const known = this.#listers.get(key);
    if (known !== undefined) return known;
    this.#listers.set(key, all);
    return all;
  }

  /** All listings in their total order, regardless of the order in which they were added. */
  sorted(): readonly Listing[] {
    return [...this.#listings.values()].flat().sort(compareListings);
  }
}

interface MutableListing extends Omit<Listing, 'listedBy'> {
  listedBy: readonly string[];
}

function overlaps({ listedBy }: Listing, arch: string | undefined): boolean {
  return listedBy.length === 0 || arch === undefined || listedBy.includes(arch);
}

function conflict(listing: Listing, earlier: Place): Problem {
  const what = `${listing.name} ${listing.version} (${archesOf(listing).join(', ')})`;
  return {
    ...listing.place,
    message: `${what} is also defined at ${earlier.file}:${earlier.line}, with different content`,
  };
}
