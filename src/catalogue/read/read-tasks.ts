/** The tasks of the read stage. */
import { compileSubsets } from '../../config/compile-subsets.ts';
import { NamePlacer } from '../../model/bucket-placement.ts';
import { loadFingerprint } from '../../platform/hash/fingerprint.ts';
import type { TaskDefinitions, TaskSetup } from '../../work/task.ts';
import type { ReadTasks } from './input-reader.ts';
import { type ReadTools, readChunksTask, readFileTask } from './read-batch.ts';

/** How each task of the read stage is made. */
export const readTasks: TaskDefinitions<ReadTasks> = {
  readChunks: {
    inlineFirst: 12,
    open: async (setup) => {
      const tools = await readTools(setup);
      return (job) => readChunksTask(job, tools);
    },
  },
  readFile: {
    inlineFirst: 0,
    open: async (setup) => {
      const tools = await readTools(setup);
      return (job) => readFileTask(job, tools);
    },
  },
};

async function readTools({ workspace, config }: TaskSetup): Promise<ReadTools> {
  const placer = new NamePlacer(await loadFingerprint());
  return { workspace, placer, details: config.details, subsets: compileSubsets(config.subsets) };
}
