/**
 * Divides listings among summaries: the stage between records and layouts. Pure, and the same for every layout.
 */
import type { Listing } from './listing.ts';
import { compareText } from './order.ts';
import { ALL, archesOf } from './record.ts';

/** What determines the summaries a listing belongs to. */
export interface Membership extends Pick<Listing, 'arch' | 'listedBy' | 'subsets'> {
  /** Belongs only to its subsets, not to the complete summary of an arch. */
  readonly onlyInSubsets?: boolean;
}

/** The content of a summary or of a slice of one, in the total order of records. */
export interface SummaryContent<Member extends Membership = Listing> {
  readonly arch: string;
  readonly subset?: string;
  readonly listings: readonly Member[];
}

/** What `partition` needs besides the listings. */
export interface PartitionOptions {
  /** Every arch of the repository, in order (`archesOfRepository`). */
  readonly arches: readonly string[];
  /** Names of the subsets, indexed by `Listing.subsets`. */
  readonly subsets: readonly string[];
}

/**
 * Divides listings among summaries: for every arch, in order, first the complete one, then its subsets in order. An `all`
 * record belongs to the architectures that list it, or to every arch if none does; the summary of `all` has only the latter.
 *
 * @param listings - in the total order (`mergeListings`)
 */
export function partition<Member extends Membership>(
  listings: readonly Member[],
  options: PartitionOptions,
): readonly SummaryContent<Member>[] {
  const subsets = [...options.subsets.entries()].sort(([, a], [, b]) => compareText(a, b));
  return options.arches.flatMap((arch) => {
    const all = thoseThat(listings, (listing) => belongsTo(listing, arch));
    const parts = subsets.map(([position, subset]) => ({
      arch,
      subset,
      listings: all.filter((listing) => listing.subsets.includes(position)),
    }));
    return [{ arch, listings: thoseThat(all, ({ onlyInSubsets }) => onlyInSubsets !== true) }, ...parts];
  });
}

/**
 * The architectures for which a repository has summaries: those that list records, those of records that no arch lists, and
 * configured ones. `all` is one of them if neither the paths nor the configuration say which architectures its records are for:
 * clients of an arch without a summary then use it.
 */
export function archesOfRepository(found: Iterable<string>, configured: readonly string[]): readonly string[] {
  const arches = new Set([...configured, ...found]);
  if (configured.length > 0) arches.delete(ALL);
  return [...arches].sort(compareText);
}

/** As `filter`, but the same array if it has no other items: there may be hundreds of thousands. */
function thoseThat<Item>(items: readonly Item[], matches: (item: Item) => boolean): readonly Item[] {
  return items.every(matches) ? items : items.filter(matches);
}

function belongsTo(listing: Membership, arch: string): boolean {
  if (listing.listedBy.length > 0) return listing.listedBy.includes(arch);
  const own = archesOf(listing);
  return own.includes(ALL) || own.includes(arch);
}
