/** Finds records whose version is not valid in the order that the configuration declares: the order is probably a different one. */
import type { Config, UnusedSetting } from '../../config/config.ts';
import type { Workspace } from '../../platform/workspace/workspace.ts';
import { formatPlural } from '../../text/quantity.ts';
import { INVALID_EXAMPLES, readInvalidKeys } from '../batch.ts';
import type { Batch } from '../catalogue.ts';

/** A warning that counts them, each once, and names the first; undefined if there are none. */
export function findInvalidVersions(
  { versions }: Config,
  batches: readonly Batch[],
  workspace: Workspace,
): UnusedSetting | undefined {
  const invalid = batches.filter(({ head }) => head.invalidVersions !== undefined);
  if (invalid.length === 0) return undefined;
  // The lists of several architectures have one record.
  const records = new Set<number>();
  for (const { name, head } of invalid) for (const key of readInvalidKeys(name, head, workspace)) records.add(key);
  const named = new Set(invalid.flatMap(({ head }) => head.invalidVersions?.examples ?? []));
  const examples = [...named].slice(0, INVALID_EXAMPLES);
  const more = records.size > examples.length ? ` and ${records.size - examples.length} more` : '';
  const what = `${formatPlural(records.size, 'record')} without a valid ${versions} version: ${examples.join(', ')}${more}`;
  return { setting: 'versions', message: `${what}; invalid versions sort before all valid ones` };
}
