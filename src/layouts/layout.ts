/**
 * What every layout is given: the content of the summaries and the tree that was published before. A layout turns it into
 * a `TreePlan`; it decides and never acts, and no layout knows another.
 */
import type { SummaryContent } from '../model/partition.ts';
import type { Progress } from '../model/progress.ts';
import type { ReadableTree } from '../publish/tree.ts';

/** What a layout is given. */
export interface LayoutInput {
  readonly contents: readonly SummaryContent[];
  /** The tree published before: the output itself or, in a fresh folder, the live site. */
  readonly previous: ReadableTree;
  readonly progress: Progress;
}
