/** What a worker thread runs. */
import { serveTasks } from '../platform/threads/workers.ts';
import { makeTasks } from './tasks.ts';

await serveTasks(makeTasks);
