/**
 * Package files on the command line: what people see of them, with threads, over HTTP and in a dry run.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Run, repomill } from '../launcher.ts';
import { asLines } from '../sample-records.ts';
import { digestsOf, listPaths, makeWorkspace, sha256Of, writeFiles } from '../workspace.ts';
import { serve } from './serve-process.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

function repository(publish: string, count = 2, version = '1'): string {
  const names = Array.from({ length: count }, (_, i) => `p${i}`);
  const records = names.map((name) => ({ name, version, arch: 'x', path: `pool/${name} + ${version}.pkg` }));
  return writeFiles(freshPath(), {
    ...Object.fromEntries(records.map(({ path }) => [path, `content of ${path}`])),
    'records.jsonl': asLines(records),
    'repomill.yaml': `name: test\ninputs: [records.jsonl]\npackages: { root: ., publish: ${publish} }\n`,
  });
}

const building = (...words: readonly string[]): Promise<Run> => repomill(['build', ...words]);

describe('the last line of a build', () => {
  it.each([
    ['none', ''],
    ['copy', 'copied 2 package files of 52 B; '],
    ['link', 'linked 2 package files of 52 B; '],
  ])('says what happened to package files: %s', async (publish, change) => {
    const input = repository(publish);
    const out = freshPath();
    const cache = freshPath();
    const files = publish === 'none' ? 'in 2 files' : 'in 3 files';
    const state = 'version 1: 2 packages in 1 summary, 2 package files of 52 B';
    const first = await building(input, '--out', out, '--cache', cache);
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect(first.stdout.replace(/[\d.]+ k?B in/, 'N B in')).toMatch(
      new RegExp(`^${state}; wrote N B ${files}; ${change}a new client fetches at most [\\d.]+ k?B\n$`),
    );
    const second = await building(input, '--out', out, '--cache', cache);
    expect(second.stdout).toBe(`version 1: no change, nothing written; ${state.slice(11)}\n`);
  });

  it('says what a dry run would do', async () => {
    const run = await building(repository('copy'), '--out', freshPath(), '--no-cache', '--dry-run');
    expect(run.stdout).toContain('; would write ');
    expect(run.stdout).toContain('; would copy 2 package files of 52 B; ');
  });

  it('has sizes, digests and what was hashed in JSON, and --rehash hashes again', async () => {
    const input = repository('copy');
    const [out, cache] = [freshPath(), freshPath()];
    const run = async (...words: readonly string[]) => {
      const { stdout } = await building(input, '--out', out, '--cache', cache, '--json', ...words);
      return JSON.parse(stdout).packageFiles;
    };
    const copied = ['pool/p0 + 1.pkg', 'pool/p1 + 1.pkg'].map((path) => {
      return { path, size: 26, sha256: sha256Of(`content of ${path}`) };
    });
    const hashed = { files: 2, bytes: 52 };
    expect(await run()).toEqual({ files: 2, size: 52, hashed, copied, linked: [], removed: [] });
    expect(await run()).toMatchObject({ hashed: { files: 0, bytes: 0 }, copied: [] });
    expect(await run('--rehash')).toMatchObject({ hashed, copied: [] });
  });
});

describe('problems with package files', () => {
  it('are printed with file and line, and end with what would help', async () => {
    const input = repository('copy');
    rmSync(join(input, 'pool/p1 + 1.pkg'));
    const { exitCode, stderr, stdout } = await building(input, '--out', freshPath(), '--no-cache');
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr.split('\n')).toEqual([
      'records.jsonl:2: pool/p1 + 1.pkg: expected a file, found nothing',
      'repomill: error: 1 problem in the input; nothing was written',
      `  paths are relative to \`packages.root\` of repomill.yaml, here ${input}`,
      '',
    ]);
  });
});

describe('threads', () => {
  it('make the same tree, however many there are', async () => {
    const input = repository('copy', 700);
    const trees = [];
    for (const workers of ['1', '3']) {
      const out = freshPath();
      expect(await building(input, '--out', out, '--workers', workers, '--no-cache')).toMatchObject({ exitCode: 0 });
      trees.push(digestsOf(out));
    }
    expect(trees[0]).toEqual(trees[1]);
  });
});

describe('over HTTP', async () => {
  const input = repository('copy');
  const out = freshPath();
  await building(input, '--out', out, '--no-cache');
  const host = await serve(out);
  afterAll(() => host.stop());

  it('package files are verified only on demand', async () => {
    const quick = await repomill(['verify', host.url]);
    expect(quick.stdout).toBe('version 1: ok; checked 1 summary, 2 client transitions\n');
    expect(quick.stderr).toMatch(/files\.gz: 2 package files not checked \(--full downloads and checks them\)\n$/);
    const full = await repomill(['verify', host.url, '--full']);
    expect(full.stdout).toBe('version 1: ok; checked 1 summary, 2 client transitions, 2 package files\n');
    const local = await repomill(['verify', out]);
    expect(local.stdout).toBe(
      'version 1: ok; checked 1 summary, 2 client transitions, 2 package files; package files by their sizes (by digest: --full)\n',
    );
  });

  it('older package files are taken from the previous tree', async () => {
    const next = freshPath();
    const run = await building(repository('copy', 1, '2'), '--out', next, '--previous', host.url, '--no-cache');
    expect(run.stdout).toContain('; copied 3 package files of ');
    expect(listPaths(next).filter((path) => path.startsWith('pool/'))).toEqual([
      'pool/p0 + 1.pkg',
      'pool/p0 + 2.pkg',
      'pool/p1 + 1.pkg',
    ]);
    expect(readFileSync(join(next, 'pool/p1 + 1.pkg'), 'utf8')).toBe('content of pool/p1 + 1.pkg');
  });

  it('a package file that the previous tree has lost is given up with a warning', async () => {
    rmSync(join(out, 'pool/p1 + 1.pkg'));
    const run = await building(repository('copy', 1, '2'), '--out', freshPath(), '--previous', host.url, '--no-cache');
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toContain(
      'pool/p1 + 1.pkg: missing: clients that have not pulled since it was dropped will not find it\n',
    );
  });
});

describe('inspect', () => {
  it('describes the list of package files', async () => {
    const out = freshPath();
    await building(repository('copy'), '--out', out, '--no-cache');
    const [list = ''] = listPaths(out).filter((path) => path.endsWith('.files.gz'));
    const { stdout } = await repomill(['inspect', join(out, list)]);
    expect(stdout).toBe(`list of 2 package files\nsha256  ${list.slice(10, 74)}\n`);
  });
});
