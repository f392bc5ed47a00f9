/**
 * The order of versions that an index declares. FORMAT.md, section "Version order": a client that does not know it may list
 * versions in a different order, but chooses nothing by it.
 */
import type { SignedIndex } from '../layouts/native/format/repository-index.ts';
import { isVersionOrderName, type VersionComparison } from '../model/versions/version-order.ts';
import { loadVersionOrder, unknownVersionOrder } from '../platform/versions/load-version-order.ts';

/** The order of versions of a repository. */
export interface RepositoryOrder {
  /** Puts versions in a list. */
  readonly compare: VersionComparison;
  /** Decides which version is newer. Throws a format error if the order is unknown. */
  readonly decide: VersionComparison;
}

/** Loads the order of a repository; for lists the loose one, if it declares one that is unknown. */
export async function orderOf({ versions }: Pick<SignedIndex, 'versions'>): Promise<RepositoryOrder> {
  if (versions === undefined || isVersionOrderName(versions)) {
    const { compare } = await loadVersionOrder(versions);
    return { compare, decide: compare };
  }
  const { compare } = await loadVersionOrder('loose');
  const decide = (): never => {
    throw unknownVersionOrder(versions);
  };
  return { compare, decide };
}
