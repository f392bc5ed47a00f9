/**
 * The packed package in an empty project, as npm 10 and npm 11 install it: with and without optional dependencies, as an ES
 * module, from CommonJS, and as a program.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../package/packed.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';
import { requirePeer } from './programs.ts';

const workspace = makeWorkspace();
const versions = ['10', '11'];
const hasRegistry = requirePeer(
  'a registry with npm 10 and npm 11',
  versions.every((version) => runNpm(version, ['--version'], workspace).startsWith(`${version}.`)),
);
// `dist/` is there: the lanes build it first.
const [{ filename }] = hasRegistry
  ? JSON.parse(
      execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', workspace], {
        cwd: ROOT,
        encoding: 'utf8',
      }),
    )
  : [{ filename: '' }];

const TRIAL = `
const input = __dirname + '/input';
build({ input, out: __dirname + '/out' })
  .then(({ packages }) => openRepository({ source: directorySource(__dirname + '/out') }).then((repository) => repository.show('a')).then(([{ record }]) => console.log(packages, record.version)));
`;

describe.skipIf(!hasRegistry)('the packed package', () => {
  it.each([
    ['10', []],
    ['10', ['--omit=optional']],
    ['11', []],
    ['11', ['--omit=optional']],
  ])('is installed by npm %s %j, and works', { timeout: 300_000 }, (version, options) => {
    const project = join(workspace, `project-${version}-${options.length}`);
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "name": "project", "version": "1.0.0", "private": true }\n');
    const installed = runNpm(
      version,
      ['install', ...options, '--no-audit', '--no-fund', '--prefer-offline', join(workspace, filename)],
      project,
    );
    expect(installed).toMatch(/added \d+ packages/);
    expect(installed).not.toMatch(/\bERR\b|\berror\b/);
    expect(existsSync(join(project, 'node_modules/bsdiff-node'))).toBe(options.length === 0 && hasOptional(project));
    writeFiles(project, {
      'input/a.json': '{"name":"a","version":"1.5","arch":"all"}',
      'module.mjs': `import { build } from 'repomill';\nimport { openRepository } from 'repomill/client';\nimport { directorySource } from 'repomill';\nconst __dirname = import.meta.dirname;\n${TRIAL}`,
      'common.cjs': `const { build, directorySource } = require('repomill');\nconst { openRepository } = require('repomill/client');\n${TRIAL}`,
    });
    for (const file of ['module.mjs', 'common.cjs']) {
      const { stdout, stderr } = spawnSync(process.execPath, [file], { cwd: project, encoding: 'utf8' });
      expect({ file, stdout, stderr }).toEqual({ file, stdout: '1 1.5\n', stderr: '' });
    }
    expect(runNpm(version, ['exec', '--', 'repomill', 'verify', 'out'], project)).toMatch(/^version 1: ok;/);
    const init = runNpm(version, ['exec', '--', 'repomill', 'init', 'mine'], project);
    const [, next = ''] = /next:\n {2}npx (repomill .*)$/m.exec(init) ?? [];
    expect(runNpm(version, ['exec', '--', ...next.split(' ')], project)).toMatch(/^version 1: 1 package/);
  });
});

/** An optional dependency that could not be compiled is left out, and that is no error. */
function hasOptional(project: string): boolean {
  return readdirSync(join(project, 'node_modules')).includes('bsdiff-node');
}

/** Runs a version of npm; what it and the program print. */
function runNpm(version: string, words: readonly string[], cwd: string): string {
  const npm = ['exec', '--yes', '--prefer-offline', `--package=npm@${version}`, '--', 'npm', ...words];
  const { npm_config_local_prefix: _, ...env } = process.env;
  const { stdout, stderr } = spawnSync('npm', npm, { cwd, env, encoding: 'utf8' });
  return stdout + stderr;
}
