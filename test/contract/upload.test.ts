import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { headerRules } from '../../src/layouts/layouts.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';
import { treeFiles } from './host-contract.ts';

const SCRIPT = fileURLToPath(new URL('../../templates/hosts/upload.sh', import.meta.url));

/** The names at the top of a tree, in the order of the table; packages are uploaded by their list. */
const rules = headerRules.filter(({ stage }) => stage !== 'packages');
const order = [...new Set(rules.map(({ path }) => path.replace(/\/.*/s, '')))];
const directories = order.filter((name) => [...treeFiles.keys()].some((path) => path.startsWith(`${name}/`)));

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
  const put = (name: string): string => `--archive --relative ${name}`;
  const packages = ['from a list: pool/g++_12~rc1_all.deb|', '--archive --from0 --files-from=- .'];

  it('uploads in the order of the table, and deletes two minutes later, the other way round', () => {
    expect(upload([...treeFiles.keys()])).toEqual({
      status: 0,
      stderr: '',
      done: [
        ...packages,
        ...order.map(put),
        'sleep 120',
        ...directories.toReversed().map((name) => `--archive --relative --delete ${name}`),
      ],
    });
  });

  it('passes over what a tree has not, and never deletes what it does not have itself', () => {
    const { done } = upload(['index.json', 'summaries/x.gz', 'tmp/cache', '.lock']);
    expect(done).toEqual([put('summaries'), put('index.json'), 'sleep 120', '--archive --relative --delete summaries']);
  });

  it.each(['objects', 'summaries', 'config'])('uploads no index where %s cannot be uploaded', (name) => {
    const { status, done } = upload([...treeFiles.keys()], name);
    expect(status).toBe(23);
    expect(done).toEqual([...packages, ...order.slice(0, order.indexOf(name)).map(put)]);
  });

  it('refuses a directory that is no tree', () => {
    const { status, stderr, done } = upload(['objects/x', 'refs/y', 'config']);
    expect([status, done]).toEqual([1, []]);
    expect(stderr).toMatch(/: expected a tree with index.json or summary.idx\n$/);
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
  ])('has before %s what it leads to: %s before %s', (_title, target, start) => {
    expect(order).toContain(target);
    expect(order.indexOf(target)).toBeLessThan(order.indexOf(start));
  });
});
