import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type DirectoryLock, type LockOptions, takeLock } from '../../../../src/platform/files/lock.ts';
import { type SeenFiles, seenFiles } from '../../../../src/platform/files/seen-files.ts';
import { LOCK_NAME } from '../../../../src/platform/files/write-files.ts';
import { ownIdentity } from '../../../../src/platform/process/process-identity.ts';
import { failureOf } from '../../../failure.ts';
import { listPaths, makeWorkspace, stateOf, writeFiles } from '../../../workspace.ts';

const root = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(root, String(counter++));
const timing = { rewriteEvery: 20, watchFor: 200 };
const { pid, start, system } = ownIdentity();

/** Two machines, or containers, that share nothing but the directory. */
const [here, there] = ['here', 'there'].map((name): LockOptions => {
  const notices = join(root, name);
  mkdirSync(notices);
  return { timing, notices };
});

function lockOf(directory: string, options = here, seen?: SeenFiles): Promise<DirectoryLock> {
  return takeLock(directory, 'build', { ...options, ...(seen === undefined ? {} : { seen }) });
}

describe('the lock of a directory', () => {
  it('is a notice elsewhere until it is claimed, so that the directory is not touched', async () => {
    const directory = writeFiles(freshPath(), { 'index.json': '{}' });
    const before = stateOf(directory);
    const lock = await lockOf(directory);
    expect(await failureOf(lockOf(directory))).toMatchObject({
      code: 'conflict',
      path: directory,
      message: 'another build is writing here',
      hint: expect.stringMatching(
        /^wait for it to end; if no build is running, remove .+\/here\/repomill-[0-9a-f]{16}\.lock$/,
      ),
    });
    await lock.release();
    expect(stateOf(directory)).toEqual(before);
    expect(listPaths(join(root, 'here'))).toEqual([]);
  });

  it('does not make a directory that is missing until it is claimed, and removes it again if it stays empty', async () => {
    const directory = freshPath();
    const lock = await lockOf(directory);
    expect(existsSync(directory)).toBe(false);
    await lock.claim();
    expect(listPaths(directory)).toEqual([LOCK_NAME]);
    await lock.release();
    expect(existsSync(directory)).toBe(false);
  });

  it('is a file in the directory once it is claimed, which others find who share the directory alone', async () => {
    const directory = writeFiles(freshPath(), { 'index.json': '{}' });
    const lock = await lockOf(directory);
    await Promise.all([lock.claim(), lock.claim()]);
    lock.confirm();
    expect(await failureOf(lockOf(directory, there))).toMatchObject({
      code: 'conflict',
      message: 'another build is writing here',
      hint: `wait for it to end; if no build is running, remove ${directory}/${LOCK_NAME}`,
    });
    await lock.release();
    expect(listPaths(directory)).toEqual(['index.json']);
    await (await lockOf(directory, there)).release();
  });

  it('is refused when it is claimed, if the other one was faster', async () => {
    const directory = writeFiles(freshPath(), { 'index.json': '{}' });
    const [one, other] = [await lockOf(directory), await lockOf(directory, there)];
    await one.claim();
    expect(await failureOf(other.claim())).toMatchObject({
      code: 'conflict',
      message: 'another build is writing here',
    });
    await other.release();
    one.confirm();
    expect(listPaths(directory)).toEqual([LOCK_NAME, 'index.json']);
    await one.release();
  });

  it('is refused when it is claimed, if the other one has written what was read here', async () => {
    const directory = writeFiles(freshPath(), { 'index.json': 'old', 'other.txt': '' });
    const seen = seenFiles(directory);
    const lock = await lockOf(directory, here, seen);
    seen.note('index.json');
    writeFiles(directory, { 'other.txt': 'new' });
    writeFiles(directory, { 'index.json': 'new!' });
    expect(await failureOf(lock.claim())).toMatchObject({
      code: 'conflict',
      path: join(directory, 'index.json'),
      message: 'was changed by a different process while this build was running',
      hint: 'run this build again',
    });
    await lock.release();
    expect(listPaths(directory)).toEqual(['index.json', 'other.txt']);
  });

  it('says so if it was lost', async () => {
    const directory = freshPath();
    const lock = await lockOf(directory);
    await lock.claim();
    writeFileSync(join(directory, LOCK_NAME), 'repomill 1 2 elsewhere 3 4\n');
    expect(() => lock.confirm()).toThrow('lost the lock to a different build');
    await lock.release();
    expect(listPaths(directory)).toEqual([LOCK_NAME]);
  });

  it('needs no place for notices', async () => {
    const directory = freshPath();
    const nowhere = { timing, notices: '/proc/no-such-directory' };
    const lock = await lockOf(directory, nowhere);
    await lock.claim();
    await expect(lockOf(directory, nowhere)).rejects.toMatchObject({ message: 'another build is writing here' });
    await lock.release();
  });
});

describe('a lock file', () => {
  const contents: readonly [string, string][] = [
    ['of a process that is gone', `repomill 4194399 ${start} ${system} 0 7\n`],
    ['of a process whose ID was used again', `repomill ${pid} ${start}1 ${system} 0 7\n`],
    ['of a different container that does nothing any more', `repomill 1 ${start} ${system}x 0 7\n`],
    ['of a process with the same ID in a different container', `repomill ${pid} ${start} ${system}x 0 7\n`],
    ['that was never written to its end', ''],
  ];
  it.each(contents)('%s is taken over, by one alone of several that come at the same time', async (_title, content) => {
    const directory = writeFiles(freshPath(), { [LOCK_NAME]: content });
    const notices = Array.from({ length: 5 }, freshPath);
    for (const notice of notices) mkdirSync(notice);
    const taken = await Promise.allSettled(notices.map((notice) => lockOf(directory, { timing, notices: notice })));
    const holders = taken.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(holders).toHaveLength(1);
    holders[0]?.confirm();
    await holders[0]?.release();
    expect(existsSync(directory) && listPaths(directory)).toEqual([]);
  });

  it('has its content from the first moment on, and leaves nothing else', async () => {
    const directory = writeFiles(freshPath(), {});
    const file = join(directory, LOCK_NAME);
    const seen = new Set<string>();
    for (let round = 0; round < 50; round++) {
      let isLooking = true;
      const look = async (): Promise<void> => {
        while (isLooking) {
          if (existsSync(file)) seen.add(readFileSync(file, 'utf8').slice(0, 'repomill '.length));
          await setImmediate();
        }
      };
      const looking = look();
      const lock = await lockOf(directory);
      await lock.claim();
      isLooking = false;
      await looking;
      seen.add(readFileSync(file, 'utf8').slice(0, 'repomill '.length));
      expect(listPaths(directory)).toEqual([LOCK_NAME]);
      await lock.release();
      mkdirSync(directory, { recursive: true });
    }
    expect([...seen]).toEqual(['repomill ']);
  });

  it('that a process in a different container rewrites is left alone', async () => {
    const directory = writeFiles(freshPath(), { [LOCK_NAME]: '' });
    const file = join(directory, LOCK_NAME);
    let beat = 0;
    const timer = setInterval(() => writeFileSync(file, `repomill 1 2 elsewhere 0 ${++beat}\n`), 20);
    await expect(lockOf(directory)).rejects.toMatchObject({ code: 'conflict' });
    clearInterval(timer);
    expect(readFileSync(file, 'utf8')).toMatch(/^repomill 1 2 elsewhere/);
  });

  it('without a holder is not watched for long: its process was killed while it wrote it', async () => {
    const directory = writeFiles(freshPath(), { [LOCK_NAME]: '' });
    const lock = await lockOf(directory, { ...here, timing: { rewriteEvery: 20, watchFor: 3_600_000 } });
    lock.confirm();
    await lock.release();
  });

  it('is rewritten while it is held', async () => {
    const directory = freshPath();
    const lock = await lockOf(directory);
    await lock.claim();
    const read = (): string => readFileSync(join(directory, LOCK_NAME), 'utf8');
    const first = read();
    while (read() === first) await new Promise((resume) => setTimeout(resume, 5));
    lock.confirm();
    await lock.release();
  });

  it('is not waited for if the signal is aborted', async () => {
    const directory = writeFiles(freshPath(), { [LOCK_NAME]: 'repomill 1 2 elsewhere 3 4\n' });
    const waiting = takeLock(directory, 'build', { ...here, signal: AbortSignal.abort() });
    await expect(waiting).rejects.toMatchObject({ code: 'interrupted' });
    rmSync(directory, { recursive: true });
  });
});
