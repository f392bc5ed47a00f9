import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { verify } from '../../src/verify.ts';
import { allFindings, onlyLayout } from '../audited.ts';
import { repomill } from '../launcher.ts';
import { APP, draftRepository, LOCALE } from '../unit/layouts/flatpak/audit/tiny-repository.ts';
import { listPaths, makeWorkspace, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
const repository = join(workspace, 'repository');
let server: Server | undefined;

beforeAll(async () => {
  for (const installed of [1000n, 2000n, 3000n]) {
    // A commit that says something else is another commit: a change.
    const { files, config } = draftRepository({ [APP]: { sizes: { installed, download: 7n } } });
    writeFiles(repository, { ...Object.fromEntries(files), config });
    if (installed === 2000n) rmSync(join(repository, 'refs/heads', LOCALE));
    await build({ input: repository, out: repository, layout: 'flatpak' });
  }
});

afterAll(() => {
  server?.close();
  server?.closeAllConnections();
});

/** The findings on a directory, as one text. */
async function findings(tree: string): Promise<string> {
  const report = await verify({ tree });
  return allFindings(report)
    .map(({ path, message }) => `${path}: ${message}`)
    .join('\n');
}

describe('verify, of what build wrote', () => {
  it('finds nothing after three builds, and applies the deltas of each change', async () => {
    const report = onlyLayout(await verify({ tree: repository }));
    expect(report).toMatchObject({ layout: 'flatpak', summaries: 4, refs: 5, commits: 5, findings: [], foreign: [] });
    expect(report.deltas).toBeGreaterThanOrEqual(4);
  });

  it('finds every missing or damaged file of summaries/', async () => {
    const paths = listPaths(repository).filter((path) => /^summaries\/.*\.(gz|delta)$/.test(path));
    expect(paths.length).toBeGreaterThan(8);
    const { newest, older } = await digests();
    const reached = new Set([...newest, ...older].map((digest) => `summaries/${digest}.gz`));
    for (const path of paths) {
      const file = join(repository, path);
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.subarray(0, -1));
      // A delta that is kept for clients with an older index is not one of this index.
      if (reached.has(path) || isDelta(path, newest)) expect(await findings(repository)).toContain(path);
      writeFileSync(file, bytes);
    }
    expect(await findings(repository)).toBe('');
  });

  it('reports both layouts of a tree, and neither takes files of the other for leftovers', async () => {
    const tree = join(workspace, 'both');
    for (const layout of ['flatpak', 'native'] as const) await build({ input: repository, out: tree, layout });
    const { exitCode, stdout } = await repomill(['verify', tree, '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      layouts: [
        { layout: 'native', state: { version: 1 }, findings: [] },
        { layout: 'flatpak', counts: { summaries: 4 }, findings: [] },
      ],
      foreign: [],
    });
    const lines = (await repomill(['verify', tree])).stdout.trimEnd().split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^version 1: ok; checked /),
      expect.stringMatching(/^flatpak, changed 2017-07-14: ok; checked 4 summaries/),
    ]);
  });

  it('takes no file for a leftover that an unreadable layout may need, and says that nothing else was checked', async () => {
    const tree = join(workspace, 'unreadable');
    for (const layout of ['flatpak', 'native'] as const) await build({ input: repository, out: tree, layout });
    writeFileSync(join(tree, 'index.json'), '{"signed": 7}');
    const { exitCode, stdout } = await repomill(['verify', tree]);
    expect(exitCode).toBe(3);
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^index\.json: /),
      'repomill repository: 1 problem; nothing else could be checked',
      expect.stringMatching(/^flatpak, changed 2017-07-14: ok; checked 4 summaries/),
    ]);
  });

  it('refuses wrong keys for a tree with two layouts, too', async () => {
    const tree = join(workspace, 'keys');
    for (const layout of ['flatpak', 'native'] as const) await build({ input: repository, out: tree, layout });
    const publicKeys = [Uint8Array.of(1)];
    await expect(verify({ tree, publicKeys })).rejects.toMatchObject({ code: 'usage' });
  });

  it('is not ok if one of two layouts is wrong', async () => {
    const tree = join(workspace, 'half');
    for (const layout of ['flatpak', 'native'] as const) await build({ input: repository, out: tree, layout });
    writeFileSync(join(tree, 'summary'), 'x');
    const { exitCode, stdout } = await repomill(['verify', tree, '--json']);
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      layouts: [
        { layout: 'native', findings: [] },
        { layout: 'flatpak', findings: [{ path: 'summary' }] },
      ],
    });
  });
});

describe('repomill verify, of a flatpak repository', () => {
  it('prints one line if everything is right', async () => {
    const { exitCode, stdout } = await repomill(['verify', repository]);
    expect(stdout).toMatch(/^flatpak, changed [\d-]+: ok; checked 4 summaries, 5 commits, .*; not signed\n$/);
    expect(exitCode).toBe(0);
  });

  it('finds a host that unpacks .gz files in transit', async () => {
    const url = await serveWithEncoding();
    const { exitCode, stdout } = await repomill(['verify', url]);
    expect(stdout).toMatch(
      /^summaries\/\w+\.gz: expected no Content-Encoding, found gzip .*: clients decompress the file/m,
    );
    expect(stdout.trimEnd().split('\n').slice(1)).toEqual([
      expect.stringMatching(/^flatpak, changed [\d-]+: ok; /),
      'host: 1 problem',
    ]);
    expect(exitCode).toBe(3);
  });

  it('refuses a key file that is missing or empty', async () => {
    const missing = await repomill(['verify', repository, '--gpg-import', join(workspace, 'missing')]);
    expect(missing).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--gpg-import: expected a key file'),
    });
    const none = await repomill(['verify', repository, '--gpg-import', join(repository, 'config')]);
    expect(none).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('expected OpenPGP public keys') });
  });
});

function isDelta(path: string, newest: readonly string[]): boolean {
  return newest.some((digest) => path.endsWith(`-${digest}.delta`));
}

async function digests(): Promise<{ readonly newest: readonly string[]; readonly older: readonly string[] }> {
  const { stdout } = await repomill(['inspect', join(repository, 'summary.idx'), '--json']);
  const {
    summaries,
  }: { readonly summaries: readonly { readonly sha256: string; readonly history: readonly string[] }[] } =
    JSON.parse(stdout);
  return { newest: summaries.map(({ sha256 }) => sha256), older: summaries.flatMap(({ history }) => history) };
}

function serveWithEncoding(): Promise<string> {
  server = createServer((request, response) => {
    const file = join(repository, request.url ?? '');
    if (!existsSync(file)) response.writeHead(404).end();
    else response.writeHead(200, /\.gz$/.test(file) ? { 'Content-Encoding': 'gzip' } : {}).end(readFileSync(file));
  });
  return new Promise((resolve) => {
    server?.listen(0, '127.0.0.1', () => {
      const address = server?.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`);
    });
  });
}
