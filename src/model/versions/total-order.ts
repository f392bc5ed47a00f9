/** Makes an order of valid versions an order of all texts. */
import { compareLooseVersions } from './loose.ts';
import type { VersionComparison, VersionOrder } from './version-order.ts';

/**
 * An order that not every version is valid in. Invalid versions come before all valid ones, so that none of them is the newest
 * as long as there is a valid one, and are in the loose order among themselves.
 */
export function validVersionOrder(
  isValid: (version: string) => boolean,
  compareValid: VersionComparison,
): VersionOrder {
  return {
    isValid,
    compare(a, b) {
      const [left, right] = [isValid(a), isValid(b)];
      if (left !== right) return left ? 1 : -1;
      return left ? compareValid(a, b) : compareLooseVersions(a, b);
    },
  };
}
