/** Two repositories never become one by mistake, neither in a published tree nor in a client's copy. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { pull } from '../../src/client/pull/pull.ts';
import { directorySource } from '../../src/platform/files/directory-source.ts';
import { directoryStore } from '../../src/platform/files/directory-store.ts';
import { asLines, sampleRelease } from '../sample-records.ts';
import { digestsOf, makeWorkspace, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));
const inputOf = (name: string, release = 0): string =>
  writeFiles(freshPath(), { 'all.jsonl': asLines(sampleRelease(30, release)), 'repomill.yaml': `name: ${name}\n` });

it('a build into the tree of a different repository is refused, and nothing is written', async () => {
  const out = freshPath();
  await build({ input: inputOf('alpha'), out });
  const before = digestsOf(out);
  await expect(build({ input: inputOf('beta', 80), out })).rejects.toMatchObject({
    code: 'conflict',
    path: out,
    message: 'expected the repository beta, found alpha',
    hint: 'publish beta in a different place; if it is alpha under a new name, add --rename-from alpha',
  });
  expect(digestsOf(out)).toEqual(before);
});

it('so is one that would continue its history from elsewhere', async () => {
  const previous = freshPath();
  await build({ input: inputOf('alpha'), out: previous });
  const request = build({ input: inputOf('beta', 80), out: freshPath(), previous });
  await expect(request).rejects.toMatchObject({ code: 'conflict', path: previous });
});

it('a repository with a new name is an update for its clients, also for those that come late', async () => {
  const [out, copy] = [freshPath(), freshPath()];
  const options = { source: directorySource(out), store: directoryStore(copy) };
  await build({ input: inputOf('alpha'), out });
  await pull(options);
  await build({ input: inputOf('beta', 80), out, renameFrom: 'alpha' });
  await build({ input: inputOf('beta', 90), out });
  expect(await pull(options)).toMatchObject({ previous: 1, version: 3 });
  expect(readFileSync(join(copy, 'index.json'), 'utf8')).toMatch(/"name":"beta","formerNames":\["alpha"\]/);
});

it('a pull of a different repository is refused and leaves the copy as it is, unless it is meant', async () => {
  const [alpha, beta, copy] = [freshPath(), freshPath(), freshPath()];
  const store = directoryStore(copy);
  await build({ input: inputOf('alpha'), out: alpha });
  await build({ input: inputOf('beta', 80), out: beta });
  await build({ input: inputOf('beta', 90), out: beta });
  await pull({ source: directorySource(alpha), store });
  const before = digestsOf(copy);
  await expect(pull({ source: directorySource(beta), store })).rejects.toMatchObject({
    code: 'integrity',
    path: 'index.json',
    message: 'expected the repository alpha, found beta',
    hint: 'pull beta into a different directory; if it is alpha under a new name, add --rename-from alpha',
  });
  expect(digestsOf(copy)).toEqual(before);
  const source = directorySource(beta);
  await expect(pull({ source, store, renameFrom: 'gamma' })).rejects.toMatchObject({ code: 'integrity' });
  expect(await pull({ source, store, renameFrom: 'alpha' })).toMatchObject({ version: 2 });
});

it('the flatpak layout, which has no such name, refuses to rename', async () => {
  const request = build({ input: inputOf('alpha'), out: freshPath(), layout: 'flatpak', renameFrom: 'alpha' });
  await expect(request).rejects.toMatchObject({
    code: 'usage',
    message: '--rename-from: a flatpak repository has no name that clients compare',
  });
});
