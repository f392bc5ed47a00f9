import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { layouts } from '../../src/layouts/layouts.ts';
import { lockDirectory } from '../../src/publish/directory-tree.ts';
import { pathsNamedBy, readIndex } from '../contract/shell.ts';
import { failureOf } from '../failure.ts';
import { type Run, type Running, repomill, startRepomill } from '../launcher.ts';
import { asLines, sampleRelease } from '../sample-records.ts';
import { digestsOf, listPaths, makeWorkspace, stateOf, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
const inputOf = (release: number): string => join(workspace, `release-${release}`);
/** The trees after the first release and after the second. */
const [older, newer] = [join(workspace, 'older'), join(workspace, 'newer')];
const copyOf = (tree: string, name: string): string => {
  cpSync(tree, join(workspace, name), { recursive: true });
  return join(workspace, name);
};

beforeAll(async () => {
  for (const release of [0, 50]) {
    // A details file for each record: writing takes most of the build.
    const records = sampleRelease(60, release).map((record) => ({ ...record, details: { release, of: record.name } }));
    writeFiles(inputOf(release), { 'all.jsonl': asLines(records), 'repomill.yaml': 'name: sample\n' });
  }
  await build({ input: inputOf(0), out: older });
  await build({ input: inputOf(50), out: copyOf(older, 'newer') });
});

/** Loaded before the command line: sends a signal to its own process when so many files have been renamed into place. */
const SIGNAL_WHEN_WRITING = `
  import files from 'node:fs/promises';
  import { syncBuiltinESMExports } from 'node:module';
  const { rename } = files;
  let renamed = 0;
  files.rename = async (from, to) => {
    await rename(from, to);
    if (++renamed === 20) process.kill(process.pid, process.env.SIGNAL_WHEN_WRITING);
  };
  syncBuiltinESMExports();`;

/** Builds the second release in a process that gets the signal in the middle of writing immutable files. */
function startInterruptedBuild(out: string, signal: NodeJS.Signals): Running {
  const preload = `data:text/javascript,${encodeURIComponent(SIGNAL_WHEN_WRITING)}`;
  const environment = { NODE_OPTIONS: `--import=${preload}`, SIGNAL_WHEN_WRITING: signal };
  return startRepomill(['build', inputOf(50), '--out', out, '--no-cache'], { environment });
}

const killBuild = (out: string): Promise<Run> => startInterruptedBuild(out, 'SIGKILL').ended;

describe('a build that is killed while it writes', () => {
  it('leaves the old index and every file that it names, and the next build gives the same tree', async () => {
    const out = copyOf(older, 'killed');
    expect((await killBuild(out)).signal).toBe('SIGKILL');
    expect(listPaths(out).length).toBeGreaterThanOrEqual(listPaths(older).length + 20);
    expect(readIndex(out)).toEqual(readIndex(older));
    expect(listPaths(out)).toEqual(expect.arrayContaining([...pathsNamedBy(readIndex(older))]));
    const { exitCode, stderr } = await repomill(['build', inputOf(50), '--out', out]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(digestsOf(out)).toEqual(digestsOf(newer));
  });

  it('leaves no index in a first build, and the next build gives the same tree', async () => {
    const [out, fresh] = [join(workspace, 'killed-first'), join(workspace, 'fresh')];
    expect((await killBuild(out)).signal).toBe('SIGKILL');
    expect(listPaths(out).length).toBeGreaterThanOrEqual(20);
    expect(existsSync(join(out, 'index.json'))).toBe(false);
    await build({ input: inputOf(50), out });
    await build({ input: inputOf(50), out: fresh });
    expect(digestsOf(out)).toEqual(digestsOf(fresh));
  });

  it('leaves a tree that a different release can be built into as well', async () => {
    const out = copyOf(older, 'killed-and-back');
    await killBuild(out);
    expect(await build({ input: inputOf(0), out })).toMatchObject({ state: { version: 1 } });
    expect(digestsOf(out)).toEqual(digestsOf(older));
  });
});

describe('a build while another one is running', () => {
  const out = join(workspace, 'locked');

  it('ends with a conflict that gives the directory, the reason and a remedy, and touches nothing', async () => {
    cpSync(older, out, { recursive: true });
    const { release } = await lockDirectory(out, layouts);
    const before = stateOf(out);
    try {
      const error = await failureOf(build({ input: inputOf(50), out }));
      expect(error).toMatchObject({ code: 'conflict', path: out, message: 'another build is writing here' });
      expect(error.hint).toMatch(/^wait for it to end; if no build is running, remove \/.*$/);
      expect(stateOf(out)).toEqual(before);
    } finally {
      await release();
    }
  });

  it('does so in a different process too, however the directory is spelled', async () => {
    const { release } = await lockDirectory(out, layouts);
    try {
      for (const spelled of ['locked', './locked/', out]) {
        const run = await repomill(['build', inputOf(50), '--out', spelled], { cwd: workspace });
        expect(run).toMatchObject({ exitCode: 1, stdout: '' });
        expect(run.stderr).toContain('another build is writing here');
      }
    } finally {
      await release();
    }
  });

  it('does so for a directory that does not exist yet', async () => {
    const fresh = join(workspace, 'locked-fresh');
    const { release } = await lockDirectory(fresh, layouts);
    await expect(build({ input: inputOf(0), out: fresh })).rejects.toMatchObject({ code: 'conflict' });
    await release();
    expect(existsSync(fresh)).toBe(false);
  });

  it('works as soon as the other one has ended', async () => {
    await (await lockDirectory(out, layouts)).release();
    expect(await build({ input: inputOf(50), out })).toMatchObject({ changed: true, state: { version: 2 } });
  });

  it('does not hinder builds into other directories', async () => {
    const { release } = await lockDirectory(out, layouts);
    const report = await build({ input: inputOf(0), out: join(workspace, 'elsewhere') });
    await release();
    expect(report).toMatchObject({ changed: true, state: { version: 1 } });
  });

  it('may be a dry run, which needs no lock', async () => {
    const { release } = await lockDirectory(out, layouts);
    const report = await build({ input: inputOf(0), out, dryRun: true });
    await release();
    expect(report).toMatchObject({ changed: true, state: { version: 3 } });
  });

  it('releases the lock when it fails', async () => {
    const bad = writeFiles(join(workspace, 'bad'), { 'bad.json': '{' });
    await expect(build({ input: bad, out })).rejects.toMatchObject({ code: 'metadata' });
    await (await lockDirectory(out, layouts)).release();
  });
});

describe('the lock of a process that is gone', () => {
  it('is taken over, by only one build if several try at once', async () => {
    const out = copyOf(older, 'stale');
    const { process, ended } = startInterruptedBuild(out, 'SIGSTOP');
    while (listPaths(out).length <= listPaths(older).length) await new Promise((resume) => setTimeout(resume, 1));
    const error = await failureOf(lockDirectory(out, layouts));
    process.kill('SIGKILL');
    await ended;
    // The message says where the lock is; what the dead process wrote there is put back for every round.
    const file = /remove (.+)$/.exec(error.hint ?? '')?.[1] ?? '';
    const stale = readFileSync(file);
    for (let round = 0; round < 200; round++) {
      writeFileSync(file, stale);
      const taken = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(() => lockDirectory(out, layouts)));
      const holders = taken.filter((result) => result.status === 'fulfilled');
      expect(holders, `round ${round}`).toHaveLength(1);
      for (const { value } of holders) await value.release();
    }
    expect(await build({ input: inputOf(50), out })).toMatchObject({ changed: true, state: { version: 2 } });
  });
});
