import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listInputs } from '../../../../src/catalogue/read/list-inputs.ts';
import { type Config, defaultConfig } from '../../../../src/config/config.ts';
import { makeWorkspace, writeFiles } from '../../../workspace.ts';

const directory = writeFiles(makeWorkspace(), {
  'main/amd64/Packages': 'x',
  'main/amd64/Packages.gz': 'xx',
  'main/amd64/Release': 'xxx',
  'main/arm64/Packages.xz': 'xxxx',
  'extra/a.json': 'xxxxx',
  'large/file': '',
  'repomill.yaml': '',
});
symlinkSync('nowhere', join(directory, 'large/broken'));

const configOf = (...files: readonly string[]): Config => ({
  ...defaultConfig('test'),
  inputs: files.map((pattern) => ({ files: pattern, omit: [] })),
});

describe('the inputs of a build', () => {
  it('are the files that match, each with the first rule that it matches and the fields in its path', async () => {
    const config = configOf('<component>/<arch>/Packages', '**/Packages*', '**/*.json');
    const { files, size } = await listInputs(directory, configOf('<component>/<arch>/Packages', 'extra/*'));
    expect(files.map(({ path, rule, listedBy, given }) => [path, rule.files, listedBy, given])).toEqual([
      ['extra/a.json', 'extra/*', undefined, []],
      ['main/amd64/Packages', '<component>/<arch>/Packages', 'amd64', [['component', 'main']]],
      ['main/amd64/Packages.gz', '<component>/<arch>/Packages', 'amd64', [['component', 'main']]],
      ['main/arm64/Packages.xz', '<component>/<arch>/Packages', 'arm64', [['component', 'main']]],
    ]);
    expect(size).toBe(12);
    const rules = (await listInputs(directory, config)).files.map(({ rule }) => config.inputs.indexOf(rule));
    expect(rules).toEqual([2, 0, 0, 0]);
  });

  it('do not include the configuration', async () => {
    expect((await listInputs(directory, configOf('*'))).files).toEqual([]);
  });

  it('are searched for only where a pattern leads: a bad link elsewhere is not a problem', async () => {
    expect((await listInputs(directory, configOf('main/<arch>/*'))).problems).toEqual([]);
    expect((await listInputs(directory, configOf('**/*'))).problems).toEqual([
      { file: 'large/broken', message: 'broken symbolic link: no such file or directory' },
    ]);
  });

  it('are not searched for once the signal is aborted', async () => {
    await expect(listInputs(directory, configOf('**/*'), AbortSignal.abort())).rejects.toMatchObject({
      code: 'interrupted',
    });
  });
});
