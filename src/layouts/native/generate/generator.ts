/** The generator of the native layout, and its tasks. */

import type { RecordInput } from '../../../catalogue/open-input.ts';
import { describeSubsets } from '../../../config/compile-subsets.ts';
import { type Config, formatUnusedSetting } from '../../../config/config.ts';
import { PlanMemo } from '../../../delta/align/plan-memo.ts';
import { DEFAULT_HISTORY } from '../../../model/limits.ts';
import { parsePathRule } from '../../../model/path-rule.ts';
import { loadMatcher } from '../../../platform/bsdiff.ts';
import { loadFingerprint } from '../../../platform/hash/fingerprint.ts';
import type { TaskDefinitions } from '../../../work/task.ts';
import { defineGenerator, type Generator } from '../../layout.ts';
import { INDEX_PATH } from '../format/paths.ts';
import { checkNativeTree } from './check-tree.ts';
import { makeDeltasTask } from './deltas/make-deltas.ts';
import { compressDocumentsTask } from './details/plan-details.ts';
import { formatLinesTask } from './plan-combined.ts';
import { type NativePlan, type NativeTasks, planNative } from './plan-native.ts';
import { encodeBucketTask } from './summaries/encode-slices.ts';

/** Bytes of plans that each thread remembers while it makes deltas. */
const MEMO_BYTES = 64_000_000;

const tasks: TaskDefinitions<NativeTasks> = {
  encodeBucket: {
    inlineFirst: 12,
    open: async ({ workspace, config }) => {
      const pathRules = config.paths.map((template) => parsePathRule(template));
      const options = { workspace, fingerprint: await loadFingerprint(), pathRules };
      return async (job) => encodeBucketTask(job, options);
    },
  },
  formatLines: {
    inlineFirst: 4,
    open:
      ({ workspace }) =>
      async (job) =>
        formatLinesTask(job, workspace),
  },
  makeDeltas: {
    inlineFirst: 2,
    open: ({ workspace }) => {
      const tools = { workspace, matcher: loadMatcher(), memo: new PlanMemo(MEMO_BYTES) };
      return (jobs) => makeDeltasTask(jobs, tools);
    },
  },
  compressDocuments: {
    inlineFirst: 4,
    open:
      ({ workspace }) =>
      async (job) =>
        compressDocumentsTask(job, workspace),
  },
};

/** Decides what a native tree holds. */
export const nativeGenerator: Generator = defineGenerator<unknown, NativeTasks, RecordInput>({
  tasks,
  checkTree: checkNativeTree,
  async plan({ input, config, session, previous, output, renameFrom }) {
    const plan = await planNative(
      { ...input, ...session, previous, output },
      {
        ...config,
        renameFrom,
        isNamed: config.file?.lines.has('name') === true,
        history: config.history ?? DEFAULT_HISTORY,
        subsets: describeSubsets(config.subsets),
      },
    );
    for (const warning of findUnusedPaths(config, plan)) session.progress.warn(warning);
    const { version, summaries } = plan.signed;
    return {
      plan,
      report: (published) => ({
        layout: 'native',
        state: { version },
        packages: plan.records,
        names: plan.names,
        summaries,
        indexSize: published.sizeOf(INDEX_PATH),
      }),
    };
  },
});

/**
 * A warning if no path rule has any effect. There is no warning about a single rule: it may be for records that come later, as
 * the rule for updates in examples/debian is, it costs nothing, and a build cannot tell it from a mistake.
 */
function findUnusedPaths(config: Config, { pathUse }: NativePlan): readonly string[] {
  if (config.paths.length === 0 || pathUse === 'derived') return [];
  const message = pathUse === 'none' ? 'no record has the field "path"' : 'no path follows any of these rules';
  return [formatUnusedSetting({ setting: 'paths', message }, config)];
}
