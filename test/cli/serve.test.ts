import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { type Run, startRepomill } from '../launcher.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';

const root = makeWorkspace();

/** Serves a directory with one file, and sends a signal the moment the URL arrives. */
async function serveOnce(file: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<Run> {
  const directory = writeFiles(join(root, file), { [file]: 'x' });
  const { process, ended } = startRepomill(['serve', directory, '--port', '0']);
  process.stdout?.once('data', () => process.kill(signal));
  return ended;
}

describe('repomill serve', () => {
  it('prints the URL, and how to add the repository to flatpak', async () => {
    const { exitCode, stdout, stderr } = await serveOnce('summary.idx');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    expect(stderr).toContain(`\n  flatpak remote-add --user --no-gpg-verify preview ${stdout}`);
  });

  it('shows a small page at the URL that it prints, unless the directory has one of its own', async () => {
    const pageOf = async (directory: string, path = ''): Promise<readonly [number, string]> => {
      const { process, ended } = startRepomill(['serve', directory, '--port', '0']);
      const url = await new Promise<string>((resolve) => process.stdout?.once('data', (text) => resolve(text.trim())));
      const response = await fetch(`${url}${path}`);
      const answer = [response.status, await response.text()] as const;
      process.kill();
      await ended;
      return answer;
    };
    const tree = writeFiles(join(root, 'a <b> & "c"'), { 'index.json': 'x' });
    const [status, page] = await pageOf(tree);
    expect(status).toBe(200);
    expect(page).toContain('a &lt;b&gt; &amp; &quot;c&quot;</h1>');
    expect(page).toContain('This is a repomill repository. Clients start from <a href="index.json">index.json</a>.');
    expect(page).toMatch(/<pre>clients read it by\n {2}repomill status --from http:\/\/127/);
    expect((await pageOf(writeFiles(join(root, 'empty'), { 'a.txt': 'x' })))[1]).toContain('no repository in it');
    expect(await pageOf(writeFiles(join(root, 'own'), { 'index.html': 'mine' }))).toEqual([200, 'mine']);
    expect(await pageOf(tree, 'missing/')).toEqual([404, '']);
  });

  it('does not mention flatpak if there is no index for it', async () => {
    const { exitCode, stderr } = await serveOnce('index.json');
    expect([exitCode, stderr.includes('flatpak')]).toEqual([0, false]);
    expect(stderr).toContain('press Ctrl+C to stop');
  });

  it('prints the line with which apt finds each suite, and serves each kind of file with its type', async () => {
    const stanza = 'Package: hello\nVersion: 1\nArchitecture: amd64\nFilename: h.deb\nSize: 1\nSHA256: ';
    const input = writeFiles(join(root, 'apt input'), { Packages: `${stanza}${'0'.repeat(64)}\n` });
    const suites = { stable: { components: ['main'] }, testing: { components: ['main'], notAutomatic: true } };
    writeFiles(input, { 'repomill.yaml': JSON.stringify({ name: 'a', layout: 'apt', apt: { suites } }) });
    const out = join(root, 'apt tree');
    await build({ input, out, layout: 'apt' });
    const { process, ended } = startRepomill(['serve', out, '--port', '0']);
    const url = await new Promise<string>((resolve) => process.stdout?.once('data', (text) => resolve(text.trim())));
    const types: (readonly [number, string | null])[] = [];
    for (const path of [
      'InRelease',
      'Release',
      'main/binary-amd64/Packages.xz',
      'main/binary-amd64/Packages',
      'a.sources',
    ]) {
      const { status, headers } = await fetch(`${url}dists/stable/${path}`);
      types.push([status, headers.get('content-type')]);
    }
    const { headers } = await fetch(`${url}dists/stable/Release`);
    const condition = { 'If-Modified-Since': headers.get('last-modified') ?? '' };
    expect((await fetch(`${url}dists/stable/Release`, { headers: condition })).status).toBe(304);
    process.kill();
    const { stderr } = await ended;
    expect(types).toEqual([
      [404, null],
      [200, 'text/plain; charset=utf-8'],
      [200, 'application/x-xz'],
      [200, 'application/octet-stream'],
      [200, 'text/plain; charset=utf-8'],
    ]);
    expect(stderr).toContain(
      `apt finds it by\n  deb [trusted=yes] ${url} stable main\n  deb [trusted=yes] ${url} testing main\n`,
    );
    expect(stderr).toContain('304 GET /dists/stable/Release\n');
  });

  it('serves an archive whose state is damaged, without the line', async () => {
    const tree = writeFiles(join(root, 'damaged'), { 'dists/repomill.json': '{"format":"repomill-apt/9"' });
    const { process, ended } = startRepomill(['serve', tree, '--port', '0']);
    await new Promise((resolve) => process.stderr?.on('data', (text) => /apt finds/.test(text) && resolve(undefined)));
    process.kill();
    expect((await ended).stderr).toContain('apt finds it by a line in /etc/apt/sources.list.d\n');
  });

  it('says so of a directory without a tree, and serves it', async () => {
    const { exitCode, stderr } = await serveOnce('page.html');
    expect([exitCode, stderr.split('\n')[1]]).toEqual([
      0,
      `no published tree in ${join(root, 'page.html')}: expected index.json, summary.idx or dists/repomill.json`,
    ]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('shuts down cleanly on a %s that arrives with the URL', async (signal) => {
    const { exitCode, signal: killedBy, stdout } = await serveOnce('index.json', signal);
    expect([exitCode, killedBy]).toEqual([0, null]);
    expect(stdout).toMatch(/^http:/);
  });
});
