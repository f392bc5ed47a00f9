/** Which layout is built: what the user names, what the configuration names, or the native one. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { OstreeRepository } from '../ostree-repository.ts';
import { asLines, sampleRelease } from '../sample-records.ts';
import { listPaths, makeWorkspace, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
const records = writeFiles(join(workspace, 'records'), { 'all.jsonl': asLines(sampleRelease(5, 0)) });
let counter = 0;
function repositoryWith(files: Readonly<Record<string, string>> = {}): string {
  const { directory } = new OstreeRepository(join(workspace, `repository-${counter++}`));
  return writeFiles(directory, files);
}

it('an OSTree repository as the output asks for the layout to be named, and nothing is written', async () => {
  const out = repositoryWith();
  const before = listPaths(out);
  for (const input of [records, out]) {
    await expect(build({ input, out })).rejects.toMatchObject({
      code: 'usage',
      path: out,
      message: 'is an OSTree repository: expected a layout',
      hint: 'add --layout, or `layout:` in the configuration: native, flatpak or apt',
    });
  }
  expect(listPaths(out)).toEqual(before);
  expect(await build({ input: records, out, layout: 'native' })).toMatchObject({ layout: 'native' });
});

it('the configuration may name it, and the user something else', async () => {
  const out = repositoryWith({ 'repomill.yaml': 'name: a\nlayout: flatpak\n' });
  const repository = new OstreeRepository(out);
  repository.commit('app/org.a.App/x86_64/stable');
  expect(await build({ input: out, out })).toMatchObject({ layout: 'flatpak', warnings: [] });
  const elsewhere = join(workspace, 'elsewhere');
  mkdirSync(elsewhere);
  expect(await build({ input: out, out: elsewhere, layout: 'native' })).toMatchObject({ layout: 'native' });
});

it('a signer that the layout cannot use is refused, and nothing is written', async () => {
  const signer = {
    kind: 'openpgp-detached',
    keys: ['key.asc'],
    publicKeys: [],
    sign: async () => [],
    covers: async () => true,
  } as const;
  const out = join(workspace, 'signed');
  await expect(build({ input: records, out, signer })).rejects.toMatchObject({
    code: 'usage',
    message: 'cannot sign with key.asc: a repomill repository does not hold such signatures',
  });
  expect(listPaths(workspace).filter((path) => path.startsWith('signed'))).toEqual([]);
});

it('a layout that there is not is refused with its line', async () => {
  const input = writeFiles(join(workspace, 'unknown'), { 'repomill.yaml': 'name: a\nlayout: apk\n' });
  await expect(build({ input, out: join(workspace, 'none') })).rejects.toMatchObject({
    code: 'usage',
    problems: [{ line: 2, message: 'layout: expected a layout, found "apk"; did you mean "apt"?' }],
  });
});
