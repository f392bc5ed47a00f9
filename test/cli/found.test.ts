/**
 * What `search`, `show` and `plan` print of packages with several versions and architectures, and of what is misspelt.
 */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { repomill } from '../launcher.ts';
import { asLines, sampleRecord } from '../sample-records.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
const run = (words: readonly string[]): ReturnType<typeof repomill> => repomill(words, { cwd: workspace });

beforeAll(async () => {
  const charts = ['1.0', '1.9', '1.10'].map((version) => sampleRecord('chart', version, 'amd64'));
  const tools = ['amd64', 'arm64'].map((arch) => sampleRecord('tool-chart', '2.0', arch, { licence: 'MIT' }));
  const records = asLines([...charts, ...tools]);
  const input = writeFiles(join(workspace, 'input'), { 'a.jsonl': records, 'repomill.yaml': 'name: test\n' });
  await build({ input, out: join(workspace, 'the "public" tree') });
  expect(await run(['pull', 'the "public" tree', '--cache', "a user's copy"])).toMatchObject({ exitCode: 0 });
});

const FROM = ['--from', 'the "public" tree'];
const CHART = 'chart 1.10 (amd64), 2 other versions\n  The package chart\n';
const TOOL = 'tool-chart 2.0 (amd64, arm64)\n  The package tool-chart\n';

describe('search', () => {
  it('lists each name once, with its newest version and all its architectures', async () => {
    expect(await run(['search', 'chart', ...FROM])).toMatchObject({
      stdout: CHART + TOOL,
      stderr: '2 packages (5 records) found\n',
    });
  });

  it('lists as many names as the limit says, and how to see the rest', async () => {
    expect(await run(['search', 'chart', ...FROM, '--limit', '1'])).toMatchObject({
      stdout: CHART,
      stderr: '2 packages (5 records) found; 1 shown, --limit 2 shows all\n',
    });
  });

  it.each([
    ['match', TOOL + CHART],
    ['name', CHART + TOOL],
    ['versions', CHART + TOOL],
  ])('sorts by %s', async (order, stdout) => {
    expect(await run(['search', 'tool-chart', ...FROM, '--sort', order])).toMatchObject({ stdout: TOOL });
    const words = order === 'match' ? ['search', '--where', 'name = tool-chart or name = chart'] : ['search', 'chart'];
    const found = await run([...words, ...FROM, '--sort', order]);
    expect(found.stdout).toBe(order === 'match' ? CHART + TOOL : stdout);
  });

  it('says which field of a query no record has, and which was probably meant', async () => {
    expect(await run(['search', '--where', 'lisence = MIT and not colour', ...FROM])).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr:
        'no record has the field lisence; did you mean licence?\nno record has the field colour\n0 packages found\n',
    });
    expect((await run(['search', '--where', 'licence = MIT', ...FROM])).stderr).toBe('1 package (2 records) found\n');
  });
});

describe('show', () => {
  it('shows as many records as the limit says, newest first, and how to see the rest', async () => {
    const { stdout, stderr } = await run(['show', 'chart', ...FROM, '--limit', '1']);
    expect(stdout.match(/^version .*$/gm)).toEqual(['version     1.10']);
    expect(stderr).toMatch(/^… and 2 more records; --limit 3 shows all\nfetched /);
    const { stdout: json } = await run(['show', 'chart', ...FROM, '--limit', '1', '--json']);
    expect(JSON.parse(json).packages).toHaveLength(3);
  });
});

describe('show of a name that does not exist', () => {
  it.each([
    [FROM, `--from 'the "public" tree'`],
    [['--cache', "a user's copy", '--arch', 'amd64'], `--cache 'a user'\\''s copy' --arch amd64`],
  ])('has a hint that can be pasted: %j', async (options, pasted) => {
    const { stderr } = await run(['show', 'chrt', ...options]);
    expect(stderr).toBe(`repomill: error: no package named chrt\n  try: repomill search chrt ${pasted}\n`);
  });
});

describe('plan', () => {
  it('upgrades all that is installed if no package is named, and names what is not in the repository', async () => {
    const list = writeFiles(workspace, { 'list.txt': '# installed\nchart\t1.9\ntool-chart = 2.0\n\nother 3\n' });
    const { stdout, stderr } = await run(['plan', '--installed', join(list, 'list.txt'), ...FROM, '--arch', 'amd64']);
    expect(stdout).toMatch(/^upgrade +chart +1\.9 -> 1\.10 +[\d.]+ kB/m);
    expect(stdout).not.toContain('tool-chart');
    expect(stderr).toBe('not in this repository: other\n1 package up to date\n');
  });

  it('leaves out what a plan from a copy cannot know', async () => {
    const { stdout } = await run(['plan', '--cache', "a user's copy", '--arch', 'amd64']);
    expect(stdout).toMatch(/total +0 B +0 B\n$/);
    expect(stdout).not.toContain('unknown');
    expect(stdout).not.toContain('index');
  });

  it('says that the version of a package has no effect that is not in the plan', async () => {
    const { stderr } = await run(['plan', 'chart', '--installed', 'chrt=1.0', ...FROM, '--arch', 'amd64']);
    expect(stderr).toBe('--installed chrt: not among the packages of this plan, no effect\n');
  });

  it('refuses a list with bad lines, and names each', async () => {
    const list = writeFiles(workspace, { 'bad.txt': 'one\nchart 1.9\na b c\n' });
    const { exitCode, stderr } = await run(['plan', '--installed', join(list, 'bad.txt'), ...FROM, '--arch', 'amd64']);
    expect(exitCode).toBe(2);
    expect(stderr.replaceAll(`${list}/`, '')).toBe(
      'bad.txt:1: expected a name and a version, found one\n' +
        'bad.txt:3: expected a name and a version, found a b c\n' +
        'repomill: error: --installed: 2 lines are wrong\n',
    );
  });
});
