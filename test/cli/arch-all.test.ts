/** What the commands say where an arch has no summary of its own, and where an index names an order of versions that is new. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { repomill } from '../launcher.ts';
import { asLines, sampleRecord } from '../sample-records.ts';
import { makeWorkspace, stateOf, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

const docs = sampleRecord('docs', '1.0', 'all');
const tool = sampleRecord('tool', '1.0', 'amd64');
const onlyTool = freshPath();
const both = freshPath();

async function buildTree(out: string, records: readonly unknown[]): Promise<void> {
  const input = writeFiles(freshPath(), { 'a.jsonl': asLines(records), 'repomill.yaml': 'name: test\n' });
  await build({ input, out });
}

beforeAll(async () => {
  await buildTree(onlyTool, [tool]);
  await buildTree(both, [docs, tool]);
});

const NOTE = 'no summary for riscv64; using all';

describe('an arch without a summary', () => {
  it.each([
    ['show', ['docs'], /^name {8}docs$/m],
    ['search', ['docs'], /^docs 1\.0 \(all\)$/m],
    ['plan', ['docs'], /^install {3}docs/m],
    ['status', [], /^all +1 /m],
  ])('is served by all: %s says so in one line', async (command, words, output) => {
    const { exitCode, stdout, stderr } = await repomill([command, ...words, '--from', both, '--arch', 'riscv64']);
    expect([exitCode, stderr.split('\n').filter((line) => line.includes('riscv64'))]).toEqual([0, [NOTE]]);
    expect(stdout).toMatch(output);
    expect(stdout).not.toContain('amd64');
  });

  it('is served by all in a pull and in reading the copy, with --json too', async () => {
    const cache = freshPath();
    const pulled = await repomill(['pull', both, '--cache', cache, '--arch', 'riscv64', '--json']);
    expect([pulled.exitCode, pulled.stderr]).toEqual([0, `${NOTE}\n`]);
    expect(JSON.parse(pulled.stdout)).toMatchObject({ substitutes: [{ arch: 'riscv64', uses: 'all' }] });
    const again = await repomill(['pull', both, '--cache', cache]);
    expect([again.exitCode, again.stderr]).toEqual([0, `${NOTE}\n`]);
    const shown = await repomill(['show', 'docs', '--cache', cache, '--arch', 'riscv64', '--json']);
    expect([shown.exitCode, shown.stderr]).toEqual([0, `${NOTE}\n`]);
    expect(JSON.parse(shown.stdout)).toMatchObject({ packages: [{ arches: ['all'] }] });
  });

  it('stays in a copy after a mistake until a pull says --only', async () => {
    const pull = ['pull', both, '--cache', freshPath(), '--json'];
    await repomill([...pull, '--arch', 'amd46']);
    const mended = await repomill([...pull, '--arch', 'amd64']);
    const note = 'no summary for amd46; using all; an earlier pull asked for amd46: to drop it, add --only\n';
    expect([mended.exitCode, mended.stderr]).toEqual([0, note]);
    expect(JSON.parse(mended.stdout).files).toHaveLength(3);
    const only = await repomill([...pull, '--arch', 'amd64', '--only']);
    expect([only.exitCode, only.stderr]).toEqual([0, '']);
    const again = await repomill(pull);
    expect([again.exitCode, again.stderr]).toEqual([0, '']);
    expect(JSON.parse(again.stdout).files).toHaveLength(2);
  });

  it('is not dropped by --only alone, which names nothing to have instead', async () => {
    expect(await repomill(['pull', both, '--cache', freshPath(), '--only'])).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: 'repomill: error: --only: expected --arch or --subset with it, found neither\n',
    });
  });

  it('is an error if there is no all', async () => {
    const run = await repomill(['show', 'tool', '--from', onlyTool, '--arch', 'riscv64']);
    expect(run).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: 'repomill: error: no architecture riscv64 here; there is: amd64\n',
    });
  });

  it.each(['arch', 'subset'])('is not what an empty --%s means', async (option) => {
    const expected = {
      exitCode: 2,
      stdout: '',
      stderr: `repomill: error: --${option}: expected a name, found nothing\n`,
    };
    for (const command of [
      ['show', 'docs', '--from', both],
      ['status', '--from', both],
      ['pull', both, '--cache', freshPath()],
    ]) {
      expect(await repomill([...command, `--${option}`, ''])).toMatchObject(expected);
    }
  });

  it('is not mentioned where it has a summary', async () => {
    const run = await repomill(['show', 'docs', '--from', both, '--arch', 'amd64', '--json']);
    expect([run.exitCode, run.stderr]).toEqual([0, '']);
  });
});

describe('a pull that would remove what was asked for', () => {
  it('fails with exit code 1, and removes it only with --allow-removal', async () => {
    const [cache, tree] = [freshPath(), freshPath()];
    await buildTree(tree, [tool, sampleRecord('tool', '1.0', 'arm64')]);
    for (const arch of ['amd64', 'arm64']) await repomill(['pull', tree, '--cache', cache, '--arch', arch]);
    await buildTree(tree, [tool]);
    const before = stateOf(cache);
    expect(await repomill(['pull', tree, '--cache', cache])).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: [
        'repomill: error: arm64: no longer published; found amd64',
        '  the copy was not changed; to update the rest and remove this from it, allow the removal once (--allow-removal)',
        '',
      ].join('\n'),
    });
    expect(stateOf(cache)).toEqual(before);
    const removed = await repomill(['pull', tree, '--cache', cache, '--allow-removal']);
    expect([removed.exitCode, removed.stderr]).toEqual([0, 'arm64: no longer published, removed\n']);
    const again = await repomill(['pull', tree, '--cache', cache]);
    expect([again.exitCode, again.stderr]).toEqual([0, '']);
  });
});

describe('an order of versions that is unknown', () => {
  const tree = freshPath();

  beforeAll(async () => {
    await buildTree(tree, [docs, sampleRecord('docs', '1.0-rc1', 'all'), tool]);
    const file = join(tree, 'index.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"name":"test"', '"name":"test","versions":"calver"'));
  });

  it('is no obstacle to a list, which says so', async () => {
    const { exitCode, stdout, stderr } = await repomill(['search', 'docs', '--from', tree, '--arch', 'amd64']);
    expect([exitCode, stdout]).toEqual([0, 'docs 1.0 (amd64), 1 other version\n  The package docs\n']);
    expect(stderr).toBe(
      'unknown order of versions "calver"; versions are listed loosely\n1 package (2 records) found\n',
    );
  });

  it.each([
    ['plan', ['docs']],
    ['search', ['--where', 'version > 1.0']],
  ])('is an error where it has to decide: %s', async (command, words) => {
    const { exitCode, stdout, stderr } = await repomill([command, ...words, '--from', tree, '--arch', 'amd64']);
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toContain(
      'repomill: error: versions: expected one of debian, semver, pep440, rpm, loose, found "calver"\n',
    );
  });

  it('does not matter where there is nothing to decide', async () => {
    const planned = await repomill(['plan', 'tool', '--from', tree, '--arch', 'amd64']);
    expect([planned.exitCode, planned.stdout]).toEqual([0, expect.stringContaining('install   tool')]);
    expect(await repomill(['pull', tree, '--cache', freshPath()])).toMatchObject({ exitCode: 0 });
  });
});
