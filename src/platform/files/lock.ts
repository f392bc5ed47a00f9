/**
 * The lock of a directory: one build or pull at a time writes there. It has two halves (docs/decisions/lock.md).
 *
 * A notice, in the machine's temporary directory and not in the directory, exists from the beginning: later processes on this
 * machine are refused at once, and a build that changes nothing leaves no trace in the directory.
 *
 * A lock file in the directory is created before the first write, when the directory changes anyway: it keeps out processes
 * that share nothing else, such as those of a different container. What this process read before may be outdated by
 * then, so it is checked (`seen-files.ts`).
 */
import { createHash } from 'node:crypto';
import { existsSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RepomillError } from '../../errors.ts';
import { LOCK_TIMING, type LockFile, type LockTiming, takeLockFile } from './lock-file.ts';
import { isDirectory, realPathOf } from './read-files.ts';
import type { SeenFiles } from './seen-files.ts';
import { cannotWrite } from './system-error.ts';
import { LOCK_NAME, makeDirectory } from './write-files.ts';

/** The lock of a directory, held. */
export interface DirectoryLock {
  /**
   * Creates the lock file in the directory, and the directory if it is missing. To be called before each write; only the
   * first call does anything.
   *
   * @throws RepomillError `conflict` if a different process holds it or has changed what was seen, `transport` if the file
   *   cannot be created
   */
  claim(): Promise<void>;
  /** Throws `conflict` if the lock was lost: to be called before what must not be done twice, such as replacing an index. */
  confirm(): void;
  /** Gives the lock back and removes its files. */
  release(): Promise<void>;
}

/** How a lock is taken. */
export interface LockOptions {
  /** What has been read from the directory and must not have changed when the lock file is created. */
  readonly seen?: SeenFiles;
  readonly timing?: LockTiming;
  /** Where notices are; by default in `/tmp` or, on Windows, in the user's temporary directory. */
  readonly notices?: string;
  /** Permission bits of the directory, if it is made; by default, the umask decides. */
  readonly directoryMode?: number | undefined;
  /** Ends the waiting for signs of life of a holder that cannot be looked up. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes the lock of a directory, which need not exist yet. Nothing in the directory changes, unless it holds the lock file of
 * a process that was killed; that is taken over.
 *
 * @param work - what writes there, for messages
 * @throws RepomillError `conflict` if a different process has the lock
 */
export async function takeLock(
  directory: string,
  work: 'build' | 'pull',
  { seen, timing = LOCK_TIMING, notices = noticeDirectory(), directoryMode, signal }: LockOptions = {},
): Promise<DirectoryLock> {
  const noticeFile = join(notices, `repomill-${await nameOf(directory)}.lock`);
  const lockFile = join(directory, LOCK_NAME);
  const notice = await postNotice(noticeFile, timing, signal);
  if (notice === 'taken') throw locked(directory, noticeFile, work);

  let lock: LockFile | undefined;
  let madeDirectory = false;
  const take = async (): Promise<void> => {
    if (!(await isDirectory(directory))) {
      await makeDirectory(directory, directoryMode).catch((cause: unknown) => {
        throw cannotWrite(directory, cause);
      });
      madeDirectory = true;
    }
    lock = await takeLockFile(lockFile, timing, signal);
    if (lock === undefined) throw locked(directory, lockFile, work);
    const changed = seen?.findChanged();
    if (changed !== undefined) throw outdated(directory, changed, work);
  };
  let claiming: Promise<void> | undefined;
  const claim = (): Promise<void> => {
    claiming ??= take();
    return claiming;
  };
  const release = async (): Promise<void> => {
    await claiming?.catch(() => undefined);
    await lock?.release();
    if (madeDirectory) removeIfEmpty(directory);
    await notice?.release();
  };
  try {
    if (existsSync(lockFile)) await claim();
  } catch (thrown) {
    await release();
    throw thrown;
  }
  return {
    claim,
    release,
    confirm() {
      if (lock?.isOwn() === true) return;
      throw new RepomillError('conflict', `lost the lock to a different ${work}`, {
        path: directory,
        hint: `this ${work} was suspended for too long; run it again`,
      });
    },
  };
}

/** Undefined if there is no place for notices, which costs nothing but the early refusal. */
async function postNotice(
  file: string,
  timing: LockTiming,
  signal: AbortSignal | undefined,
): Promise<LockFile | 'taken' | undefined> {
  try {
    return (await takeLockFile(file, timing, signal)) ?? 'taken';
  } catch (thrown) {
    if (thrown instanceof RepomillError && thrown.code === 'transport') return undefined;
    throw thrown;
  }
}

// Not `TMPDIR`, which may differ from one process to the next.
function noticeDirectory(): string {
  return process.platform !== 'win32' && statSync('/tmp', { throwIfNoEntry: false })?.isDirectory() ? '/tmp' : tmpdir();
}

async function nameOf(directory: string): Promise<string> {
  const path = await realPathOf(directory);
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // It has files now.
  }
}

function locked(directory: string, file: string, work: string): RepomillError {
  return new RepomillError('conflict', `another ${work} is writing here`, {
    path: directory,
    hint: `wait for it to end; if no ${work} is running, remove ${file}`,
  });
}

function outdated(directory: string, changed: string, work: string): RepomillError {
  return new RepomillError('conflict', `was changed by a different process while this ${work} was running`, {
    path: join(directory, changed),
    hint: `run this ${work} again`,
  });
}
