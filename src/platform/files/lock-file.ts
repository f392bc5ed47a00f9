/**
 * A lock that is a file: the one process that creates the file holds the lock, until it removes the file. A file whose
 * process was killed is taken over. Whether that is so, the process table says if it can; if not (the holder is in a
 * different container or on a different machine), the file itself does: its holder rewrites it every few seconds, and one
 * that stays the same while it is watched has no holder. No clock is asked, so clocks may differ.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { type FileHandle, link, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { RepomillError, throwIfAborted } from '../../errors.ts';
import { atExit } from '../process/process-end.ts';
import { ownIdentity, type ProcessIdentity, stateOfProcess } from '../process/process-identity.ts';
import { openRegularFile } from './regular-file.ts';
import { cannotWrite } from './system-error.ts';
import { TEMPORARY_PREFIX } from './write-files.ts';

/** A lock that this process holds. */
export interface LockFile {
  /** Whether the file is still this process's: one that was suspended for long may have lost it. */
  isOwn(): boolean;
  /** Removes the file, unless it was lost. */
  release(): Promise<void>;
}

/** Times in milliseconds. */
export interface LockTiming {
  /** From one rewriting of the file to the next. */
  readonly rewriteEvery: number;
  /** How long a file is watched until it counts as abandoned: many times longer than any holder computes without a pause. */
  readonly watchFor: number;
}

/** The timing of every lock outside of tests. */
export const LOCK_TIMING: LockTiming = { rewriteEvery: 2_000, watchFor: 30_000 };

/**
 * Takes a lock, or resolves to undefined if a different process holds it.
 *
 * @param signal - ends the watching
 * @throws RepomillError `transport` if the file cannot be created, read or removed; `interrupted`
 */
export async function takeLockFile(
  file: string,
  timing: LockTiming = LOCK_TIMING,
  signal?: AbortSignal,
): Promise<LockFile | undefined> {
  try {
    // A file that disappears after it was in the way is tried for again; a second time it is somebody's who is faster.
    for (let attempt = 0; attempt < 2; attempt++) {
      const lock = await createLockFile(file, timing);
      if (lock !== undefined) return lock;
      const content = await readLockFile(file);
      if (content === undefined) continue;
      if (!(await isAbandoned(file, content, timing, signal))) return undefined;
      return await takeOver(file, content, timing, signal);
    }
    return undefined;
  } catch (cause) {
    if (cause instanceof RepomillError) throw cause;
    throw cannotWrite(file, cause);
  }
}

/** Locks of this thread so far: two locks of one process never have the same content. */
let lockCount = 0;

async function createLockFile(file: string, { rewriteEvery }: LockTiming): Promise<LockFile | undefined> {
  const holder = formatHolder(ownIdentity(), `${threadId}.${lockCount++}`);
  let rewritten = 0;
  const handle = await createWith(file, `${holder} ${rewritten}\n`);
  if (handle === undefined) return undefined;
  let writing: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    const content = `${holder} ${++rewritten}\n`;
    // Flushed, because a network file system may keep it back. A full disk is no reason to stop.
    writing = writing
      .then(() => handle.write(content, 0))
      .then(() => handle.datasync())
      .catch(() => undefined);
  }, rewriteEvery);
  timer.unref();
  const isOwn = (): boolean => {
    try {
      return readFileSync(file, 'utf8').startsWith(`${holder} `);
    } catch {
      return false;
    }
  };
  const removeIfOwn = (): void => {
    if (isOwn()) rmSync(file, { force: true });
  };
  const cancel = atExit(removeIfOwn);
  return {
    isOwn,
    release: async () => {
      clearInterval(timer);
      await writing;
      await handle.close();
      removeIfOwn();
      cancel();
    },
  };
}

/**
 * Creates a file that has its content as soon as it has its name, so that it never looks like one whose process was killed in between.
 * Undefined if there is a file of that name.
 */
async function createWith(file: string, content: string): Promise<FileHandle | undefined> {
  const draft = join(dirname(file), TEMPORARY_PREFIX + randomUUID());
  const handle = await open(draft, 'wx');
  try {
    await handle.write(content, 0);
    await link(draft, file);
    return handle;
  } catch (cause) {
    await handle.close();
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    // The holder of the lock removes what it takes for a leftover: this draft, too.
    if (code === 'EEXIST' || code === 'ENOENT') return undefined;
    // A file system without hard links.
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS') return await createThenWrite(file, content);
    throw cause;
  } finally {
    await rm(draft, { force: true });
  }
}

async function createThenWrite(file: string, content: string): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'wx');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return undefined;
    throw cause;
  }
  try {
    await handle.write(content, 0);
    return handle;
  } catch (cause) {
    await handle.close();
    await rm(file, { force: true });
    throw cause;
  }
}

// Of several that find the same abandoned file, one alone may replace it: the one that creates a second file next to it.
async function takeOver(
  file: string,
  abandoned: string,
  timing: LockTiming,
  signal: AbortSignal | undefined,
): Promise<LockFile | undefined> {
  const claimFile = `${file}.claim`;
  const claim = await createLockFile(claimFile, timing);
  if (claim === undefined) {
    // A process that died while it took over stops this one, but none after it.
    const content = await readLockFile(claimFile);
    if (content !== undefined && (await isAbandoned(claimFile, content, timing, signal))) {
      await rm(claimFile, { force: true });
    }
    return undefined;
  }
  try {
    if ((await readLockFile(file)) !== abandoned) return undefined;
    await rm(file, { force: true });
    return await createLockFile(file, timing);
  } finally {
    await claim.release();
  }
}

async function isAbandoned(
  file: string,
  content: string,
  { rewriteEvery, watchFor }: LockTiming,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const holder = parseHolder(content);
  const state = holder === undefined ? 'unknown' : stateOfProcess(holder);
  if (state !== 'unknown') return state === 'gone';
  // Where there are no hard links, a file without a holder may be about to get one, or its process was killed before it did.
  const limit = holder === undefined ? Math.min(3 * rewriteEvery, watchFor) : watchFor;
  const pause = rewriteEvery / 4;
  for (let watched = 0; watched < limit; watched += pause) {
    throwIfAborted(signal);
    await sleep(pause);
    if ((await readLockFile(file)) !== content) return false;
  }
  return true;
}

/** Undefined if there is no such file. Opened each time, so that a network file system asks its server. */
async function readLockFile(file: string): Promise<string | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await openRegularFile(file);
    return await handle.readFile('utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  } finally {
    await handle?.close();
  }
}

/** One line: process ID, start, system, number of the lock; what follows is how often the file was rewritten. */
function formatHolder({ pid, start, system }: ProcessIdentity, lock: string): string {
  return `repomill ${pid} ${start === '' ? '-' : start} ${system} ${lock}`;
}

function parseHolder(content: string): ProcessIdentity | undefined {
  const [, pid, start = '', system] = /^repomill (\d+) (\S+) (\S+) \S+ \d+\n/.exec(content) ?? [];
  return system === undefined ? undefined : { pid: Number(pid), start: start === '-' ? '' : start, system };
}
