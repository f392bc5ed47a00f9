import { realpathSync, rmSync, symlinkSync } from 'node:fs';
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
  it('are the files that match, indexes of apt without their copies, each with its first rule and the fields in its path', async () => {
    const config = configOf('<component>/<arch>/Packages', '**/Packages*', '**/*.json');
    const { files, size } = await listInputs(directory, {
      config: configOf('<component>/<arch>/Packages', 'extra/*'),
    });
    expect(files.map(({ path, rule, listedBy, given }) => [path, rule.files, listedBy, given])).toEqual([
      ['extra/a.json', 'extra/*', undefined, []],
      ['main/amd64/Packages', '<component>/<arch>/Packages', 'amd64', [['component', 'main']]],
      ['main/arm64/Packages.xz', '<component>/<arch>/Packages', 'arm64', [['component', 'main']]],
    ]);
    expect(size).toBe(10);
    const rules = (await listInputs(directory, { config })).files.map(({ rule }) => config.inputs.indexOf(rule));
    expect(rules).toEqual([2, 0, 0]);
  });

  it('do not include the configuration', async () => {
    expect((await listInputs(directory, { config: configOf('*') })).files).toEqual([]);
  });

  it('do not include what the caller excludes, by its real path, also through a link', async () => {
    symlinkSync('main', join(directory, 'link'));
    const excludes = (realPath: string): boolean => realPath === join(realpathSync(directory), 'main/amd64/Packages');
    const { files } = await listInputs(directory, { config: configOf('**/Packages'), excludes });
    rmSync(join(directory, 'link'));
    expect(files.map(({ path }) => path)).toEqual([
      'link/amd64/Packages.gz',
      'link/arm64/Packages.xz',
      'main/amd64/Packages.gz',
      'main/arm64/Packages.xz',
    ]);
  });

  it('have a problem with a bad link only if it matches, or if its name is a part of a pattern', async () => {
    const problem = { file: 'large/broken', message: 'broken symbolic link: no such file or directory' };
    const listed = async (...patterns: readonly string[]): Promise<unknown> => {
      const { problems, warnings } = await listInputs(directory, { config: configOf(...patterns) });
      return { problems, warnings };
    };
    const nothing = { problems: [], warnings: [] };
    expect(await listed('main/<arch>/*')).toEqual(nothing);
    expect(await listed('large/*.json', 'large/f*/<name>')).toEqual(nothing);
    expect(await listed('**/*')).toEqual({ problems: [problem], warnings: [] });
    expect(await listed('large/b*')).toEqual({ problems: [problem], warnings: [] });
    expect(await listed('large/<name>/Packages')).toEqual({ problems: [problem], warnings: [] });
    const warning = { ...problem, message: `${problem.message}; left out` };
    expect(await listed('**/*.json')).toEqual({ problems: [], warnings: [warning] });
  });

  it('are not searched for once the signal is aborted', async () => {
    await expect(
      listInputs(directory, { config: configOf('**/*'), signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({
      code: 'interrupted',
    });
  });
});
