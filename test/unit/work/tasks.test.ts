import { describe, expect, it } from 'vitest';
import { openWorkspace } from '../../../src/platform/workspace/workspace.ts';
import { openTasks } from '../../../src/work/tasks.ts';
import { makeWorkspace } from '../../workspace.ts';

const places = { cache: undefined, temporary: makeWorkspace() };

interface Tasks {
  double(job: number): Promise<number>;
}

describe('openTasks', () => {
  it.each([1, 2])('starts no task on the calling thread once the signal is aborted: %i threads', async (count) => {
    const controller = new AbortController();
    let started = 0;
    const { tasks, close } = await openTasks<Tasks>(
      {
        double: {
          inlineFirst: 9,
          open: () => async (job) => {
            started++;
            return 2 * job;
          },
        },
      },
      { workspace: openWorkspace(places), config: { details: [], subsets: [], paths: [], versions: 'debian' } },
      {
        count,
        worker: new URL('file:///missing.js'),
        workerData: undefined,
        isFirstBuild: false,
        signal: controller.signal,
      },
    );
    expect(await tasks.double(2)).toBe(4);
    const late = tasks.double(3);
    controller.abort();
    await expect(late).rejects.toMatchObject({ code: 'interrupted' });
    expect(started).toBe(1);
    await close();
  });
});
