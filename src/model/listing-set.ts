/**
 * The listings of one slice, each record once with everybody who lists it. The same record read twice is accepted once;
 * one name, version and arch with two contents is a conflict wherever both would stand in one summary.
 */
import type { Problem } from '../errors.ts';
import { compareListings, type Listing, type Place } from './listing.ts';
import { compareText } from './order.ts';
import { archesOf, recordKey } from './record.ts';

/** Whether two records are equal, whatever the order of their fields; asked only where their bytes differ. */
export type SameContent = (a: Listing, b: Listing) => boolean;

/** Collects listings. `add` returns a problem instead of a record that contradicts an earlier one. */
export class ListingSet {
  readonly #listings = new Map<string, MutableListing[]>();
  readonly #listers = new Map<string, readonly string[]>();
  readonly #sameContent: SameContent;

  constructor(sameContent: SameContent) {
    this.#sameContent = sameContent;
  }

  /** How many names, versions and arches there are. */
  get size(): number {
    return this.#listings.size;
  }

  /** Adds a listing that one architecture lists, or none. */
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

  // Many records have the same few listers: each combination is one list.
  #with(listers: readonly string[], arch: string): readonly string[] {
    if (listers.includes(arch)) return listers;
    const all = [...listers, arch].sort(compareText);
    const key = all.join('\0');
    const known = this.#listers.get(key);
    if (known !== undefined) return known;
    this.#listers.set(key, all);
    return all;
  }

  /** All listings in the total order, whatever order they came in. */
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
  return { ...listing.place, message: `${what} stands at ${earlier.file}:${earlier.line} too, with another content` };
}
