/**
 * What `repomill build` takes beside its input and output: a cache, threads, and files and tables about itself.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Run, repomill, startRepomill } from '../launcher.ts';
import { asLines, sampleRecord, sampleRelease } from '../sample-records.ts';
import { digestsOf, listPaths, makeWorkspace, sha256Of, stateOf, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));
const small = writeFiles(freshPath(), {
  'all.jsonl': asLines(sampleRelease(200, 0)),
  'repomill.yaml': 'name: small\n',
});

/** A build with a temporary directory and a cache directory of its own. */
function inRoom(): {
  readonly temporary: string;
  readonly caches: string;
  run(...words: readonly string[]): Promise<Run>;
  start(...words: readonly string[]): ReturnType<typeof startRepomill>;
} {
  const [temporary, caches] = [freshPath(), freshPath()];
  mkdirSync(temporary);
  const options = { cwd: workspace, environment: { TMPDIR: temporary, XDG_CACHE_HOME: caches } };
  return {
    temporary,
    caches,
    run: (...words) => repomill(['build', ...words], options),
    start: (...words) => startRepomill(['build', ...words], options),
  };
}

/** Names that fall into all slices. */
const nameOf = (i: number): string => `${sha256Of(String(i)).slice(0, 4)}-${i}`;

/**
 * Input that is large enough for threads: 13 MB, a part of it compressed, a part of it in small files. Most of it are blanks
 * between the records, which have to be read, cut and hashed, and cost nothing after that.
 */
function writeLarge(input: string, release: number): string {
  const text = (seed: string): string => Array.from({ length: 20 }, (_, i) => sha256Of(`${seed} ${i % 9}`)).join('\n');
  const records = Array.from({ length: 3300 }, (_, i) => {
    const version = `1.${Math.floor((release + (i % 400)) / 400)}`;
    const fields = {
      description: text(`${i}`),
      ...(i % 50 === 0 ? { details: { changelog: text(`${i} ${version}`) } } : {}),
    };
    return sampleRecord(nameOf(i), version, ['amd64', 'arm64', 'all'][i % 3] ?? 'all', fields);
  });
  const parts = { large: records.slice(0, 2700), packed: records.slice(2700, 3000), few: records.slice(3000) };
  return writeFiles(input, {
    'repomill.yaml': 'name: large\nsubsets:\n  early: size < 1011\ncombined: [amd64]\n',
    'large.jsonl': asLines(parts.large).replaceAll('\n', `${' '.repeat(3300)}\n`),
    'packed.jsonl.gz': gzipSync(asLines(parts.packed)),
    'whole.json': JSON.stringify(parts.packed),
    ...Object.fromEntries(parts.few.map((record) => [`few/${record.name}.json`, JSON.stringify(record)])),
  });
}

describe('--workers', () => {
  const input = freshPath();
  const one = freshPath();
  beforeAll(async () => {
    for (const release of [0, 20]) {
      writeLarge(input, release);
      const sizes = listPaths(input).map((path) => statSync(join(input, path)).size);
      expect(sizes.reduce((sum, size) => sum + size)).toBeGreaterThan(13_000_000);
      expect(await inRoom().run(input, '--out', one, '--workers', '1', '--no-cache')).toMatchObject({
        exitCode: 0,
        stderr: '',
      });
    }
  }, 180_000);

  it.each([
    [5, 'without a cache', ['--no-cache']],
    [2, 'with a cache', []],
  ])('%i give the same tree as one, %s', { timeout: 240_000 }, async (workers, _title, options) => {
    const [out, room] = [freshPath(), inRoom()];
    for (const release of [0, 20]) {
      writeLarge(input, release);
      const run = await room.run(input, '--out', out, '--workers', String(workers), ...options);
      expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    }
    expect(digestsOf(out)).toEqual(digestsOf(one));
    // A cache that threads filled is one for a build without threads, and the other way round.
    const alone = await room.run(input, '--out', out, '--workers', '1', ...options);
    expect(alone.stdout).toMatch(/no change, nothing written/);
    expect(readdirSync(room.temporary)).toEqual([]);
  });

  it('report the same problems as one thread, in the same order', { timeout: 120_000 }, async () => {
    const bad = writeLarge(freshPath(), 0);
    const lines = readFileSync(join(bad, 'large.jsonl'), 'utf8').split('\n');
    const broken = lines.map((line, i) => (i % 300 === 200 ? '{"name": }' : line)).join('\n');
    writeFiles(bad, { 'large.jsonl': broken, 'few/broken.json': '{', 'packed.jsonl.gz': gzipSync('[]\n{}\n') });
    const runs = [];
    for (const workers of ['1', '3']) {
      const out = freshPath();
      const run = await inRoom().run(bad, '--out', out, '--workers', workers, '--json');
      expect(existsSync(out)).toBe(false);
      runs.push(run);
    }
    const [alone, together] = runs;
    expect(alone).toMatchObject({ exitCode: 1 });
    expect(together).toEqual(alone);
    expect(JSON.parse(alone?.stdout ?? '').error.problems.length).toBeGreaterThan(10);
  });

  it('publish nothing if they die, and say what to do', { timeout: 120_000 }, async () => {
    const [out, room] = [freshPath(), inRoom()];
    // The preload ends each worker thread in the middle of its work.
    const preload = join(workspace, 'die.cjs');
    writeFileSync(
      preload,
      "if (!require('node:worker_threads').isMainThread) setTimeout(() => process.exit(9), 100);\n",
    );
    const environment = { TMPDIR: room.temporary, XDG_CACHE_HOME: room.caches, NODE_OPTIONS: `--require ${preload}` };
    const run = await repomill(['build', input, '--out', out, '--workers', '2', '--no-cache'], { environment });
    expect(run).toMatchObject({ exitCode: 1, stdout: '' });
    expect(run.stderr).toBe(
      'repomill: error: a worker thread died: it ended with code 9; nothing was published\n' +
        '  with --workers 1 everything is done in one thread, in less memory\n',
    );
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(room.temporary)).toEqual([]);
  });

  it.each(['0', '-1', '1.5', 'x', '65', '', 'NaN', '1e3'])('%j is a usage error', async (workers) => {
    const out = freshPath();
    const run = await inRoom().run(small, '--out', out, `--workers=${workers}`);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain('workers');
    expect(existsSync(out)).toBe(false);
  });
});

describe('--cache', () => {
  it('is in the user’s cache directory by default, one per output', async () => {
    const { run, caches } = inRoom();
    const [one, other] = [freshPath(), freshPath()];
    for (const out of [one, other, `${one}/`, `./${one.slice(workspace.length + 1)}`]) await run(small, '--out', out);
    const folder = join(caches, 'repomill/build');
    // Beside each is a note about its tree.
    const names = readdirSync(folder).filter((name) => !name.endsWith('.json'));
    expect(names).toHaveLength(2);
    for (const name of names) expect(readdirSync(join(folder, name))).toContain('CACHEDIR.TAG');
    expect(listPaths(one).filter((path) => path.includes('CACHEDIR'))).toEqual([]);
  });

  it('is the named directory', async () => {
    const { run, caches } = inRoom();
    const cache = freshPath();
    expect(await run(small, '--out', freshPath(), '--cache', cache)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(existsSync(caches)).toBe(false);
    expect(readdirSync(cache)).toContain('CACHEDIR.TAG');
  });

  it.each(['--cache=', '--cache'])('without a directory is a usage error: %s', async (option) => {
    const [out, room] = [freshPath(), inRoom()];
    expect(await room.run(small, '--out', out, option)).toMatchObject({ exitCode: 2, stdout: '' });
    expect(existsSync(out)).toBe(false);
    expect(existsSync(room.caches)).toBe(false);
  });

  it('that cannot be used is a warning on standard error and does not fail the build', async () => {
    const cache = join(writeFiles(freshPath(), { file: 'x' }), 'file');
    const run = await inRoom().run(small, '--out', freshPath(), '--cache', cache);
    expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^version 1: /) });
    expect(run.stderr).toMatch(/^repomill: .*cache .+; building without it\n$/);
  });

  it('in a directory of foreign files is a conflict', async () => {
    const cache = writeFiles(freshPath(), { diary: 'x' });
    const before = stateOf(cache);
    const run = await inRoom().run(small, '--out', freshPath(), '--cache', cache);
    expect(run).toMatchObject({ exitCode: 1, stdout: '' });
    expect(run.stderr).toMatch(
      /expected a cache of repomill or an empty directory, found diary\n {2}name an empty directory/,
    );
    expect(stateOf(cache)).toEqual(before);
  });

  it('whose entries are all truncated remembers nothing', async () => {
    const [cache, expected, out] = [freshPath(), freshPath(), freshPath()];
    await inRoom().run(small, '--out', expected, '--no-cache');
    writeFiles(cache, {});
    await inRoom().run(small, '--out', freshPath(), '--cache', cache);
    for (const kind of readdirSync(cache).filter((name) => name !== 'CACHEDIR.TAG')) {
      for (const key of readdirSync(join(cache, kind))) {
        const file = join(cache, kind, key);
        writeFileSync(file, readFileSync(file).subarray(0, 20));
      }
    }
    const run = await inRoom().run(small, '--out', out, '--cache', cache);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(digestsOf(out)).toEqual(digestsOf(expected));
  });
});

describe('--no-cache', () => {
  it.each<[string, readonly string[], number]>([
    ['a build', [small], 0],
    ['a dry run', [small, '--dry-run'], 0],
    ['bad input', [writeFiles(freshPath(), { 'a.json': '{' })], 1],
    ['no input', [join(workspace, 'nowhere')], 1],
  ])('leaves no file after %s', async (_title, words, exitCode) => {
    const room = inRoom();
    expect(await room.run(...words, '--out', freshPath(), '--no-cache')).toMatchObject({ exitCode });
    expect(readdirSync(room.temporary)).toEqual([]);
    expect(existsSync(room.caches)).toBe(false);
  });

  it('fails with a message if there is no temporary directory', async () => {
    const environment = { TMPDIR: join(workspace, 'no-such-directory') };
    const run = await repomill(['build', small, '--out', freshPath(), '--no-cache'], { environment });
    expect(run).toMatchObject({ exitCode: 1, stdout: '' });
    expect(run.stderr).toMatch(/^repomill: error: .*no-such-directory/);
  });
});

describe('--mode', () => {
  it.skipIf(process.platform === 'win32')('sets the permissions of published files, in octal', async () => {
    const out = freshPath();
    for (const mode of ['0664', '664', '0o664']) {
      expect(await inRoom().run(small, '--out', out, '--mode', mode)).toMatchObject({ exitCode: 0, stderr: '' });
    }
    expect(['', 'summaries', 'index.json'].map((path) => (statSync(join(out, path)).mode & 0o777).toString(8))).toEqual(
      [...['775', '775', '664']],
    );
  });

  it.each([
    ['0999', '--mode: expected octal digits such as 0664, found "0999"'],
    ['u=rw,g=r', '--mode: expected octal digits such as 0664, found "u=rw,g=r"'],
    ['', '--mode: expected octal digits such as 0664, found ""'],
    ['0755', '--mode: expected 0600 or more and no execute bits, such as 0664, found 0755'],
    ['0444', '--mode: expected 0600 or more and no execute bits, such as 0664, found 0444'],
    ['100644', '--mode: expected octal digits such as 0664, found "100644"'],
  ])('%j is a usage error', async (mode, message) => {
    const out = freshPath();
    const run = await inRoom().run(small, '--out', out, `--mode=${mode}`);
    expect(run).toMatchObject({ exitCode: 2, stdout: '', stderr: `repomill: error: ${message}\n` });
    expect(existsSync(out)).toBe(false);
  });
});

describe('--allow-empty', () => {
  it('publishes an input without records, which is an error that names it otherwise', async () => {
    const out = freshPath();
    const input = writeFiles(freshPath(), { 'repomill.yaml': 'name: empty\narches: [amd64]\n' });
    const refused = await inRoom().run(input, '--out', out);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toContain('or add --allow-empty to publish a repository without packages\n');
    expect(existsSync(out)).toBe(false);
    const run = await inRoom().run(input, '--out', out, '--allow-empty');
    const stdout = expect.stringMatching(/^version 1: 0 packages in 1 summary; /);
    expect(run).toMatchObject({ exitCode: 0, stdout, stderr: '' });
    const first = freshPath();
    await inRoom().run(writeFiles(freshPath(), {}), '--out', first, '--allow-empty');
    expect((await repomill(['verify', first])).stdout).toBe('version 1: ok; checked the index\n');
  });
});

describe('--json', () => {
  it('has the warnings that standard error has', async () => {
    const input = writeFiles(freshPath(), {
      'a.jsonl': asLines(sampleRelease(3, 0)),
      'repomill.yaml': 'name: a\ninputs: ["*.jsonl", "*.none"]\n',
    });
    const { stdout, stderr } = await inRoom().run(input, '--out', freshPath(), '--json');
    const { warnings }: { readonly warnings: readonly string[] } = JSON.parse(stdout);
    expect(warnings).toEqual([expect.stringContaining('no file matches "*.none"')]);
    expect(stderr).toBe(warnings.map((warning) => `repomill: warning: ${warning}\n`).join(''));
  });
});

describe('a build that is stopped', () => {
  const input = freshPath();
  beforeAll(() => void writeLarge(input, 0));

  /** Starts a build, and stops it when it has begun to keep something. */
  async function stop(signal: NodeJS.Signals, workers: string) {
    const [room, out] = [inRoom(), freshPath()];
    const { process, ended } = room.start(input, '--out', out, '--no-cache', '--workers', workers);
    while (
      process.exitCode === null &&
      listPaths(room.temporary).filter((path) => path.includes('/batch/')).length < 5
    ) {
      await new Promise((resume) => setTimeout(resume, 5));
    }
    process.kill(signal);
    return { ...(await ended), room, out };
  }

  it.each<[NodeJS.Signals, string]>([
    ['SIGINT', '1'],
    ['SIGTERM', '1'],
    ['SIGINT', '2'],
    ['SIGTERM', '2'],
  ])('by %s with %s threads ends with 130, and leaves no file', async (signal, workers) => {
    const { exitCode, stdout, stderr, room, out } = await stop(signal, workers);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 130, stdout: '', stderr: 'repomill: interrupted\n' });
    expect(readdirSync(room.temporary)).toEqual([]);
    expect([existsSync(room.caches), existsSync(out)]).toEqual([false, false]);
  });

  it('by SIGKILL leaves files that the next build removes', async () => {
    const { signal, room, out } = await stop('SIGKILL', '1');
    expect(signal).toBe('SIGKILL');
    expect(readdirSync(room.temporary)).toHaveLength(1);
    expect(await room.run(small, '--out', out, '--no-cache')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readdirSync(room.temporary)).toEqual([]);
    const fresh = freshPath();
    expect(await room.run(small, '--out', fresh, '--no-cache')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(digestsOf(out)).toEqual(digestsOf(fresh));
  });
});

describe('--metrics', () => {
  const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
  const stageOf = (metrics: { stages: { stage: string }[] }, name: string) =>
    metrics.stages.find(({ stage }) => stage === name);

  it('writes one JSON document: stages in order, time, memory and cache hits', async () => {
    const [file, out, room] = [freshPath(), freshPath(), inRoom()];
    const input = writeFiles(freshPath(), {
      'a.jsonl': asLines(Array.from({ length: 1000 }, (_, i) => sampleRecord(nameOf(i), '1', 'amd64'))),
      'b.json': '{"name":"b","version":"1","arch":"all"}',
    });
    const metrics = [];
    for (let i = 0; i < 2; i++) {
      expect(await room.run(input, '--out', out, '--metrics', file)).toMatchObject({ exitCode: 0, stderr: '' });
      metrics.push(read(file));
    }
    const [cold, warm] = metrics;
    for (const one of metrics) {
      expect(one.command).toBe('build');
      expect(one.stages.map(({ stage }: { stage: string }) => stage)).toEqual([
        'starting',
        'reading',
        'encoding',
        'deltas',
        'writing',
      ]);
      const sum = (field: string): number =>
        one.stages.reduce((total: number, stage: Record<string, number>) => total + (stage[field] ?? 0), 0);
      expect(Math.abs(sum('seconds') - one.seconds)).toBeLessThan(0.01);
      expect(Math.abs(sum('cpuSeconds') - one.cpuSeconds)).toBeLessThan(0.01);
      let before = 0;
      for (const { seconds, cpuSeconds, peakMemory } of one.stages) {
        expect([seconds >= 0, cpuSeconds >= 0, peakMemory >= before]).toEqual([true, true, true]);
        before = peakMemory;
      }
      expect(one.peakMemory).toBe(before);
      expect(before).toBeGreaterThan(20_000_000);
      expect(before).toBeLessThan(2 ** 40);
      const { length } = readFileSync(join(input, 'a.jsonl'));
      expect(stageOf(one, 'reading')).toMatchObject({ done: length + 39, unit: 'bytes' });
      expect(stageOf(one, 'encoding')).toMatchObject({ done: 64, unit: 'slices' });
    }
    expect(stageOf(cold, 'reading')).toMatchObject({ cache: { file: { hits: 0, misses: 1 }, batch: { hits: 0 } } });
    expect(stageOf(warm, 'reading')).toMatchObject({
      cache: { file: { hits: 1, misses: 0 }, batch: { hits: 1, misses: 0 } },
    });
    const slices = cold.stages[2].cache.slice.misses;
    expect(slices).toBeGreaterThan(10);
    expect(cold.stages[2].cache.slice).toEqual({ hits: 0, misses: slices });
    expect(warm.stages[2].cache).toEqual({ slice: { hits: slices, misses: 0 } });
    expect(stageOf(cold, 'writing')).toMatchObject({ done: listPaths(out).length - 1, unit: 'files' });
    expect(stageOf(warm, 'writing')).toMatchObject({ done: 0, unit: 'files' });
  });

  it('has the result, the tree and the time of day', async () => {
    const [file, out] = [freshPath(), freshPath()];
    const before = Date.now();
    await inRoom().run(small, '--out', out, '--metrics', file);
    const { target, result, exitCode, figures, startedAt, finishedAt } = read(file);
    expect({ target, result, exitCode }).toEqual({ target: out, result: 'ok', exitCode: 0 });
    expect(figures).toMatchObject({ version: 1, packages: 333, summaries: 3, changed: 1, warnings: 0 });
    expect(Date.parse(startedAt)).toBeLessThanOrEqual(Date.parse(finishedAt));
    expect(Date.parse(finishedAt)).toBeGreaterThanOrEqual(before);
  });

  it('of a dry run has no figures of a tree', async () => {
    const file = freshPath();
    await inRoom().run(small, '--out', freshPath(), '--metrics', file, '--dry-run');
    expect(read(file)).toMatchObject({ result: 'ok', figures: {} });
  });

  it.each<[string, () => readonly string[], number, string]>([
    ['without an input', () => [join(workspace, 'nowhere')], 1, 'not-found'],
    ['with bad records', () => [writeFiles(freshPath(), { 'a.json': '{' })], 1, 'metadata'],
    ['with a wrong option', () => [small, '--workers', '99'], 2, 'usage'],
  ])('is written after a build that fails: %s', async (_title, words, exitCode, code) => {
    const file = freshPath();
    const run = await inRoom().run(...words(), '--out', freshPath(), '--metrics', file);
    expect(run).toMatchObject({ exitCode });
    expect(read(file)).toMatchObject({ result: 'failed', exitCode, error: { code }, figures: {} });
    expect(run.stderr).toContain(read(file).error.message);
  });

  it.skipIf(process.platform === 'win32')('is written after a build that a signal ends', async () => {
    const [file, room, input] = [freshPath(), inRoom(), writeLarge(freshPath(), 0)];
    const { process, ended } = room.start(
      input,
      '--out',
      freshPath(),
      '--no-cache',
      '--metrics',
      file,
      '--workers',
      '1',
    );
    while (process.exitCode === null && !listPaths(room.temporary).some((path) => path.includes('/batch/'))) {
      await new Promise((resume) => setTimeout(resume, 5));
    }
    process.kill('SIGTERM');
    expect(await ended).toMatchObject({ exitCode: 130, stderr: 'repomill: interrupted\n' });
    expect(read(file)).toMatchObject({ result: 'interrupted', exitCode: 130, figures: {} });
  });

  it('in OpenMetrics has a sample for each figure', async () => {
    const [file, out] = [freshPath(), freshPath()];
    await inRoom().run(small, '--out', out, '--metrics', file, '--metrics-format', 'openmetrics');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(`repomill_success{command="build",target="${out}"} 1\n`);
    expect(text).toContain(`repomill_packages{command="build",target="${out}"} 333\n`);
    expect(text).toMatch(/\n# EOF\n$/);
  });

  it('works with verify, which fails where it finds something', async () => {
    const [file, out] = [freshPath(), freshPath()];
    await inRoom().run(small, '--out', out);
    expect(await repomill(['verify', out, '--metrics', file])).toMatchObject({ exitCode: 0 });
    expect(read(file)).toMatchObject({ command: 'verify', result: 'ok', figures: { version: 1, findings: 0 } });
    for (const path of listPaths(out)) if (path.startsWith('summaries/')) rmSync(join(out, path));
    expect(await repomill(['verify', out, '--metrics', file])).toMatchObject({ exitCode: 3 });
    expect(read(file)).toMatchObject({ result: 'failed', exitCode: 3, figures: { version: 1 } });
    expect(read(file).figures.findings).toBeGreaterThan(2);
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'in a directory that cannot be written is an error before anything is built',
    async () => {
      const [folder, out] = [freshPath(), freshPath()];
      mkdirSync(folder, { mode: 0o555 });
      const run = await inRoom().run(small, '--out', out, '--metrics', join(folder, 'm.json'));
      expect(run).toMatchObject({ exitCode: 1, stdout: '' });
      expect(run.stderr).toBe(`repomill: error: ${folder}: no permission to write files in this directory\n`);
      expect(existsSync(out)).toBe(false);
    },
  );

  it.each<[string, () => readonly string[], number, string]>([
    ['an empty name', () => ['--metrics='], 2, '--metrics: expected a file, found nothing'],
    ['no name', () => ['--metrics'], 2, '--metrics: expected a value, found nothing'],
    ['a directory', () => [`--metrics=${workspace}`], 1, `${workspace}: expected a file, found a directory`],
    [
      'a directory that is missing',
      () => [`--metrics=${workspace}/none/m.json`],
      1,
      `${workspace}/none: no such directory`,
    ],
    ['a device', () => ['--metrics=/dev/null'], 1, '/dev/null: expected a file, found a device'],
    [
      'no file, with a format',
      () => ['--metrics-format', 'json'],
      2,
      '--metrics-format: expected --metrics, found nothing',
    ],
    [
      'a file, with --explain',
      () => ['--metrics=m.json', '--explain', 'all.jsonl'],
      2,
      '--explain builds nothing: expected no --metrics and no --timings with it',
    ],
  ])('to %s is an error before anything is built', async (_title, options, exitCode, message) => {
    const out = freshPath();
    const run = await inRoom().run(small, '--out', out, ...options());
    expect(run).toMatchObject({ exitCode, stdout: '' });
    expect(run.stderr.split('\n')[0]).toBe(`repomill: error: ${message}`);
    expect(existsSync(out)).toBe(false);
  });
});

describe('--timings', () => {
  it('prints a table to standard error, and leaves standard output unchanged', async () => {
    const room = inRoom();
    const plain = await room.run(small, '--out', freshPath());
    const run = await room.run(small, '--out', freshPath(), '--timings');
    expect([run.exitCode, run.stdout]).toEqual([0, plain.stdout]);
    expect(plain.stderr).toBe('');
    const lines = run.stderr.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^stage +time +cpu +peak memory +done +from cache$/);
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      'stage',
      'starting',
      'reading',
      'encoding',
      'deltas',
      'writing',
      'all',
    ]);
    expect(lines[3]).toMatch(/64 slices +0 of \d+ slices, 0 of \d+ buckets$/);
  });

  it('works with --json, whose output stays one document', async () => {
    const { stdout } = await inRoom().run(
      small,
      '--out',
      freshPath(),
      '--timings',
      '--json',
      '--workers',
      String(availableParallelism()),
    );
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, dryRun: false });
  });
});
