import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

/** What a file of `dist/` imports when it is loaded. */
function importsOf(file: string): readonly string[] {
  const statements = readFileSync(join(DIST, file), 'utf8').matchAll(/^import (?:[^'"]*? from )?["']([^"']+)["'];$/gm);
  return [...statements].map(([, to]) => to ?? '');
}

/** The files of `dist/` that are loaded with one of them, and itself. */
function loadedWith(start: string): readonly string[] {
  const loaded = new Set([start]);
  for (const file of loaded) {
    for (const to of importsOf(file)) if (to.startsWith('.')) loaded.add(relative(DIST, join(DIST, dirname(file), to)));
  }
  return [...loaded].sort();
}

describe('dist/cli', () => {
  it('has one file for what every command needs', () => {
    expect(loadedWith('cli/main.js')).toEqual(['cli/main.js', 'errors.js']);
  });

  it.each(['status', 'show', 'search', 'plan', 'pull'])('has two more for what %s needs', (command) => {
    expect(loadedWith(`cli/${command}.js`)).toEqual(
      [`cli/${command}.js`, 'cli/main.js', 'cli/shared.js', 'errors.js'].sort(),
    );
  });

  it('loads no package to start a client command', () => {
    const files = ['status', 'show', 'search', 'plan', 'pull'].flatMap((command) => loadedWith(`cli/${command}.js`));
    const packages = files.flatMap(importsOf).filter((to) => !to.startsWith('.') && !isBuiltin(to));
    expect(packages).toEqual([]);
  });

  it('has the orders of versions in files that nothing loads before they are needed', () => {
    for (const order of ['semver', 'pep440', 'rpm', 'loose']) {
      expect(loadedWith(`cli/versions-${order}.js`).length).toBeLessThan(5);
    }
    const starts = ['main', 'status', 'show', 'search', 'plan', 'pull', 'build', 'worker'];
    const loaded = starts.flatMap((start) => loadedWith(`cli/${start}.js`));
    expect(loaded.filter((file) => file.includes('versions-'))).toEqual([]);
  });

  it('takes the auditor and the error class from dist/', () => {
    for (const command of ['verify', 'inspect']) {
      expect(loadedWith(`cli/${command}.js`)).toEqual(expect.arrayContaining([`${command}.js`, 'errors.js']));
    }
  });

  it('has the generator in one file, and the part shared with its threads in a second that nothing else loads', () => {
    const ofThreads = ['cli/generator-rolldown-runtime.js', 'cli/generator-shared.js'];
    expect(loadedWith('cli/build.js')).toEqual(expect.arrayContaining(['cli/generator.js', ...ofThreads]));
    expect(loadedWith('cli/worker.js')).toEqual([...ofThreads, 'cli/worker.js', 'errors.js']);
    for (const command of ['pull', 'verify', 'serve']) {
      expect(loadedWith(`cli/${command}.js`).filter((file) => file.includes('generator'))).toEqual([]);
    }
  });

  it('has the licence of every bundled package', () => {
    const files = readdirSync(join(DIST, 'cli')).filter((name) => name.endsWith('.js'));
    const bundled = files
      .map((name) => readFileSync(join(DIST, 'cli', name), 'utf8'))
      .flatMap((code) => [...code.matchAll(/^\/\/ (?:.*\/)?node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm)])
      .map(([, name]) => name ?? '');
    const licences = ['main', 'generator', 'versions']
      .map((name) => readFileSync(join(DIST, `cli/LICENSES-${name}.txt`), 'utf8'))
      .join('\n');
    expect(new Set(bundled)).toContain('yargs');
    for (const name of bundled) expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'));
  });
});
