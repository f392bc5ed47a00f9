import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../../contract/host-contract.ts';
import { requestRaw } from '../../contract/raw-request.ts';
import { type Running, startRepomill } from '../../launcher.ts';
import { writeFiles } from '../../workspace.ts';
import { startNginx } from '../nginx-host.ts';
import { requireProgram } from '../programs.ts';
import { findApts, requireApt } from './apts.ts';
import { makeDeb } from './debs.ts';
import { listConfig, type Published, publish, publishDays } from './publishers.ts';
import { openStage } from './stage.ts';
import { stanzasOf } from './stanzas.ts';

const hasApt = requireApt();
const hasNginx = requireProgram('nginx');
const apts = hasApt ? findApts() : [];

describe.skipIf(!hasApt || !hasNginx)('nginx with the template that `init` writes', () => {
  const stage = openStage();
  let days: Published;
  let key: Buffer;
  /** What nginx serves, now. */
  let tree = '';
  const hosts: Host[] = [];
  beforeAll(async () => {
    const pair = await stage.newKey('archive');
    key = readFileSync(pair.publicFile);
    days = await publishDays(stage, [0, 1], { config: listConfig(), sign: [pair.secretFile] });
    tree = stage.newDirectory();
  });
  afterAll(() => Promise.all(hosts.map(({ stop }) => stop())));
  const start = async (http?: string): Promise<Host> => {
    const host = await startNginx(tree, http);
    hosts.push(host);
    return host;
  };
  const show = (day: number): void => {
    rmSync(tree, { recursive: true, force: true });
    stage.copyTo(days.tree(day), tree);
  };

  describe.each(apts)('$title', (apt) => {
    it.each([
      ['by itself', ''],
      ['of a server that compresses all it can', 'gzip on; gzip_types *; gzip_static on;'],
      [
        'of a server that calls .gz files compressed in transit',
        'map $uri $e { ~[.]gz$ gzip; } add_header Content-Encoding $e;',
      ],
    ])('updates from it %s, finds nothing new, and sees the next day', async (_, http) => {
      show(0);
      const host = await start(http);
      const client = stage.newClient(apt, { sources: [{ url: host.url, key }] });
      expect((await client.update()).stdout).toContain('Get:');
      expect(await client.available()).toEqual(stanzasOf(days.lists(0)['main/amd64'] ?? []));
      const again = await client.update();
      expect(again.stdout).toContain('Hit:1 ');
      expect(again.stdout).not.toContain('Get:');
      show(1);
      const later = await client.update();
      expect(later.stdout).toContain('.pdiff');
      expect(later.stdout).not.toContain('Ign:');
      expect(await client.available()).toEqual(stanzasOf(days.lists(1)['main/amd64'] ?? []));
    });
  });

  it('lets caches keep files by hash, and asks them to look again for InRelease', async () => {
    show(0);
    const { url } = await start();
    const header = async (path: string): Promise<string | undefined> =>
      (await requestRaw(new URL(path, url), {})).headers['cache-control'];
    const release = await (await fetch(new URL('dists/stable/Release', url))).text();
    const [, digest = ''] = /^ ([0-9a-f]{64}) +\d+ main\/binary-amd64\/Packages\.xz$/m.exec(release) ?? [];
    expect(await header(`dists/stable/main/binary-amd64/by-hash/SHA256/${digest}`)).toContain('immutable');
    expect(await header('dists/stable/main/binary-amd64/Packages.xz')).toContain('max-age=');
    expect(await header('dists/stable/Release')).not.toContain('immutable');
  });
});

describe.skipIf(!hasApt)('`repomill serve` of an archive', () => {
  const stage = openStage();
  let serving: Running;
  let url = '';
  beforeAll(async () => {
    const deb = await makeDeb('libgreeting++1', { version: '1.2~rc1+b1' });
    const input = writeFiles(stage.newDirectory(), { [deb.fileName]: deb.bytes });
    const tree = stage.newDirectory();
    await publish(stage, input, tree);
    serving = startRepomill(['serve', tree, '--port', '0']);
    url = await new Promise((resolve) => {
      serving.process.stdout?.once('data', (text: unknown) => resolve(String(text).trim()));
    });
  });
  afterAll(async () => {
    serving.process.kill('SIGTERM');
    await serving.ended;
  });

  it.each(apts)('is enough for $title to update and to download', async (apt) => {
    const client = stage.newClient(apt, { sources: [{ url, options: ['trusted=yes'] }] });
    expect(await client.update()).toMatchObject({ exitCode: 0 });
    expect((await client.fetch('download', 'libgreeting++1')).size).toBe(1);
    expect((await client.update()).stdout).toContain('Hit:');
  });
});
