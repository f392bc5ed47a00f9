import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { headerRules } from '../../src/layouts/layouts.ts';
import { ruleFor, uploadStages } from '../../src/publish/header-rules.ts';
import { requireProgram } from '../interop/programs.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';
import { treeFiles } from './host-contract.ts';

const hasRsync = requireProgram('rsync');
const SCRIPT = fileURLToPath(new URL('../../templates/hosts/upload.sh', import.meta.url));

/** Paths and directories in the order of their stages; packages are uploaded by their lists. */
const steps: readonly (readonly [name: string, ...filters: readonly string[]])[] = [
  ...(['deltas', 'details', 'summaries', 'objects'] as const).map((name) => [name] as const),
  [
    'dists',
    '--include=*/',
    '--exclude=/dists/**/binary-**/Packages.diff/Index.gz',
    '--exclude=/dists/**/source/Sources.diff/Index.gz',
    '--include=/dists/**/binary-**/Packages.diff/**.gz',
    '--include=/dists/**/source/Sources.diff/**.gz',
    '--include=/dists/**/by-hash/SHA256/**',
    '--include=/dists/**.files.gz',
    '--exclude=*',
  ],
  ...(['combined.jsonl.gz', 'delta-indexes', 'refs', 'config'] as const).map((name) => [name] as const),
  [
    'dists',
    '--include=*/',
    '--exclude=/dists/repomill.json',
    '--include=/dists/**/binary-**/Packages.diff/Index.gz',
    '--include=/dists/**/source/Sources.diff/Index.gz',
    '--exclude=/dists/**/binary-**/Packages.diff/**.gz',
    '--exclude=/dists/**/source/Sources.diff/**.gz',
    '--exclude=/dists/**/by-hash/SHA256/**',
    '--exclude=/dists/**/Release.gpg',
    '--exclude=/dists/**/InRelease',
    '--exclude=/dists/**.files.gz',
    '--exclude=/dists/**/Release',
  ],
  ...(['index.json', 'summary', 'summary.sig', 'summary.idx.sig', 'summary.idx'] as const).map(
    (name) => [name] as const,
  ),
  ['dists/repomill.json'],
  ...(['Release', 'Release.gpg', 'InRelease'] as const).map(
    (name) =>
      [
        'dists',
        '--include=*/',
        '--exclude=/dists/**/by-hash/SHA256/**',
        `--include=/dists/**/${name}`,
        '--exclude=*',
      ] as const,
  ),
];
const order = steps.map(([name]) => name);
const directories = ['refs', 'delta-indexes', 'dists', 'objects', 'summaries', 'details', 'deltas'];

describe.skipIf(process.platform === 'win32')('templates/hosts/upload.sh', () => {
  const root = makeWorkspace();
  const log = join(root, 'log');
  // Logs its arguments. The last one is the destination.
  const programs = writeFiles(join(root, 'bin'), {
    rsync: `#!/bin/sh
[ -z "$FAIL_AT" ] || case "$*" in *"$FAIL_AT"*) exit 23 ;; esac
case "$*" in *--from0*) echo "from a list:" "$(tr '\\0' '|')" >> "$LOG" ;; esac
echo "$*" >> "$LOG"
`,
    sleep: '#!/bin/sh\necho "sleep $*" >> "$LOG"\n',
  });
  for (const name of ['rsync', 'sleep']) chmodSync(join(programs, name), 0o755);

  const upload = (paths: readonly string[], failAt = ''): { status: number | null; stderr: string; done: string[] } => {
    writeFiles(root, { log: '' });
    const tree = writeFiles(
      join(root, `a tree ${paths.length}`),
      Object.fromEntries(paths.map((path) => [path, treeFiles.get(path) ?? path])),
    );
    const { status, stderr } = spawnSync('sh', [SCRIPT, tree, 'me@host:/srv/a tree'], {
      env: { PATH: [programs, process.env.PATH].join(delimiter), LOG: log, FAIL_AT: failAt },
      encoding: 'utf8',
    });
    const done = readFileSync(log, 'utf8').replaceAll(' me@host:/srv/a tree/\n', '\n').split('\n').slice(0, -1);
    return { status, stderr, done };
  };
  const put = (name: string, ...filters: readonly string[]): string =>
    ['--archive --relative', ...(filters.length === 0 ? [] : ['--prune-empty-dirs']), ...filters, name].join(' ');
  const remove = (name: string): string => `--archive --relative --delete ${name}`;
  // Both layouts list the same file.
  const listed = ['from a list: pool/g++_12~rc1_all.deb|', '--archive --from0 --files-from=- .'];
  const packages = [...listed, ...listed];

  it('uploads in the order of the table, and deletes two minutes later, the other way round', () => {
    expect(upload([...treeFiles.keys()])).toEqual({
      status: 0,
      stderr: '',
      done: [...packages, ...steps.map((step) => put(...step)), 'sleep 120', ...directories.map(remove)],
    });
  });

  it('passes over what a tree has not, and never deletes what it does not have itself', () => {
    const { done } = upload(['index.json', 'summaries/x.gz', 'tmp/cache', '.lock']);
    expect(done).toEqual([put('summaries'), put('index.json'), 'sleep 120', remove('summaries')]);
  });

  it('uploads an apt archive alone: its lists, what is named by its digest, plain names, entry points', () => {
    const { done } = upload([...treeFiles.keys()].filter((path) => /^(dists|pool)\//.test(path)));
    expect(done).toEqual([
      ...listed,
      ...steps.filter(([name]) => name.startsWith('dists')).map((step) => put(...step)),
      'sleep 120',
      remove('dists'),
    ]);
  });

  it.each(['objects', 'summaries', 'config'])('uploads no index where %s cannot be uploaded', (name) => {
    const { status, done } = upload([...treeFiles.keys()], name);
    expect(status).toBe(23);
    expect(done).toEqual([...packages, ...steps.slice(0, order.indexOf(name)).map((step) => put(...step))]);
  });

  it('refuses a directory that is no tree', () => {
    const { status, stderr, done } = upload(['objects/x', 'refs/y', 'config']);
    expect([status, done]).toEqual([1, []]);
    expect(stderr).toMatch(/: expected a tree with index.json, summary.idx or dists\/repomill.json\n$/);
  });

  describe.skipIf(!hasRsync)('with rsync', () => {
    // Copies, and logs the files that it copies.
    const logged = writeFiles(join(root, 'logged'), {
      rsync: '#!/bin/sh\nexec "$RSYNC" --out-format=%n "$@" >> "$LOG"\n',
    });
    chmodSync(join(logged, 'rsync'), 0o755);

    it('copies every file once, each before those that lead to it, and removes what the tree no longer has', () => {
      const tree = writeFiles(join(root, 'whole'), Object.fromEntries(treeFiles));
      const host = writeFiles(join(root, 'host'), {
        'dists/stable/main/binary-amd64/by-hash/SHA256/old': 'x',
        'pool/old.deb': 'x',
        'other/page.html': 'x',
      });
      const rsync = spawnSync('sh', ['-c', 'command -v rsync'], { encoding: 'utf8' }).stdout.trim();
      writeFiles(root, { log: '' });
      const env = { PATH: [logged, process.env.PATH].join(delimiter), LOG: log, RSYNC: rsync, GRACE: '0' };
      const { status, stderr } = spawnSync('sh', [SCRIPT, tree, host], { env, encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
      const copied = readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => treeFiles.has(line));
      const listedOnly = (path: string): boolean => path.startsWith('pool/') && path.endsWith('.xz');
      expect(copied.toSorted()).toEqual([...treeFiles.keys()].filter((path) => !listedOnly(path)).sort());
      const stages = copied.map((path) => uploadStages.indexOf(ruleFor(path, headerRules)?.stage ?? 'packages'));
      expect(stages).toEqual(stages.toSorted((a, b) => a - b));
      expect(copied.slice(-4)).toEqual([
        ...['dists/repomill.json', 'dists/stable/Release', 'dists/stable/Release.gpg', 'dists/stable/InRelease'],
      ]);
      expect(existsSync(join(host, 'dists/stable/main/binary-amd64/by-hash/SHA256/old'))).toBe(false);
      expect(['pool/old.deb', 'other/page.html'].filter((path) => existsSync(join(host, path)))).toHaveLength(2);
    });
  });
});

describe('the order of the table', () => {
  it.each([
    ['an index', 'summaries', 'summary.idx'],
    ['an index', 'summaries', 'index.json'],
    ['an index', 'delta-indexes', 'summary.idx'],
    ['an index', 'details', 'index.json'],
    ['an index', 'config', 'summary.idx'],
    ['the old summary', 'objects', 'summary'],
    ['an index of deltas', 'deltas', 'delta-indexes'],
    ['a ref', 'objects', 'refs'],
    ['the state', 'combined.jsonl.gz', 'dists/repomill.json'],
  ])('has before %s what it leads to: %s before %s', (_title, target, start) => {
    expect(order).toContain(target);
    expect(order.indexOf(target)).toBeLessThan(order.indexOf(start));
  });
});
