/**
 * Worker threads that do tasks for a build. A task is a function of plain data, the same in every thread; which thread does
 * it, and when, changes nothing in what it gives.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { messageOf, type Problem, RepomillError } from '../../errors.ts';
import { atExit } from '../process/process-end.ts';

/** Functions of one argument, which can be sent to another thread: a list `transfer` in it names buffers to be moved, not copied. */
export type TaskTable<Tasks> = { readonly [Name in keyof Tasks]: (input: never) => Promise<unknown> };

/** Tasks that are done by worker threads. */
export interface WorkerPool<Tasks> {
  readonly tasks: Tasks;
  /** Ends the threads. What they were doing is lost. */
  close(): Promise<void>;
}

interface Request {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly failure?: Failure;
}

/** An error on its way to another thread. */
interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Of a `RepomillError`. */
  readonly code?: RepomillError['code'];
  readonly hint?: string | undefined;
  readonly problems?: readonly Problem[];
}

interface Pending extends Request {
  resolve(result: unknown): void;
  reject(reason: unknown): void;
}

/** Tasks that a thread may have at a time: one that it does, and one that it finds when it has done it. */
const AHEAD = 2;

/**
 * Of a thread's heap, in megabytes. What V8 allows a heap decides how generously it grows: by its own choice, two threads
 * take 50 MB more and save no time. A bucket takes less than a hundredth of the old generation.
 */
const LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 768 };

/**
 * Makes a pool. Its threads are started when there is work for them.
 *
 * @param module - a module that calls `serveTasks`
 * @param setup - what each thread's tasks are made from; plain data
 * @param names - of the tasks
 * @param count - threads
 */
export function openWorkers<Tasks extends TaskTable<Tasks>>(
  module: URL,
  setup: unknown,
  names: readonly string[],
  count: number,
): WorkerPool<Tasks> {
  const threads: Thread[] = [];
  const waiting: Pending[] = [];
  let nextId = 0;
  let failure: RepomillError | undefined;

  const fail = (reason: RepomillError): void => {
    failure ??= reason;
    for (const task of [...waiting.splice(0), ...threads.flatMap((thread) => thread.take())]) task.reject(failure);
  };
  const hand = (): void => {
    for (const thread of threads) {
      while (thread.busy < AHEAD && waiting.length > 0) {
        const task = waiting.shift();
        if (task !== undefined) thread.send(task);
      }
    }
  };
  const run = (name: string, input: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) {
        reject(failure);
        return;
      }
      waiting.push({ id: nextId++, name, input, resolve, reject });
      const idle = threads.some((thread) => thread.busy === 0);
      if (!idle && threads.length < count) threads.push(startThread(module, setup, hand, fail));
      hand();
    });
  const tasks = Object.fromEntries(names.map((name) => [name, (input: unknown) => run(name, input)]));
  return {
    // Each name of the table has its function: the module serves the same table.
    tasks: tasks as unknown as Tasks,
    close: async () => {
      fail(new RepomillError('interrupted', 'the build ended'));
      for (const thread of threads) await thread.end();
    },
  };
}

interface Thread {
  readonly busy: number;
  send(task: Pending): void;
  /** Gives back what it was doing. */
  take(): readonly Pending[];
  end(): Promise<void>;
}

function startThread(module: URL, setup: unknown, done: () => void, fail: (reason: RepomillError) => void): Thread {
  const doing = new Map<number, Pending>();
  let ended = false;
  const worker = new Worker(module, { workerData: setup, resourceLimits: LIMITS });
  worker.on('message', ({ id, result, failure }: Answer) => {
    const task = doing.get(id);
    doing.delete(id);
    if (failure === undefined) task?.resolve(result);
    else task?.reject(thaw(failure));
    done();
  });
  worker.on('error', (cause) => fail(died(messageOf(cause), cause)));
  worker.on('exit', (code) => {
    if (!ended) fail(died(`it ended with code ${code}`));
  });
  const cancel = atExit(() => void worker.terminate());
  return {
    get busy() {
      return doing.size;
    },
    send(task) {
      doing.set(task.id, task);
      const { id, name, input } = task;
      worker.postMessage({ id, name, input } satisfies Request, givenAway(input));
    },
    take() {
      const tasks = [...doing.values()];
      doing.clear();
      return tasks;
    },
    async end() {
      ended = true;
      await worker.terminate();
      cancel();
    },
  };
}

/** What a caller gives away with a task: buffers that need not be copied, listed in its `transfer`. */
function givenAway(input: unknown): readonly ArrayBuffer[] {
  if (typeof input !== 'object' || input === null || !('transfer' in input) || !Array.isArray(input.transfer))
    return [];
  return input.transfer.filter((buffer) => buffer instanceof ArrayBuffer);
}

function died(reason: string, cause?: unknown): RepomillError {
  return new RepomillError('transport', `a worker thread died: ${reason}; nothing was published`, {
    cause,
    hint: 'with --workers 1 everything is done in one thread, in less memory',
  });
}

/** Answers the tasks of a pool; called once, by the module that a pool was given. */
export async function serveTasks<Tasks extends TaskTable<Tasks>>(
  makeTasks: (setup: never) => Promise<Tasks>,
): Promise<void> {
  const port = parentPort;
  if (isMainThread || port === null) throw new Error('serveTasks: expected a worker thread');
  const tasks = makeTasks(workerData as never);
  port.on('message', ({ id, name, input }: Request) => {
    const send = (reply: Omit<Answer, 'id'>): void => port.postMessage({ id, ...reply } satisfies Answer);
    answer(async () => (await tasks)[name as keyof Tasks](input as never))
      .then(send)
      .catch((reason: unknown) => send({ failure: freeze(reason) }));
  });
  await tasks;
}

async function answer(work: () => Promise<unknown>): Promise<Omit<Answer, 'id'>> {
  try {
    return { result: await work() };
  } catch (thrown) {
    return { failure: freeze(thrown) };
  }
}

function freeze(thrown: unknown): Failure {
  const { name, message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (!(thrown instanceof RepomillError)) return { name, message, stack };
  const { code, hint, problems } = thrown;
  return { name, message, stack, code, hint, problems };
}

function thaw({ name, message, stack, code, hint, problems }: Failure): Error {
  if (code !== undefined) {
    return new RepomillError(code, message, { ...(hint === undefined ? {} : { hint }), problems: problems ?? [] });
  }
  const error = new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
