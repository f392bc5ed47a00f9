/**
 * The hits of a search as `repomill search` lists them: one for each name, with its newest version and all its architectures.
 */
import type { SearchHit } from '../client/search.ts';
import { compareText } from '../model/order.ts';

/** Everything that was found under one name. */
export interface FoundName {
  readonly name: string;
  /** The newest that was found. */
  readonly version: string;
  readonly summary?: string;
  /** Architectures whose summaries list any of the versions. */
  readonly arches: readonly string[];
  /** Other versions, newest first. */
  readonly others: readonly string[];
}

/** How to order names: by how well they match, by name, or by their number of versions, most first. */
export type FoundOrder = 'match' | 'name' | 'versions';

/** Orders of `--sort`. */
export const foundOrders: readonly FoundOrder[] = ['match', 'name', 'versions'];

/**
 * Groups hits by name.
 *
 * @param hits - best first, and of each name newest first
 */
export function groupByName(hits: readonly SearchHit[], order: FoundOrder): readonly FoundName[] {
  const groups = new Map<string, SearchHit[]>();
  for (const hit of hits) {
    const group = groups.get(hit.name);
    if (group === undefined) groups.set(hit.name, [hit]);
    else group.push(hit);
  }
  const found = [...groups].map(([name, records]): FoundName => {
    const [version = '', ...others] = new Set(records.map((record) => record.version));
    const summary = records.find((record) => record.summary !== undefined)?.summary;
    const arches = [...new Set(records.flatMap((record) => record.arches))].sort(compareText);
    return { name, version, ...(summary === undefined ? {} : { summary }), arches, others };
  });
  if (order === 'match') return found;
  return found.sort((a, b) => {
    const versions = order === 'versions' ? b.others.length - a.others.length : 0;
    return versions || compareText(a.name, b.name);
  });
}
