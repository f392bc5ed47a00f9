/** The generator of the flatpak layout, and its tasks. */
import { DEFAULT_HISTORY } from '../../../model/limits.ts';
import { gzip } from '../../../platform/zlib/gzip.ts';
import { commitReaders } from '../../../readers/ostree/commit-reader.ts';
import { isOstreeRepository, type OpenRepository } from '../../../readers/ostree/open-repository.ts';
import type { TaskDefinitions } from '../../../work/task.ts';
import { defineGenerator, type Generator } from '../../layout.ts';
import { historyLength } from '../format/repository-config.ts';
import type { FlatpakSettings } from '../settings.ts';
import { checkFlatpakTree } from './check-tree.ts';
import { configureRepository } from './configure-repository.ts';
import { completeByFlatpak, pruneByFlatpak } from './flatpak-program.ts';
import { packRefsTask } from './pack-refs.ts';
import { type FlatpakTasks, planFlatpak, reportFlatpakTree } from './plan-flatpak.ts';

/** The level at which summaries are compressed, flatpak's own. Compression is a third of a first build's time. */
const SUMMARY_LEVEL = 6;

const tasks: TaskDefinitions<FlatpakTasks> = {
  packRefs: {
    inlineFirst: 12,
    open: ({ workspace }) => {
      const readCommit = commitReaders();
      return async (job) => packRefsTask(job, readCommit(job.location), workspace);
    },
  },
  compressSummary: {
    inlineFirst: 1,
    open:
      () =>
      async ({ bytes }) =>
        gzip(bytes, SUMMARY_LEVEL),
  },
};

/** Decides a flatpak tree. */
export const flatpakGenerator: Generator<FlatpakSettings> = defineGenerator<
  FlatpakSettings,
  FlatpakTasks,
  OpenRepository
>({
  tasks,
  checkTree: checkFlatpakTree,
  complete: completeByFlatpak,
  tidy: pruneByFlatpak,
  async plan({ input, settings, config, session, output, ...request }) {
    const repository = await configureRepository(input, settings);
    if (!isOstreeRepository(output.location)) {
      session.progress.warn(
        `${output.location}: has no objects and refs; clients need those of the repository there too`,
      );
    }
    const history =
      config.history ??
      historyLength(repository.config, settings.exact && settings.version === '1.14') ??
      DEFAULT_HISTORY;
    const plan = await planFlatpak({ ...request, ...session, repository, output }, { ...settings, history });
    return { plan, report: (published) => reportFlatpakTree(plan, published) };
  },
});
