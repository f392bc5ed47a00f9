import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, it } from 'vitest';
import { sourceFiles } from '../architecture/source-files.ts';
import { packPackage, ROOT } from './packed.ts';

const { tarball, paths, directory } = packPackage();
const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));

describe('the packed package', () => {
  it('has what is needed and nothing else', () => {
    const kinds = [
      /^(LICENSE|README\.md|CHANGELOG\.md|SECURITY\.md|package\.json)$/,
      /^bin\/repomill\.js$/,
      /^dist\/[\w/-]+\.(js|d\.ts)$/,
      /^dist\/cli\/LICENSES-\w+\.txt$/,
      /^src\/[\w/-]+\.(md|schema\.json)$/,
      /^docs\/[\w/-]+\.md$/,
      /^templates\//,
    ];
    expect(paths.filter((path) => !kinds.some((kind) => kind.test(path)))).toEqual([]);
    expect(kinds.filter((kind) => !paths.some((path) => kind.test(path)))).toEqual([]);
  });

  it('has of dist/ what the sources make today, and of the command line the bundle only', () => {
    const modules = paths.filter((path) => /^dist\/(?!cli\/).*\.js$/.test(path));
    const sources = sourceFiles.filter(({ path }) => !path.startsWith('cli/'));
    expect(modules).toEqual(sources.map(({ path }) => `dist/${path.replace(/ts$/, 'js')}`).sort());
    expect(paths.filter((path) => /^dist\/cli\/.*\.d\.ts$/.test(path))).toEqual([]);
  });

  it('has every file that its manifest names', () => {
    const named = [manifest.bin, manifest.exports].flatMap(leavesOf);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !existsSync(join(directory, path)))).toEqual([]);
  });

  it('has every file that its documents link to', () => {
    const documents = paths.filter((path) => path.endsWith('.md') && !path.startsWith('templates/'));
    expect(documents.length).toBeGreaterThan(40);
    const links = documents.flatMap((document) => {
      const text = readFileSync(join(directory, document), 'utf8').replaceAll(/^```.*?^```$/gms, '');
      const targets = [...text.matchAll(/\]\(([^)\s#]+)/g)].map(([, target = '']) => target);
      return targets.map((target) => ({ document, target }));
    });
    const local = links.filter(({ target }) => !/^https?:/.test(target));
    expect(local.length).toBeGreaterThan(100);
    expect(local.filter(({ document, target }) => !existsSync(join(directory, dirname(document), target)))).toEqual([]);
  });

  it('says whose it is, and where to report what is wrong', () => {
    const url = 'https://github.com/repomill/repomill';
    expect(manifest).toMatchObject({
      repository: { type: 'git', url: `git+${url}.git` },
      bugs: `${url}/issues`,
      homepage: `${url}#readme`,
      license: 'MIT',
    });
  });

  it('says which modules do something when they are loaded: those that run as a program or a thread', () => {
    const doing = sourceFiles.filter(({ tree }) =>
      Object(tree.body).some((statement: { readonly type: string }) => statement.type === 'ExpressionStatement'),
    );
    expect(doing.map(({ path }) => path.replace(/^.*\//, ''))).toEqual(['worker.ts']);
    expect(manifest.sideEffects).toEqual([
      './bin/repomill.js',
      './dist/cli/*.js',
      './dist/**/worker.js',
      './src/**/worker.ts',
    ]);
  });

  it('is right in the eyes of publint', async () => {
    const { messages } = await publint({ pack: { tarball }, strict: true });
    expect(messages.map((message) => formatMessage(message, manifest, { color: false }))).toEqual([]);
  });

  it('has types that are right in the eyes of arethetypeswrong, for modules', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)), {
      excludeEntrypoints: ['./record.schema.json', './config.schema.json', './package.json'],
    });
    if (analysis.types === false) expect.unreachable('the package has types');
    expect(Object.keys(analysis.entrypoints)).toEqual(['.', './client']);
    // It has no CommonJS, and says so: an old compiler sees nothing, and `require` sees a module.
    const found = analysis.problems.filter(
      (problem) => !('resolutionKind' in problem && /^node10$|^node16-cjs$/.test(problem.resolutionKind)),
    );
    expect(found).toEqual([]);
  });
});

describe('package.json', () => {
  it('has the version of the newest release in the changelog', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const [, newest] = /^## (\d+\.\d+\.\d+)$/m.exec(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8')) ?? [];
    expect(version).toBe(newest);
  });

  it('pins every dependency but those that a user chooses', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    );
    const versions = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
    expect(versions.length).toBeGreaterThan(10);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([]);
  });
});

/** The texts that a value holds, however deep. */
function leavesOf(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : Object.values(Object(value)).flatMap(leavesOf);
}
