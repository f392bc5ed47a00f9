import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { type PlainSummary, readIndex, summaryOf } from '../contract/shell.ts';
import { repomill } from '../launcher.ts';
import { startPlainHost } from '../plain-host.ts';
import { DEBIAN, DEBIAN_CONFIG, DEBIAN_UPDATE, listPaths, makeWorkspace, sha256Of } from '../workspace.ts';
import { whileServing } from './serve-process.ts';

const workspace = makeWorkspace();
/** The tree after the first release of the sample, and after the second. */
const [older, newer] = [join(workspace, 'older'), join(workspace, 'newer')];
let before: PlainSummary;
let after: PlainSummary;
let counter = 0;
const freshCache = (): string => join(workspace, `cache-${counter++}`);

beforeAll(async () => {
  await build({ input: DEBIAN, out: older });
  cpSync(older, newer, { recursive: true });
  await build({ input: DEBIAN_UPDATE, out: newer, config: DEBIAN_CONFIG });
  [before, after] = [summaryOf(readIndex(older), 'amd64'), summaryOf(readIndex(newer), 'amd64')];
});

/** Runs a command that must work, and returns its JSON. */
async function read<Result>(...words: readonly string[]): Promise<Result> {
  const { exitCode, stdout, stderr } = await repomill([...words, '--json']);
  expect([exitCode, stderr]).toEqual([0, '']);
  const result: Result = JSON.parse(stdout);
  return result;
}

interface Pulled {
  readonly version: number;
  readonly changed: boolean;
  readonly transferred: number;
  readonly files: readonly { readonly path: string; readonly how: string; readonly bytes: number }[];
  readonly fallbacks: readonly { readonly path: string }[];
}
const pullFrom = (url: string, cache: string, ...words: readonly string[]): Promise<Pulled> =>
  read('pull', url, '--cache', cache, '--arch', 'amd64', ...words);
const deltaPath = (): string => `deltas/${before.sha256}-${after.sha256}.bsdiff`;
const holds = (cache: string, { sha256, size }: PlainSummary): boolean =>
  listPaths(cache).some((path) => {
    const bytes = readFileSync(join(cache, path));
    return bytes.length === size && sha256Of(bytes) === sha256;
  });

describe('pull over `serve`', () => {
  it('fetches the index and the whole summary at first', async () => {
    const cache = freshCache();
    const requests = await whileServing(older, async (url) => {
      const { version, changed, files } = await pullFrom(url, cache);
      expect([version, changed]).toEqual([1, true]);
      expect(files).toEqual([
        expect.objectContaining({ path: 'index.json', how: 'full' }),
        { path: `summaries/${before.sha256}.gz`, how: 'full', bytes: before.storedSize },
      ]);
    });
    expect(requests.map(({ path }) => path)).toEqual(['index.json', `summaries/${before.sha256}.gz`]);
    expect(holds(cache, before)).toBe(true);
  });

  it('fetches nothing but an answer 304 when nothing changed', async () => {
    const cache = freshCache();
    const requests = await whileServing(older, async (url) => {
      await pullFrom(url, cache);
      const again = await pullFrom(url, cache);
      expect(again).toMatchObject({ version: 1, changed: false, transferred: 0 });
    });
    expect(requests.slice(2)).toEqual([{ status: 304, path: 'index.json' }]);
  });

  it('fetches the index and a delta after a new release', async () => {
    const cache = freshCache();
    await pullFrom(older, cache);
    const requests = await whileServing(newer, async (url) => {
      const { version, files, transferred } = await pullFrom(url, cache);
      expect(version).toBe(2);
      expect(files[1]).toEqual({ path: deltaPath(), how: 'delta', bytes: after.history[0]?.deltaSize });
      expect(transferred).toBeLessThan(after.storedSize / 2);
    });
    expect(requests.map(({ path }) => path)).toEqual(['index.json', deltaPath()]);
    expect(holds(cache, after)).toBe(true);
  });

  it.each<[string, (tree: string) => void]>([
    ['missing', (tree) => rmSync(join(tree, deltaPath()))],
    ['damaged', (tree) => writeFileSync(join(tree, deltaPath()), Buffer.alloc(after.history[0]?.deltaSize ?? 0, 7))],
    ['cut off', (tree) => writeFileSync(join(tree, deltaPath()), readFileSync(join(tree, deltaPath())).subarray(0, 50))],
    ['another delta', (tree) => cpSync(join(tree, anotherDelta(tree)), join(tree, deltaPath()))],
  ])('takes the whole summary by itself where the delta is %s', async (_, harm) => {
    const [cache, tree] = [freshCache(), freshCache()];
    await pullFrom(older, cache);
    cpSync(newer, tree, { recursive: true });
    harm(tree);
    const { exitCode, stdout } = await repomill(['pull', tree, '--cache', cache, '--arch', 'amd64', '--json']);
    const pulled: Pulled = JSON.parse(stdout);
    expect([exitCode, pulled.fallbacks.map(({ path }) => path)]).toEqual([0, [deltaPath()]]);
    expect(pulled.files[1]).toMatchObject({ path: `summaries/${after.sha256}.gz`, how: 'full' });
    expect(holds(cache, after)).toBe(true);
  });

  it('pulls every arch without --arch, and a subset with --subset', async () => {
    const [all, free] = [freshCache(), freshCache()];
    await read('pull', newer, '--cache', all);
    await read('pull', newer, '--cache', free, '--arch', 'arm64', '--subset', 'free');
    const index = readIndex(newer);
    expect([holds(all, after), holds(all, summaryOf(index, 'arm64'))]).toEqual([true, true]);
    expect([holds(free, summaryOf(index, 'arm64', 'free')), holds(free, after)]).toEqual([true, false]);
  });

  function anotherDelta(tree: string): string {
    return listPaths(tree).find((path) => path.startsWith('deltas/') && path !== deltaPath()) ?? '';
  }
});

interface Shown {
  readonly packages: readonly { readonly record: { readonly version: string }; readonly arches: readonly string[] }[];
  readonly files: readonly { readonly path: string; readonly how: string; readonly bytes: number }[];
}

describe('show straight from a URL', () => {
  const showFrom = (url: string): Promise<Shown> => read('show', 'astropy-utils', '--from', url, '--arch', 'amd64');

  it('fetches the index, the header and one bucket by Range', async () => {
    const requests = await whileServing(newer, async (url) => {
      const { packages, files } = await showFrom(url);
      expect(packages.map(({ record }) => record.version)).toEqual(['5.2.1-2+deb12u1']);
      expect(files.map(({ how }) => how)).toEqual(['full', 'partial', 'partial']);
      expect(files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(after.storedSize / 5);
    });
    expect(requests.map(({ status }) => status)).toEqual([200, 206, 206]);
  });

  it('gives the same with one whole file where the host ignores Range', async () => {
    const host = await startPlainHost(newer);
    const { packages, files } = await showFrom(host.url).finally(host.stop);
    expect(packages.map(({ record }) => record.version)).toEqual(['5.2.1-2+deb12u1']);
    expect(files.map(({ how }) => how)).toEqual(['full', 'full']);
    expect(host.requests).toEqual(['index.json', `summaries/${after.sha256}.gz`]);
  });

  it('refuses with exit code 3 a bucket whose bytes are not those that the header names', async () => {
    const tree = freshCache();
    cpSync(newer, tree, { recursive: true });
    const file = join(tree, `summaries/${after.sha256}.gz`);
    const bytes = readFileSync(file);
    // Everything behind the header: the bucket that is asked for is among it.
    bytes.fill(0, after.header.storedSize);
    writeFileSync(file, bytes);
    await whileServing(tree, async (url) => {
      const run = await repomill(['show', 'astropy-utils', '--from', url, '--arch', 'amd64']);
      expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    });
  });
});

describe('the reading commands', () => {
  it.each(['cache', 'URL', 'directory'])('say the same from a %s', async (kind) => {
    const cache = freshCache();
    await pullFrom(newer, cache);
    const host = await startPlainHost(newer);
    const place = { cache: ['--cache', cache], URL: ['--from', host.url], directory: ['--from', newer] }[kind] ?? [];
    const words = [...place, '--arch', 'amd64'];
    try {
      const status = await read<{ summaries: readonly { arch: string; packages: number }[] }>('status', ...words);
      expect(status.summaries[0]).toMatchObject({ arch: 'amd64', packages: after.packages });
      const show = await read<Shown>('show', 'astropy-utils', ...words);
      expect(show.packages.map(({ record }) => record.version)).toEqual(['5.2.1-2+deb12u1']);
      const search = await read<{ total: number; hits: readonly { name: string }[] }>('search', 'astropy', ...words);
      expect(search.hits.map(({ name }) => name)).toContain('astropy-utils');
      const where = await read<{ total: number }>('search', '--where', 'component = contrib', ...words);
      expect(where.total).toBe(countStanzas('contrib/amd64/Packages'));
      const plan = await read<{ packages: readonly unknown[] }>('plan', 'astropy-utils', ...words);
      expect(plan.packages).toEqual([expect.objectContaining({ name: 'astropy-utils', action: 'install' })]);
    } finally {
      await host.stop();
    }
  });

  function countStanzas(path: string): number {
    return readFileSync(join(DEBIAN_UPDATE, path), 'utf8').match(/^Package: /gm)?.length ?? 0;
  }
});

describe('plan', () => {
  it('tells to the byte what a pull then fetches', async () => {
    const cache = freshCache();
    await pullFrom(older, cache);
    await whileServing(newer, async (url) => {
      const plan = await read<{ metadata: { total: { bytes: number; unknown: number } } }>(
        'plan', '--cache', cache, '--from', url, '--arch', 'amd64',
      );
      const { transferred } = await pullFrom(url, cache);
      expect(plan.metadata.total).toEqual({ bytes: transferred, unknown: 0 });
    });
  });
});

describe('verify and inspect', () => {
  it('find the tree right, as a directory and as a URL', async () => {
    for (const tree of [older, newer]) {
      expect(await read('verify', tree)).toMatchObject({ ok: true, findings: [], foreign: [] });
      await whileServing(tree, async (url) => expect(await read('verify', url)).toMatchObject({ ok: true }));
    }
  });

  it('tell an index, a summary and a delta, as a file, a directory and a URL', async () => {
    const file = (path: string): string => join(newer, path);
    expect(await read('inspect', newer)).toMatchObject({ kind: 'index', index: { version: 2 } });
    expect(await read('inspect', file('index.json'))).toMatchObject({ kind: 'index' });
    expect(await read('inspect', file(`summaries/${after.sha256}.gz`))).toMatchObject({ kind: 'summary', arch: 'amd64' });
    expect(await read('inspect', file(deltaPath()))).toMatchObject({ kind: 'delta', newSize: after.size });
    await whileServing(newer, async (url) => {
      expect(await read('inspect', url)).toMatchObject({ kind: 'index', index: { version: 2 } });
      expect(await read('inspect', url + deltaPath())).toMatchObject({ kind: 'delta', newSize: after.size });
    });
  });

  it.each<[string, () => string]>([
    ['a summary', () => `summaries/${after.sha256}.gz`],
    ['an older summary', () => `summaries/${before.sha256}.gz`],
    ['a delta', deltaPath],
  ])('find %s whose bytes changed, and name it', async (_, path) => {
    const tree = freshCache();
    cpSync(newer, tree, { recursive: true });
    const bytes = readFileSync(join(tree, path()));
    bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
    writeFileSync(join(tree, path()), bytes);
    const { exitCode, stdout } = await repomill(['verify', tree, '--json']);
    const report: { readonly ok: boolean; readonly findings: readonly { readonly path: string }[] } = JSON.parse(stdout);
    expect([exitCode, report.ok]).toEqual([3, false]);
    expect(report.findings.map((finding) => finding.path).join()).toContain(before.sha256 === path() ? '' : path());
  });
});
