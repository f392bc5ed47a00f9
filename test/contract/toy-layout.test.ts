/**
 * The proof that a layout is a folder and a row: a copy of this package with a third one is compiled, and its commands and its
 * public face work with that layout.
 */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asLines, sampleRecord } from '../sample-records.ts';
import { writeFiles } from '../workspace.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TOY = fileURLToPath(new URL('toy-layout', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'repomill-test-'));
const input = join(copy, 'input');
const out = join(copy, 'public');

/** The row: an import, and the layout's name in the table and in its type. */
function addRow(table: string): string {
  return table
    .replace("import { native } from './native/layout.ts';", "$&\nimport { toy } from './toy/layout.ts';")
    .replace('typeof apt]', 'typeof apt, typeof toy]')
    .replace('flatpak, apt]', 'flatpak, apt, toy]');
}

beforeAll(() => {
  for (const name of [
    'src',
    'bin',
    'templates',
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'rolldown.config.ts',
  ]) {
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction');
  for (const file of readdirSync(TOY)) {
    const text = readFileSync(join(TOY, file), 'utf8');
    const moved = text.replaceAll("'../../../src/layouts/", "'../").replaceAll("'../../../src/", "'../../");
    writeFiles(join(copy, 'src/layouts/toy'), { [file]: moved });
  }
  const table = join(copy, 'src/layouts/layouts.ts');
  writeFileSync(table, addRow(readFileSync(table, 'utf8')));
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: copy, stdio: ['ignore', 'ignore', 'inherit'] });
  writeFiles(input, { 'all.jsonl': asLines([sampleRecord('b', '1.0', 'amd64'), sampleRecord('a', '2.0', 'arm64')]) });
}, 300_000);

afterAll(() => rmSync(copy, { recursive: true }));

function run(...words: readonly string[]): string {
  const launcher = join(copy, 'bin/repomill.js');
  return execFileSync(process.execPath, [launcher, ...words], {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: join(copy, 'cache') },
  });
}

describe('a fourth layout, by a folder and a row', () => {
  it('is built, and not written again without change', () => {
    expect(run('build', input, '--layout', 'toy', '--out', out)).toBe(
      'toy list: 2 records; wrote 24 B in 1 file; a new client fetches at most 24 B\n',
    );
    expect(readFileSync(join(out, 'list.txt'), 'utf8')).toBe('a 2.0 arm64\nb 1.0 amd64\n');
    expect(run('build', input, '--layout', 'toy', '--out', out)).toMatch(/^toy list: no change, nothing written/);
  });

  it('is built, verified and inspected through the public face', async () => {
    const url = pathToFileURL(join(copy, 'dist/index.js')).href;
    const repomill: typeof import('../../src/index.ts') = await import(url);
    const request = { input, out: join(copy, 'by-api') };
    const report = await repomill.build({ ...request, layout: JSON.parse('"toy"') });
    expect(report).toMatchObject({ layout: 'toy', state: { lines: 2 }, changed: true, indexSize: 24 });
    const { layouts, foreign } = await repomill.verify({ tree: request.out });
    expect(layouts).toMatchObject([{ layout: 'toy', findings: [], counts: { lines: 2 } }]);
    expect(foreign).toEqual([]);
    const path = join(request.out, 'list.txt');
    expect(await repomill.inspect(readFileSync(path), { path })).toEqual({ layout: 'toy', kind: 'list', lines: 2 });
  });

  it('is verified, and what is wrong is found', () => {
    expect(run('verify', out)).toBe('toy list: ok; checked 2 lines\n');
    writeFileSync(join(out, 'list.txt'), 'b 1.0 amd64\na 2.0 arm64\n');
    expect(() => run('verify', out)).toThrow();
    expect(run('build', input, '--layout', 'toy', '--out', out)).toMatch(/wrote/);
    expect(run('verify', out)).toBe('toy list: ok; checked 2 lines\n');
  });

  it('is inspected, by its tree and by its file', () => {
    expect(run('inspect', out)).toBe('a list of 2 records\n');
    expect(run('inspect', join(out, 'list.txt'))).toBe('a list of 2 records\n');
  });

  it('is served with its headers and its hint', async () => {
    const server = spawn(process.execPath, [join(copy, 'bin/repomill.js'), 'serve', out, '--port', '0']);
    try {
      const url = await new Promise<string>((resolve) =>
        server.stdout.once('data', (data) => resolve(`${data}`.trim())),
      );
      const hint = new Promise<string>((resolve) => {
        let noted = '';
        server.stderr.on('data', (data) => {
          noted += data;
          if (noted.includes('curl')) resolve(noted);
        });
      });
      const answer = await fetch(new URL('list.txt', url));
      expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(await answer.text()).toBe('a 2.0 arm64\nb 1.0 amd64\n');
      expect(await hint).toContain('read it by\n  curl http://127.0.0.1:');
    } finally {
      server.kill('SIGINT');
    }
  });

  it('is started by init, with host files that know it', () => {
    execFileSync(process.execPath, [join(copy, 'templates/render-hosts.js')], { cwd: copy });
    const { files, next } = JSON.parse(run('init', join(copy, 'fresh'), '--layout', 'toy', '--json'));
    expect(next).toContain('toy');
    expect(files).toContain('hosts/nginx.conf');
    for (const name of ['.htaccess', 'Caddyfile', '_headers', 'nginx.conf', 'upload.sh']) {
      expect(readFileSync(join(copy, 'fresh/hosts', name), 'utf8')).toMatch(/list\\?\.txt/);
    }
  });

  it('leaves the other layouts as they are', () => {
    const native = join(copy, 'native');
    expect(run('build', input, '--out', native)).toMatch(/^version 1: 2 packages in 2 summaries/);
    expect(run('verify', native)).toMatch(/^version 1: ok; checked/);
  });
});
