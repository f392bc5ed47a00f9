import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { type PlainSummary, readIndex, summaryOf } from '../contract/shell.ts';
import { repomill } from '../launcher.ts';
import { startPlainHost } from '../plain-host.ts';
import { DEBIAN, DEBIAN_CONFIG, DEBIAN_UPDATE, makeWorkspace, writeFiles } from '../workspace.ts';
import { pullAmd64, readJson, type Shown } from './read-json.ts';
import { whileServing } from './serve-process.ts';

const workspace = makeWorkspace();
/** The tree after the first release of the sample, and after the second. */
const [older, newer] = [join(workspace, 'older'), join(workspace, 'newer')];
let before: PlainSummary;
let after: PlainSummary;
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

beforeAll(async () => {
  await build({ input: DEBIAN, out: older });
  cpSync(older, newer, { recursive: true });
  await build({ input: DEBIAN_UPDATE, out: newer, config: DEBIAN_CONFIG });
  [before, after] = [summaryOf(readIndex(older), 'amd64'), summaryOf(readIndex(newer), 'amd64')];
});

const deltaPath = (): string => `deltas/${before.sha256}-${after.sha256}.bsdiff`;

describe('show from a URL', () => {
  const showFrom = (url: string): Promise<Shown> => readJson('show', 'astropy-utils', '--from', url, '--arch', 'amd64');

  it('fetches the index, the header and one bucket by Range', async () => {
    const requests = await whileServing(newer, async (url) => {
      const { packages, files } = await showFrom(url);
      expect(packages.map(({ record }) => record.version)).toEqual(['5.2.1-2+deb12u1']);
      expect(files.map(({ how }) => how)).toEqual(['full', 'partial', 'partial']);
      expect(files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(after.storedSize / 5);
    });
    expect(requests.map(({ status }) => status)).toEqual([200, 206, 206]);
  });

  it('gives the same from one whole file if the host ignores Range', async () => {
    const host = await startPlainHost(newer);
    const { packages, files } = await showFrom(host.url).finally(host.stop);
    expect(packages.map(({ record }) => record.version)).toEqual(['5.2.1-2+deb12u1']);
    expect(files.map(({ how }) => how)).toEqual(['full', 'full']);
    expect(host.requests).toEqual(['index.json', `summaries/${after.sha256}.gz`]);
  });

  it('refuses a bucket whose bytes differ from the header, with exit code 3', async () => {
    const tree = freshPath();
    cpSync(newer, tree, { recursive: true });
    const file = join(tree, `summaries/${after.sha256}.gz`);
    const bytes = readFileSync(file);
    // Everything after the header, and so the bucket that is asked for.
    bytes.fill(0, after.header.storedSize);
    writeFileSync(file, bytes);
    await whileServing(tree, async (url) => {
      const run = await repomill(['show', 'astropy-utils', '--from', url, '--arch', 'amd64']);
      expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    });
  });
});

describe('the reading commands', () => {
  it.each(['cache', 'URL', 'directory'])('give the same from a %s', async (kind) => {
    const cache = freshPath();
    await pullAmd64(newer, cache);
    const host = await startPlainHost(newer);
    const place = { cache: ['--cache', cache], URL: ['--from', host.url], directory: ['--from', newer] }[kind] ?? [];
    const words = [...place, '--arch', 'amd64'];
    try {
      const status = await readJson<{ summaries: readonly { arch: string; packages: number }[] }>('status', ...words);
      expect(status.summaries[0]).toMatchObject({ arch: 'amd64', packages: after.packages });
      const show = await readJson<Shown>('show', 'astropy-utils', ...words);
      expect(show.packages.map(({ record }) => record.version)).toEqual(['5.2.1-2+deb12u1']);
      const search = await readJson<{ total: number; hits: readonly { name: string }[] }>(
        'search',
        'astropy',
        ...words,
      );
      expect(search.hits.map(({ name }) => name)).toContain('astropy-utils');
      const where = await readJson<{ total: number }>('search', '--where', 'component = contrib', ...words);
      expect(where.total).toBe(countStanzas('contrib/amd64/Packages'));
      const plan = await readJson<{ packages: readonly unknown[] }>('plan', 'astropy-utils', ...words);
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
  it('predicts to the byte what a pull then fetches', async () => {
    const cache = freshPath();
    await pullAmd64(older, cache);
    await whileServing(newer, async (url) => {
      const plan = await readJson<{ metadata: { total: { bytes: number; unknown: number } } }>(
        'plan',
        '--cache',
        cache,
        '--from',
        url,
        '--arch',
        'amd64',
      );
      const { transferred } = await pullAmd64(url, cache);
      expect(plan.metadata.total).toEqual({ bytes: transferred, unknown: 0 });
    });
  });
});

describe('verify and inspect', () => {
  it('find no problem in the tree, as a directory and as a URL', async () => {
    for (const tree of [older, newer]) {
      expect(await readJson('verify', tree)).toMatchObject({
        ok: true,
        layouts: [{ layout: 'native', findings: [], remarks: [] }],
        foreign: [],
      });
      await whileServing(tree, async (url) => expect(await readJson('verify', url)).toMatchObject({ ok: true }));
    }
  });

  it('list at most 50 foreign files, and only those in the directories of the tree', async () => {
    const tree = freshPath();
    cpSync(newer, tree, { recursive: true });
    const names = Array.from({ length: 60 }, (_, i) => `summaries/mine-${String(i).padStart(2, '0')}`);
    writeFiles(tree, Object.fromEntries([...names, 'mine', 'pool/mine'].map((name) => [name, ''])));
    const { exitCode, stderr } = await repomill(['verify', tree]);
    const lines = names.slice(0, 50).map((name) => `${name}: not written by repomill, left alone\n`);
    expect([exitCode, stderr]).toEqual([0, `${lines.join('')}… and 10 more: not written by repomill, left alone\n`]);
  });

  it('recognise an index, a summary and a delta, as a file, a directory and a URL', async () => {
    const file = (path: string): string => join(newer, path);
    expect(await readJson('inspect', newer)).toMatchObject({ kind: 'index', index: { version: 2 } });
    expect(await readJson('inspect', file('index.json'))).toMatchObject({ kind: 'index' });
    expect(await readJson('inspect', file(`summaries/${after.sha256}.gz`))).toMatchObject({
      kind: 'summary',
      arch: 'amd64',
    });
    expect(await readJson('inspect', file(deltaPath()))).toMatchObject({ kind: 'delta', newSize: after.size });
    await whileServing(newer, async (url) => {
      expect(await readJson('inspect', url)).toMatchObject({ kind: 'index', index: { version: 2 } });
      expect(await readJson('inspect', url + deltaPath())).toMatchObject({ kind: 'delta', newSize: after.size });
    });
  });

  it.each<[string, () => string]>([
    ['a summary', () => `summaries/${after.sha256}.gz`],
    ['an older summary', () => `summaries/${before.sha256}.gz`],
    ['a delta', deltaPath],
  ])('find %s with changed bytes, and give its path', async (_, path) => {
    const tree = freshPath();
    cpSync(newer, tree, { recursive: true });
    const bytes = readFileSync(join(tree, path()));
    bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
    writeFileSync(join(tree, path()), bytes);
    const { exitCode, stdout } = await repomill(['verify', tree, '--json']);
    const report: Readonly<Record<string, unknown>> = JSON.parse(stdout);
    expect([exitCode, report.ok]).toEqual([3, false]);
    expect(JSON.stringify(report.layouts)).toContain(path());
  });
});
