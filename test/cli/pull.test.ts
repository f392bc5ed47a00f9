import { once } from 'node:events';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { directoryStore } from '../../src/platform/files/directory-store.ts';
import { type PlainSummary, readIndex, summaryOf } from '../contract/shell.ts';
import { repomill, startRepomill } from '../launcher.ts';
import {
  DEBIAN,
  DEBIAN_CONFIG,
  DEBIAN_UPDATE,
  digestsOf,
  listPaths,
  makeWorkspace,
  sha256Of,
  stateOf,
} from '../workspace.ts';
import { type Pulled, pullAmd64, readJson } from './read-json.ts';
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
const holds = (cache: string, { sha256, size }: PlainSummary): boolean =>
  listPaths(cache).some((path) => {
    const bytes = readFileSync(join(cache, path));
    return bytes.length === size && sha256Of(bytes) === sha256;
  });

describe('a pull into a copy where a killed process left temporary files', () => {
  it('is not stopped by them, whatever its own process ID is, and removes them', async () => {
    const cache = freshPath();
    await pullAmd64(older, cache);
    const expected = listPaths(cache);
    for (let id = 0; id < 3; id++) writeFileSync(join(cache, `.repomill-tmp-${process.pid}-${id}`), 'half');
    expect((await pullAmd64(newer, cache)).version).toBe(2);
    expect(listPaths(cache)).toHaveLength(expected.length);
    expect(holds(cache, after)).toBe(true);
  });
});

describe('a pull from `serve`', () => {
  it('fetches the index and the whole summary the first time', async () => {
    const cache = freshPath();
    const requests = await whileServing(older, async (url) => {
      const { version, changed, files } = await pullAmd64(url, cache);
      expect([version, changed]).toEqual([1, true]);
      expect(files).toEqual([
        expect.objectContaining({ path: 'index.json', how: 'full' }),
        { path: `summaries/${before.sha256}.gz`, how: 'full', bytes: before.storedSize },
      ]);
    });
    expect(requests.map(({ path }) => path)).toEqual(['index.json', `summaries/${before.sha256}.gz`]);
    expect(holds(cache, before)).toBe(true);
  });

  it('refuses a published tree as its cache, and leaves it unchanged', async () => {
    const tree = freshPath();
    cpSync(older, tree, { recursive: true });
    const before = stateOf(tree);
    const { exitCode, stdout, stderr } = await repomill(['pull', newer, '--cache', tree]);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`${tree}: expected a cache or an empty directory, found a published tree`);
    expect(stateOf(tree)).toEqual(before);
  });

  it('refuses a cache that another pull is writing to, and works once that has ended', async () => {
    const cache = freshPath();
    await pullAmd64(older, cache);
    const before = digestsOf(cache);
    const unlock = await directoryStore(cache).lock?.();
    const { exitCode, stderr } = await repomill(['pull', newer, '--cache', cache]);
    await unlock?.();
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`${cache}: another pull is writing here`)]);
    expect(digestsOf(cache)).toEqual(before);
    expect(await pullAmd64(newer, cache)).toMatchObject({ version: 2 });
  });

  it('does not say that it came from the version that it has, if it only adds to the copy', async () => {
    const cache = freshPath();
    for (const options of [
      ['--arch', 'amd64'],
      ['--arch', 'amd64', '--subset', 'free'],
    ]) {
      const { stdout } = await repomill(['pull', older, '--cache', cache, ...options]);
      expect(stdout).toMatch(/^version 1: fetched \d/m);
    }
  });

  it('gets only a 304 response if nothing changed', async () => {
    const cache = freshPath();
    const requests = await whileServing(older, async (url) => {
      await pullAmd64(url, cache);
      const again = await pullAmd64(url, cache);
      expect(again).toMatchObject({ version: 1, changed: false, transferred: 0 });
    });
    expect(requests.slice(2)).toEqual([{ status: 304, path: 'index.json' }]);
  });

  it('fetches the index and a delta after a new release', async () => {
    const cache = freshPath();
    await pullAmd64(older, cache);
    const requests = await whileServing(newer, async (url) => {
      const { version, files, transferred } = await pullAmd64(url, cache);
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
    [
      'cut off',
      (tree) => writeFileSync(join(tree, deltaPath()), readFileSync(join(tree, deltaPath())).subarray(0, 50)),
    ],
    ['a different delta', (tree) => cpSync(join(tree, anotherDelta(tree)), join(tree, deltaPath()))],
  ])('fetches the whole summary if the delta is %s', async (_, harm) => {
    const [cache, tree] = [freshPath(), freshPath()];
    await pullAmd64(older, cache);
    cpSync(newer, tree, { recursive: true });
    harm(tree);
    const { exitCode, stdout } = await repomill(['pull', tree, '--cache', cache, '--arch', 'amd64', '--json']);
    const pulled: Pulled = JSON.parse(stdout);
    expect([exitCode, pulled.fallbacks.map(({ path }) => path)]).toEqual([0, [deltaPath()]]);
    expect(pulled.files[1]).toMatchObject({ path: `summaries/${after.sha256}.gz`, how: 'full' });
    expect(holds(cache, after)).toBe(true);
  });

  it('pulls every arch without --arch, and a subset with --subset', async () => {
    const [all, free] = [freshPath(), freshPath()];
    await readJson('pull', newer, '--cache', all);
    await readJson('pull', newer, '--cache', free, '--arch', 'arm64', '--subset', 'free');
    const index = readIndex(newer);
    expect([holds(all, after), holds(all, summaryOf(index, 'arm64'))]).toEqual([true, true]);
    expect([holds(free, summaryOf(index, 'arm64', 'free')), holds(free, after)]).toEqual([true, false]);
  });

  function anotherDelta(tree: string): string {
    return listPaths(tree).find((path) => path.startsWith('deltas/') && path !== deltaPath()) ?? '';
  }
});

describe('a pull that is interrupted', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with exit code 130 at %s, and leaves the copy unchanged',
    async (signal) => {
      const cache = freshPath();
      await pullAmd64(older, cache);
      const copy = stateOf(cache);
      // The index, and no answer to any other request.
      const server = createServer((request, response) => {
        if (request.url === '/index.json') response.end(readFileSync(join(newer, 'index.json')));
        else pulling.process.kill(signal);
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const pulling = startRepomill(['pull', url, '--cache', cache, '--json']);
      const { exitCode, stdout, stderr } = await pulling.ended;
      server.closeAllConnections();
      server.close();
      expect([exitCode, stderr]).toEqual([130, 'repomill: interrupted\n']);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'interrupted' } });
      expect(stateOf(cache)).toEqual(copy);
      expect(await pullAmd64(newer, cache)).toMatchObject({ version: 2 });
    },
  );
});
