/** The generator of the apt layout, and its tasks. */
import type { RecordInput } from '../../../catalogue/open-input.ts';
import { collectGarbage } from '../../../platform/process/heap-growth.ts';
import { loadXzEncoder } from '../../../platform/zlib/xz-encoder.ts';
import type { TaskDefinitions } from '../../../work/task.ts';
import { defineGenerator, type Generator } from '../../layout.ts';
import type { AptSettings } from '../settings.ts';
import { checkAptTree } from './check-tree.ts';
import { makePieceTask } from './index-piece.ts';
import { type AptTasks, planApt } from './plan-apt.ts';
import { listContentsTask } from './plan-contents.ts';
import { MANY_STANZAS } from './plan-indexes.ts';
import { renderPartTask } from './render-part.ts';
import { reportArchive } from './report-archive.ts';

const tasks: TaskDefinitions<AptTasks> = {
  renderPart: {
    inlineFirst: 12,
    open:
      ({ workspace }) =>
      async (job) =>
        renderPartTask(job, workspace),
  },
  makePiece: {
    // The work that takes time is done by a program, or on threads that are not ours.
    inlineFirst: Number.POSITIVE_INFINITY,
    open: async ({ workspace }) => {
      const xz = await loadXzEncoder();
      return (job) => makePieceTask(job, { workspace, xz });
    },
  },
  listContents: {
    inlineFirst: 12,
    open:
      ({ workspace }) =>
      (job) =>
        listContentsTask(job, workspace),
  },
};

/** Decides what an apt archive holds. */
export const aptGenerator: Generator<AptSettings> = defineGenerator<AptSettings, AptTasks, RecordInput>({
  tasks,
  checkTree: checkAptTree,
  async plan({ input, settings, config, session, previous, output, signer, now }) {
    const plan = await planApt({ ...input, ...session, previous, output, signer, now: Number(now) }, settings, config);
    // What planning took is freed before the tree is written.
    if (plan.stanzas > MANY_STANZAS) collectGarbage();
    return { plan, report: (published) => reportArchive(plan, published) };
  },
});
