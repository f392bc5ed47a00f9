/**
 * The rungs of the ladder, cheapest first: what is cached costs nothing, then one delta from the newest version that is
 * cached, then the whole file.
 */
import { deltaPath, summaryPath } from '../../layouts/native/format/paths.ts';
import type { SummaryEntry } from '../../layouts/native/format/repository-index.ts';
import type { Digest } from '../../model/digest.ts';

/** How one summary gets up to date. `bytes` is what has to cross the wire. */
export type Step =
  | { readonly how: 'cached'; readonly path: string; readonly bytes: 0 }
  | { readonly how: 'delta'; readonly path: string; readonly bytes: number; readonly from: Digest }
  | { readonly how: 'full'; readonly path: string; readonly bytes: number };

/** Plans the cheapest step from what is cached. */
export function planStep(entry: SummaryEntry, cached: ReadonlySet<Digest>): Step {
  const path = summaryPath(entry.sha256);
  if (cached.has(entry.sha256)) return { how: 'cached', path, bytes: 0 };
  const ancestor = entry.history.find((older) => cached.has(older.sha256));
  if (ancestor === undefined || ancestor.deltaSize >= entry.storedSize) {
    return { how: 'full', path, bytes: entry.storedSize };
  }
  const { sha256: from, deltaSize: bytes } = ancestor;
  return { how: 'delta', path: deltaPath(from, entry.sha256), bytes, from };
}
