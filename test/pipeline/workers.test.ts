import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openWorkers, type WorkerPool } from '../../src/platform/threads/workers.ts';
import { failureOf } from '../failure.ts';
import { makeWorkspace } from '../workspace.ts';

const workspace = makeWorkspace();

// Threads load these by themselves, and the oldest Node that we run on reads no TypeScript.
const compiled = (path: string): string => new URL(`../../dist/${path}.js`, import.meta.url).href;

let counter = 0;

/** Tasks of every test. `meet` waits until so many threads are at it. */
interface SampleTasks {
  double(input: number): Promise<number>;
  setup(input: null): Promise<unknown>;
  refuse(input: string): Promise<never>;
  break(input: string): Promise<never>;
  thread(input: number): Promise<number>;
  wait(input: null): Promise<never>;
  spin(input: null): Promise<never>;
  exit(input: number): Promise<never>;
  throwLater(input: string): Promise<never>;
  answerFunction(input: null): Promise<unknown>;
  exhaust(input: null): Promise<never>;
}
const names = [
  'double',
  'setup',
  'refuse',
  'break',
  'thread',
  'wait',
  'spin',
  'exit',
  'throwLater',
  'answerFunction',
  'exhaust',
] as const;

/** Writes a module for threads. */
function moduleWith(code: string): URL {
  const file = join(workspace, `worker-${counter++}.mjs`);
  writeFileSync(file, code);
  return pathToFileURL(file);
}

const sample = moduleWith(`
  import { threadId } from 'node:worker_threads';
  import { RepomillError } from '${compiled('errors')}';
  import { serveTasks } from '${compiled('platform/threads/workers')}';
  const never = () => new Promise(() => setInterval(() => {}, 1000));
  await serveTasks(async (setup) => ({
    double: async (input) => 2 * input,
    setup: async () => setup,
    refuse: async (file) => {
      throw new RepomillError('metadata', 'bad input', { path: file, hint: 'mend it', problems: [{ file, line: 3, message: 'x' }] });
    },
    break: async (message) => { const error = new TypeError(message); error.name = 'SpecialError'; throw error; },
    thread: async () => { await new Promise((resume) => setTimeout(resume, 20)); return threadId; },
    wait: never,
    spin: async () => { for (;;); },
    exit: async (code) => process.exit(code),
    throwLater: async (message) => { setTimeout(() => { throw new Error(message); }, 1); return never(); },
    answerFunction: async () => () => 1,
    exhaust: async () => { const all = []; for (;;) all.push(new Array(1e6).fill({}).map(() => ({}))); },
  }));
`);

const pools: WorkerPool<unknown>[] = [];
function open(count: number, module = sample, setup: unknown = {}): SampleTasks {
  const pool = openWorkers<SampleTasks>({ module, setup, names, count });
  pools.push(pool);
  return pool.tasks;
}
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

const DIED = { code: 'transport', hint: 'with --workers 1 everything is done in one thread, in less memory' };

describe('worker threads', () => {
  it('give each task its own result, however many there are', async () => {
    const { double } = open(3);
    const inputs = Array.from({ length: 100 }, (_, i) => i);
    expect(await Promise.all(inputs.map((input) => double(input)))).toEqual(inputs.map((input) => 2 * input));
  });

  it('receive their setup data', async () => {
    const setup = { list: [1, { a: 'é' }] };
    expect(await open(1, sample, setup).setup(null)).toEqual(setup);
  });

  it('are as many as there is work for, but never more than requested', async () => {
    const { thread } = open(3);
    const of = async (count: number): Promise<number> =>
      new Set(await Promise.all(Array.from({ length: count }, (_, i) => thread(i)))).size;
    expect(await of(1)).toBe(1);
    expect(await of(12)).toBe(3);
  });

  it('end at rest, are started again for more work, and lose none that they are at', async () => {
    const pool = openWorkers<SampleTasks>({ module: sample, setup: {}, names, count: 2 });
    pools.push(pool);
    const before = await pool.tasks.thread(0);
    await pool.rest();
    const after = pool.tasks.thread(1);
    await pool.rest();
    expect(await after).not.toBe(before);
    expect(await pool.tasks.double(4)).toBe(8);
  });

  it('pass on our errors completely: code, path, hint and problems', async () => {
    expect(await failureOf(open(1).refuse('a.json'))).toMatchObject({
      code: 'metadata',
      path: 'a.json',
      message: 'bad input',
      hint: 'mend it',
      problems: [{ file: 'a.json', line: 3, message: 'x' }],
    });
  });

  it('pass on any other error with its name and message, and keep working', async () => {
    const tasks = open(1);
    await expect(tasks.break('oh no')).rejects.toMatchObject({ name: 'SpecialError', message: 'oh no' });
    expect(await tasks.double(4)).toBe(8);
  });
});

describe('an answer that cannot be sent', () => {
  it('fails only its own task', async () => {
    const tasks = open(1);
    await expect(tasks.answerFunction(null)).rejects.toThrow('could not be cloned');
    expect(await tasks.double(4)).toBe(8);
  });
});

describe('a thread that dies ends every task, of other threads too, and those that come later', () => {
  it.each<[string, (tasks: SampleTasks) => Promise<unknown>, RegExp]>([
    ['with code 0', (tasks) => tasks.exit(0), /it ended with code 0/],
    ['with code 7', (tasks) => tasks.exit(7), /it ended with code 7/],
    ['by an error outside of its task', (tasks) => tasks.throwLater('out of order'), /out of order/],
  ])('%s', async (_title, kill, reason) => {
    const tasks = open(2);
    const waiting = [tasks.wait(null), tasks.wait(null), tasks.wait(null)].map((work) => failureOf(work));
    const killed = failureOf(kill(tasks));
    for (const failure of [killed, ...waiting]) {
      const error = await failure;
      expect(error).toMatchObject(DIED);
      expect(error.message).toMatch(reason);
      expect(error.message).toMatch(/^a worker thread died: .*; nothing was published$/);
    }
    expect(await failureOf(tasks.double(1))).toMatchObject(DIED);
  });

  it('for lack of memory', async () => {
    // The smallest heap that a thread can start in; the task needs any that it can get.
    const inner = moduleWith(`
      import { openWorkers } from '${compiled('platform/threads/workers')}';
      const { tasks, close } = openWorkers({ module: new URL('${sample.href}'), setup: {}, names: ['exhaust'], count: 1 });
      await tasks.exhaust(null).catch((error) => console.log(error.code, error.message));
      await close();
    `);
    const printed = execFileSync(process.execPath, ['--max-old-space-size=64', fileURLToPath(inner)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(printed.toString()).toMatch(/^transport a worker thread died: .*memory.*; nothing was published\n$/);
  });

  it.each([
    ['that is not there', new URL('file:///no/such/module.mjs')],
    ['that throws', moduleWith("throw new Error('no start');")],
    ['that ends at once', moduleWith('process.exit(3);')],
    [
      'whose tasks cannot be made',
      moduleWith(`
      import { serveTasks } from '${compiled('platform/threads/workers')}';
      await serveTasks(async () => { throw new Error('no tasks'); });
    `),
    ],
  ])('before its first task, from a module %s', async (_title, module) => {
    const tasks = open(2, module);
    const failures = await Promise.allSettled([tasks.double(1), tasks.double(2), tasks.double(3)]);
    expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });
});

describe('closing', () => {
  it('ends running work, and leaves no promise pending', async () => {
    const pool = openWorkers<SampleTasks>({ module: sample, setup: {}, names, count: 2 });
    const work = [1, 2, 3, 4, 5, 6].map(() => failureOf(pool.tasks.wait(null)));
    await pool.close();
    for (const failure of work) expect(await failure).toMatchObject({ code: 'interrupted' });
    expect(await failureOf(pool.tasks.double(1))).toMatchObject({ code: 'interrupted' });
    await pool.close();
  });
});

describe('a signal', () => {
  it('ends the threads when it is aborted, in the middle of their work, and fails every task', async () => {
    const controller = new AbortController();
    const pool = openWorkers<SampleTasks>({ module: sample, setup: {}, names, count: 2, signal: controller.signal });
    await pool.tasks.double(1);
    const work = [pool.tasks.spin(null), pool.tasks.wait(null), pool.tasks.wait(null)].map((task) => failureOf(task));
    const reason = new Error('enough');
    controller.abort(reason);
    for (const failure of work) {
      expect(await failure).toMatchObject({ code: 'interrupted', message: 'aborted', cause: reason });
    }
    expect(await failureOf(pool.tasks.double(1))).toMatchObject({ code: 'interrupted' });
    // It would never end of itself: threads that compute keep a process alive.
    await pool.close();
  });

  it('that is aborted from the start prevents threads from starting', async () => {
    const pool = openWorkers<SampleTasks>({ module: sample, setup: {}, names, count: 2, signal: AbortSignal.abort() });
    expect(await failureOf(pool.tasks.double(1))).toMatchObject({ code: 'interrupted' });
    await pool.close();
  });

  it('is no longer listened to by a closed pool', async () => {
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, 'removeEventListener');
    await openWorkers<SampleTasks>({ module: sample, setup: {}, names, count: 2, signal }).close();
    expect(remove).toHaveBeenCalledOnce();
  });
});
