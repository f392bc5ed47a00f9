/**
 * A lock for a directory: a file that only one process can create. It stands in the machine's temporary directory and not
 * in the directory, so that a build or a pull which changes nothing leaves that untouched, its time stamp included. It names
 * the process, so that a lock which a killed one left behind is recognised and taken over.
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, RepomillError } from '../../errors.ts';
import { atExit } from '../process/at-exit.ts';
import { realPathOf } from './files.ts';

/**
 * Takes the lock and resolves to the function that gives it back. Throws a conflict error where somebody has it.
 *
 * @param work - what writes there, for the message: a build, a pull
 */
export async function takeLock(directory: string, work: 'build' | 'pull'): Promise<() => Promise<void>> {
  const name = createHash('sha256')
    .update(await realPathOf(directory))
    .digest('hex')
    .slice(0, 16);
  const file = join(tmpdir(), `repomill-${name}.lock`);
  if (!(await tryCreate(file)) && !(await takeOver(file))) throw locked(directory, file, work);
  const cancel = atExit(() => rmSync(file, { force: true }));
  return async () => {
    await rm(file, { force: true });
    cancel();
  };
}

async function tryCreate(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(`${process.pid} ${hostname()}\n`);
    await handle.close();
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false;
    throw new RepomillError('transport', `${file}: cannot create: ${messageOf(cause)}`, { cause });
  }
}

// Of several that find the same abandoned lock, one alone may replace it: the one that can create a second file beside it.
async function takeOver(file: string): Promise<boolean> {
  const claim = `${file}.claim`;
  if (!(await isAbandoned(file))) return false;
  if (!(await tryCreate(claim))) {
    // Whoever died in the middle of taking over stands in the way of this one, but of no other.
    if (await isAbandoned(claim)) await rm(claim, { force: true });
    return false;
  }
  try {
    if (!(await isAbandoned(file))) return false;
    await rm(file, { force: true });
    return await tryCreate(file);
  } finally {
    await rm(claim, { force: true });
  }
}

// Only a process of this machine can be looked up; a lock from elsewhere is left to a person.
async function isAbandoned(file: string): Promise<boolean> {
  const owner = /^(\d+) (\S+)\n$/.exec(await readFile(file, 'utf8').catch(() => ''));
  if (owner === null || owner[2] !== hostname()) return false;
  return isProcessGone(Number(owner[1]));
}

/** Whether this machine has no such process. */
export function isProcessGone(id: number): boolean {
  try {
    process.kill(id, 0);
    return false;
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'ESRCH';
  }
}

function locked(directory: string, file: string, work: string): RepomillError {
  return new RepomillError('conflict', `${directory}: another ${work} is writing here`, {
    hint: `wait for it to end; if no ${work} is running, remove ${file}`,
  });
}
