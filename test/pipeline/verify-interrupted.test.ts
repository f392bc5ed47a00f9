/** `verify` beside a build: of a publication that was interrupted, and of one that goes on. */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { directorySource } from '../../src/platform/files/directory-source.ts';
import { LOCK_NAME, TEMPORARY_PREFIX } from '../../src/platform/files/write-files.ts';
import { verify } from '../../src/verify.ts';
import { onlyLayout } from '../audited.ts';
import { repomill } from '../launcher.ts';
import { asLines, sampleRelease } from '../sample-records.ts';
import { listPaths, makeWorkspace, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
const inputs = [0, 60].map((release) =>
  writeFiles(join(workspace, `release-${release}`), {
    'all.jsonl': asLines(sampleRelease(60, release)),
    'repomill.yaml': 'name: sample\n',
  }),
);
const [first = '', second = ''] = inputs;
const [before, after] = [join(workspace, 'before'), join(workspace, 'after')];
beforeAll(async () => {
  await build({ input: first, out: before });
  cpSync(before, after, { recursive: true });
  await build({ input: second, out: after });
});

it('what an interrupted publication leaves is remarked on, and no failure', async () => {
  const out = join(workspace, 'interrupted');
  cpSync(after, out, { recursive: true });
  cpSync(join(before, 'index.json'), join(out, 'index.json'));
  writeFileSync(join(out, LOCK_NAME), '');
  writeFileSync(join(out, `summaries/${TEMPORARY_PREFIX}1`), 'half');
  const known = new Set(listPaths(before));
  const left = listPaths(out).filter((path) => !known.has(path));
  const { findings, remarks, foreign } = onlyLayout(await verify({ tree: out }));
  expect([findings, foreign]).toEqual([[], []]);
  expect(remarks.map(({ path }) => path).sort()).toEqual([...left].sort());
  const { exitCode, stdout, stderr } = await repomill(['verify', out]);
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^version 1: ok; checked/)]);
  expect(stderr).toContain(`${LOCK_NAME}: a build is running, or was interrupted: the next one will remove it\n`);
});

it('a tree that is published anew meanwhile is not blamed', async () => {
  const [old, next] = [directorySource(before), directorySource(after)];
  let isOld = true;
  const tree = {
    ...next,
    location: 'tree',
    directory: undefined,
    fetch: (path: string, request: Parameters<typeof old.fetch>[1]) => {
      const from = path === 'index.json' && isOld ? old : next;
      if (path === 'index.json') isOld = false;
      return from.fetch(path, request);
    },
  };
  const { directory: _, ...source } = tree;
  // A client that starts now gets the new index, and what the old one names is gone.
  await expect(verify({ tree: source })).rejects.toMatchObject({
    code: 'conflict',
    path: 'tree/index.json',
    message: 'changed while the tree was verified',
    hint: 'run this again when nothing is being published',
  });
});

it('a directory and a source that reads it are audited alike', async () => {
  const out = join(workspace, 'alike');
  cpSync(after, out, { recursive: true });
  writeFileSync(join(out, listPaths(out).find((path) => path.startsWith('deltas/')) ?? ''), '');
  writeFileSync(join(out, 'summaries/README'), '');
  const report = await verify({ tree: out });
  expect(report.foreign).toEqual(['summaries/README']);
  expect(await verify({ tree: directorySource(out) })).toEqual(report);
});

it('damage is named, with what mends it', async () => {
  const out = join(workspace, 'damaged');
  cpSync(after, out, { recursive: true });
  const [path = ''] = listPaths(out).filter((one) => one.startsWith('deltas/'));
  writeFileSync(join(out, path), '');
  const { exitCode, stdout, stderr } = await repomill(['verify', out]);
  expect([exitCode, stdout]).toEqual([3, expect.stringContaining(`${path}: `)]);
  expect(stderr).toBe('  damaged files are written anew by a build with --repair\n');
});
