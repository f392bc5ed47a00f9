/**
 * Worker threads that do the tasks of a build. A task is a function of plain data, the same in every thread: which thread runs
 * it, and when, does not change its result.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type ErrorDetails, messageOf, RepomillError } from '../../errors.ts';
import { atExit } from '../process/process-end.ts';

/**
 * Functions of one argument, which is sent to a different thread. A list `transfer` in it names buffers that are moved instead of
 * copied.
 */
export type TaskTable<Tasks> = { readonly [Name in keyof Tasks]: (input: never) => Promise<unknown> };

/** Tasks that worker threads do. */
export interface WorkerPool<Tasks> {
  readonly tasks: Tasks;
  /** Ends the threads that have nothing to do, and frees their memory. Others are started when there is work again. */
  rest(): Promise<void>;
  /** Ends the threads. The results of what they are doing are lost. */
  close(): Promise<void>;
}

/** What a pool is made from. */
export interface WorkerOptions {
  /** A module that calls `serveTasks`. */
  readonly module: URL;
  /** What each thread makes its tasks from; plain data. */
  readonly setup: unknown;
  /** The names of the tasks. */
  readonly names: readonly string[];
  /** The largest number of threads. */
  readonly count: number;
  /** When aborted, ends the threads at once; every task that is not done is rejected with an `interrupted` error. */
  readonly signal?: AbortSignal | undefined;
}

interface Request {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

interface Response {
  readonly id: number;
  readonly result?: unknown;
  readonly failure?: Failure;
}

/** An error on its way to a different thread. */
interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Of a `RepomillError`. */
  readonly code?: RepomillError['code'];
  readonly details?: Omit<ErrorDetails, 'cause'>;
}

interface PendingTask extends Request {
  resolve(result: unknown): void;
  reject(reason: unknown): void;
}

/** One that a thread does, and one that waits there, so that the thread never does. */
const TASKS_PER_THREAD = 2;

/**
 * Of a thread's heap, in megabytes. The limit decides how generously V8 lets the heap grow: by its own choice, two threads
 * take 50 MB more and save no time. A bucket takes less than a hundredth of the old generation.
 */
const HEAP_LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 768 };

/** Makes a pool. Threads are started when there is work for them. A thread that dies fails every task of the pool. */
export function openWorkers<Tasks extends TaskTable<Tasks>>(options: WorkerOptions): WorkerPool<Tasks> {
  const { module, setup, names, count, signal } = options;
  const threads: Thread[] = [];
  const waiting: PendingTask[] = [];
  let nextId = 0;
  let failure: RepomillError | undefined;

  const fail = (reason: RepomillError): void => {
    failure ??= reason;
    for (const task of [...waiting.splice(0), ...threads.flatMap((thread) => thread.take())]) task.reject(failure);
  };
  const distribute = (): void => {
    for (const thread of threads) {
      while (thread.busy < TASKS_PER_THREAD && waiting.length > 0) {
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
      const isIdle = threads.some((thread) => thread.busy === 0);
      if (!isIdle && threads.length < count) threads.push(startThread(module, setup, distribute, fail));
      distribute();
    });
  const end = async (reason: RepomillError): Promise<void> => {
    signal?.removeEventListener('abort', abort);
    fail(reason);
    await Promise.all(threads.map((thread) => thread.end()));
  };
  const abort = (): void => void end(new RepomillError('interrupted', 'aborted', { cause: signal?.reason }));
  if (signal?.aborted === true) abort();
  else signal?.addEventListener('abort', abort, { once: true });
  return {
    // Each name of the table has its function: the module serves the same table.
    tasks: Object.fromEntries(names.map((name) => [name, (input: unknown) => run(name, input)])) as object as Tasks,
    async rest() {
      const idle = threads.filter(({ busy }) => busy === 0);
      threads.splice(0, threads.length, ...threads.filter((thread) => !idle.includes(thread)));
      await Promise.all(idle.map((thread) => thread.end()));
    },
    close: () => end(new RepomillError('interrupted', 'the build ended')),
  };
}

interface Thread {
  readonly busy: number;
  send(task: PendingTask): void;
  /** Returns what it was doing; from then on, its answers are ignored. */
  take(): readonly PendingTask[];
  end(): Promise<void>;
}

function startThread(module: URL, setup: unknown, onDone: () => void, fail: (reason: RepomillError) => void): Thread {
  const doing = new Map<number, PendingTask>();
  let ended = false;
  const worker = new Worker(module, { workerData: setup, resourceLimits: HEAP_LIMITS });
  worker.on('message', ({ id, result, failure }: Response) => {
    const task = doing.get(id);
    doing.delete(id);
    if (failure === undefined) task?.resolve(result);
    else task?.reject(unpackError(failure));
    onDone();
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
      worker.postMessage({ id, name, input } satisfies Request, transferOf(input));
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

/** The buffers that a caller gives away with a task, so that they need not be copied. */
function transferOf(input: unknown): readonly ArrayBuffer[] {
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

/** Answers the tasks of a pool. To be called once, by the module that the pool was given. */
export async function serveTasks<Tasks extends TaskTable<Tasks>>(
  makeTasks: (setup: never) => Promise<Tasks>,
): Promise<void> {
  const port = parentPort;
  if (isMainThread || port === null) throw new Error('serveTasks: expected a worker thread');
  const tasks = makeTasks(workerData as never);
  port.on('message', ({ id, name, input }: Request) => {
    const send = (response: Omit<Response, 'id'>): void => port.postMessage({ id, ...response } satisfies Response);
    respond(async () => (await tasks)[name as keyof Tasks](input as never))
      .then(send)
      // The result cannot be sent.
      .catch((reason: unknown) => send({ failure: packError(reason) }));
  });
  await tasks;
}

async function respond(work: () => Promise<unknown>): Promise<Omit<Response, 'id'>> {
  try {
    return { result: await work() };
  } catch (thrown) {
    return { failure: packError(thrown) };
  }
}

function packError(thrown: unknown): Failure {
  const { name, message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (!(thrown instanceof RepomillError)) return { name, message, stack };
  const { code, path, hint, problems } = thrown;
  return { name, message, stack, code, details: { path, hint, problems } };
}

function unpackError({ name, message, stack, code, details }: Failure): Error {
  if (code !== undefined) return new RepomillError(code, message, details);
  const error = new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
