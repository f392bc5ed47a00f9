/** Finds records whose version is not valid in the order that the configuration declares: the order is probably a different one. */
import type { Config, UnusedSetting } from '../../config/config.ts';
import { formatPlural } from '../../text/quantity.ts';
import { INVALID_EXAMPLES } from '../batch.ts';
import type { Batch } from '../catalogue.ts';

/** A warning that counts them and names the first; undefined if there are none. */
export function findInvalidVersions({ versions }: Config, batches: readonly Batch[]): UnusedSetting | undefined {
  const invalid = batches.flatMap(({ head }) => head.invalidVersions ?? []);
  const count = invalid.reduce((sum, one) => sum + one.count, 0);
  if (count === 0) return undefined;
  const examples = invalid.flatMap((one) => one.examples).slice(0, INVALID_EXAMPLES);
  const more = count > examples.length ? ` and ${count - examples.length} more` : '';
  const records = `${formatPlural(count, 'record')} without a valid ${versions} version: ${examples.join(', ')}${more}`;
  return { setting: 'versions', message: `${records}; invalid versions sort before all valid ones` };
}
