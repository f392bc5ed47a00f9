/**
 * The lock of a directory between real processes: with nothing in common but the directory, in containers of their own, killed.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { LOCK_NAME } from '../../src/platform/files/write-files.ts';
import { baseEnvironment, repomill } from '../launcher.ts';
import { asLines, sampleRelease } from '../sample-records.ts';
import { digestsOf, listPaths, stateOf, writeFiles } from '../workspace.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const LOCK = new URL('../../dist/platform/files/lock.js', import.meta.url).href;

// Not in /tmp, of which a container here has its own.
const volume = mkdtempSync('/var/tmp/repomill-test-');
afterAll(() => rmSync(volume, { recursive: true, force: true }));
let counter = 0;
const freshPath = (): string => join(volume, String(counter++));
const freshDirectory = (): string => writeFiles(freshPath(), {});

const inputs = [0, 60, 80].map((release) =>
  writeFiles(join(volume, `release-${release}`), { 'all.jsonl': asLines(sampleRelease(60, release)) }),
);
const [first = '', second = ''] = inputs;
const published = join(volume, 'published');
beforeAll(() => build({ input: first, out: published }));

function publishedCopy(): string {
  const out = freshPath();
  cpSync(published, out, { recursive: true, preserveTimestamps: true });
  return out;
}

/** Milliseconds. A process that is watched by a test rewrites its lock file often. */
const timing = { rewriteEvery: 50, watchFor: 4_000 };

/** A process that took the lock of a directory. */
interface Holder {
  kill(): Promise<void>;
}

/**
 * Takes and claims a lock in a process. `undefined` if it is refused.
 *
 * @param container - runs the process in a container of its own
 */
async function hold(directory: string, options: { readonly container?: boolean } = {}): Promise<Holder | undefined> {
  const lockOptions = { timing, notices: freshDirectory() };
  const code = `
    const { takeLock } = await import('${LOCK}');
    try {
      await (await takeLock('${directory}', 'build', ${JSON.stringify(lockOptions)})).claim();
      console.log('held', process.pid);
      setInterval(() => undefined, 1000);
    } catch (error) {
      console.log(error.code);
    }`;
  const words = [process.execPath, '--input-type=module', '--eval', code];
  const [program = '', ...args] = options.container === true ? [...CONTAINER, '--kill-child', ...words] : words;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const ended = once(child, 'close');
  if (!/^held/.test(String(line))) {
    expect(String(line)).toBe('conflict\n');
    await ended;
    return undefined;
  }
  if (options.container === true) expect(String(line)).toBe('held 1\n');
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** A namespace for process IDs, in which the first process has the ID 1, and one for mounts. The host name is the same. */
const CONTAINER = ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--mount', '--mount-proc'];

function canMakeContainers(): boolean {
  try {
    execFileSync(CONTAINER[0] ?? '', [...CONTAINER.slice(1), 'mount', '-t', 'tmpfs', 'none', '/tmp'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    process.stderr.write('SKIPPED: the right to make namespaces is missing; tests with containers did not run\n');
    return false;
  }
}
const hasContainers = process.platform === 'linux' && canMakeContainers();

/** Runs the command line in a container with a `/tmp` of its own, after a shell command. */
async function inContainer(words: readonly string[], prepare = 'true'): Promise<{ exitCode: number; stderr: string }> {
  const inside = join(volume, 'repository');
  mkdirSync(inside, { recursive: true });
  const script = `mount --rbind ${REPOSITORY} ${inside} && mount -t tmpfs none /tmp && ${prepare} && exec "$@"`;
  const command = [process.execPath, join(inside, 'bin/repomill.js'), ...words];
  const [program = '', ...args] = [...CONTAINER, 'sh', '-c', script, 'sh', ...command];
  const child = spawn(program, args, { env: baseEnvironment(), stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const [exitCode] = await once(child, 'close');
  return { exitCode, stderr };
}

describe('a build into a directory locked by a different process', () => {
  it('is refused from the start, whatever the temporary and home directories of the two', async () => {
    const out = publishedCopy();
    const code = `
      const { takeLock } = await import('${LOCK}');
      await takeLock('${out}', 'build');
      console.log('held');
      setInterval(() => undefined, 1000);`;
    const [here, there] = [freshDirectory(), freshDirectory()];
    const holder = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      env: { ...baseEnvironment(), TMPDIR: here, HOME: here },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    const before = stateOf(out);
    const environment = { TMPDIR: there, HOME: there };
    const refused = await repomill(['build', second, '--out', out], { environment });
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('another build is writing here')]);
    expect(stateOf(out)).toEqual(before);
    holder.kill('SIGKILL');
    await once(holder, 'close');
    const { exitCode } = await repomill(['build', second, '--out', out], { environment });
    expect(exitCode).toBe(0);
  });

  it('takes over the lock at once if that process was killed, and removes its leftovers', async () => {
    const out = publishedCopy();
    await (await hold(out))?.kill();
    expect(listPaths(out)).toContain(LOCK_NAME);
    const { exitCode, stderr } = await repomill(['build', first, '--out', out]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(digestsOf(out)).toEqual(digestsOf(published));
  });
});

describe.skipIf(!hasContainers)('two containers on one volume', () => {
  it('exclude each other, although both processes have ID 1 and the same host name', async () => {
    const out = publishedCopy();
    const holder = await hold(out, { container: true });
    expect(await hold(out, { container: true })).toBeUndefined();
    expect(await hold(out)).toBeUndefined();
    await holder?.kill();
  });

  it('take over from each other after a kill, without intervention', async () => {
    const out = freshPath();
    for (let round = 0; round < 2; round++) {
      const holder = await hold(out, { container: true });
      expect(holder).toBeDefined();
      await holder?.kill();
      expect(existsSync(join(out, LOCK_NAME))).toBe(true);
    }
  });

  it('that build concurrently give the tree of one of them, and the others are refused', async () => {
    for (let round = 0; round < 3; round++) {
      const out = publishedCopy();
      const runs = await Promise.all(
        inputs.map((input) => inContainer(['build', input, '--out', out, '--no-cache', '--previous', published])),
      );
      for (const { exitCode, stderr } of runs) {
        if (exitCode !== 0) expect(stderr).toMatch(/another build is writing here|was changed by a different process/);
      }
      expect(runs.map(({ exitCode }) => exitCode)).toContain(0);
      const expected = await Promise.all(
        inputs.map(async (input) => {
          const tree = publishedCopy();
          await build({ input, out: tree });
          return digestsOf(tree);
        }),
      );
      expect(expected).toContainEqual(digestsOf(out));
    }
  });

  it('need no write permission for a build that changes nothing', async () => {
    const out = publishedCopy();
    const before = stateOf(out);
    const readOnly = `mount --bind ${out} ${out} && mount -o remount,ro,bind ${out}`;
    const { exitCode, stderr } = await inContainer(['build', first, '--out', out, '--no-cache'], readOnly);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stateOf(out)).toEqual(before);
    const refused = await inContainer(['build', second, '--out', out, '--no-cache'], readOnly);
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/cannot write: read-only file system/),
    });
    expect(stateOf(out)).toEqual(before);
  });
});

describe('a build that changes nothing', () => {
  it('leaves no trace: no file, no byte, no time of a file or a directory', async () => {
    const out = publishedCopy();
    chmodSync(out, 0o755);
    const before = stateOf(out);
    const { exitCode, stderr } = await repomill(['build', first, '--out', out]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stateOf(out)).toEqual(before);
  });
});
