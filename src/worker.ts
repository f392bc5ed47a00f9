/** The module of a worker thread: runs the tasks of the read stage, of package files and of one layout. */
import { packageTasks } from './catalogue/packages/package-tasks.ts';
import { readTasks } from './catalogue/read/read-tasks.ts';
import { type LayoutName, layoutNamed } from './layouts/layouts.ts';
import { serveTasks } from './platform/threads/workers.ts';
import { openWorkspace } from './platform/workspace/workspace.ts';
import type { WorkerSetup } from './work/build-session.ts';
import { openInline } from './work/tasks.ts';

await serveTasks(async ({ layout, places, config }: WorkerSetup & { readonly layout: LayoutName }) => {
  const { tasks } = await layoutNamed(layout).load.generator();
  return openInline({ ...readTasks, ...packageTasks, ...tasks }, { workspace: openWorkspace(places), config });
});
