/**
 * Which buckets a slice of the repository has, and which records are in each. FORMAT.md, section "Buckets". Decides by
 * listings alone; no record is read for it.
 */
import {
  type BucketGroup,
  divideByWeight,
  type Fingerprint,
  formatBucketId,
} from '../../../../model/bucket-placement.ts';
import type { Listing } from '../../../../model/listing.ts';
import type { SummaryContent } from '../../../../model/partition.ts';

/**
 * A bucket of more than this weight splits. Measured on Debian (FORMAT.md, "Reasons"): 300,000 gives 224 buckets of 35 KB
 * stored, so that `show` fetches two of them and a header in well under 200 KB; 400,000 saves 2 % of the stored size.
 */
const BUCKET_LIMIT = 300_000;

/** A bucket to be. */
export interface ArrangedBucket {
  readonly id: string;
  readonly listings: readonly Listing[];
}

/** The buckets of a summary in one slice, in the order in which they stand in the file. */
export function arrangeSlice(
  slice: number,
  content: SummaryContent,
  fingerprint: Fingerprint,
): readonly ArrangedBucket[] {
  const groups: Readonly<Record<BucketGroup, Listing[]>> = { own: [], shared: [] };
  for (const listing of content.listings) groups[listing.arch === content.arch ? 'own' : 'shared'].push(listing);
  return (['own', 'shared'] as const).flatMap((group) =>
    divideByWeight(groups[group], BUCKET_LIMIT, fingerprint).map(({ splits, items }) => ({
      id: formatBucketId({ number: slice, group, splits }),
      listings: items,
    })),
  );
}
