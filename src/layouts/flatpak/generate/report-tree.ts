/**
 * What there is to say of a flatpak tree that was published.
 */

import type { TreeReport } from '../../../publish/build-report.ts';
import type { PublishReport } from '../../../publish/publish.ts';
import { flatpakSummaryPath, SUMMARY_INDEX_PATH, summaryDeltaPath } from '../format/paths.ts';
import type { FlatpakPlan } from './plan-flatpak.ts';

/** The figures of a tree. Stored sizes are known once it is published. */
export function reportFlatpakTree(plan: FlatpakPlan, { sizeOf }: PublishReport): TreeReport {
  return {
    layout: 'flatpak',
    state: { lastModified: Number(plan.lastModified) },
    indexSize: sizeOf(SUMMARY_INDEX_PATH),
    packages: plan.refs,
    summaries: plan.summaries.map(({ arch, subset, sha256, size, refs, history }) => ({
      arch,
      ...(subset === undefined ? {} : { subset }),
      sha256,
      size,
      storedSize: sizeOf(flatpakSummaryPath(sha256)),
      packages: refs,
      history: history.map((old) => ({ sha256: old, deltaSize: sizeOf(summaryDeltaPath(old, sha256)) })),
    })),
  };
}
