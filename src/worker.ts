/** What a worker thread runs. */
import { serveTasks } from './platform/workers.ts';
import { makeTasks } from './tasks.ts';

await serveTasks(makeTasks);
