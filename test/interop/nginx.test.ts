import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeHost, FLATPAK_ENCODINGS, type Host, treeFiles, writeTree } from '../contract/host-contract.ts';
import { requestRaw } from '../contract/raw-request.ts';
import { startNginx } from './nginx-host.ts';
import { requireProgram } from './programs.ts';

const hasNginx = requireProgram('nginx');

describe.skipIf(!hasNginx)('nginx with templates/hosts/nginx.conf', () => {
  describeHost('as a host', (directory) => startNginx(directory));

  describe('beside a server that compresses everything it can', () => {
    const directory = mkdtempSync(join(tmpdir(), 'repomill-test-'));
    let host: Host;
    beforeAll(async () => {
      const json = treeFiles.get('index.json') ?? Buffer.alloc(0);
      for (const name of ['index.json', 'combined.jsonl.gz', 'other.json']) writeFileSync(join(directory, name), json);
      host = await startNginx(directory, 'gzip on; gzip_types *; gzip_static on;');
    });
    afterAll(async () => {
      await host?.stop();
      rmSync(directory, { recursive: true });
    });
    const encodingOf = async (path: string): Promise<string | undefined> => {
      const answer = await requestRaw(new URL(path, host.url), { headers: { 'Accept-Encoding': 'gzip' } });
      return answer.headers['content-encoding'];
    };

    it('compresses the index, and nothing else', async () => {
      expect(await encodingOf('index.json')).toBe('gzip');
      expect(await encodingOf('combined.jsonl.gz')).toBeUndefined();
      expect(await encodingOf('other.json')).toBeUndefined();
    });

    it('answers 304 to a client that has the compressed index', async () => {
      const url = new URL('index.json', host.url);
      const whole = await requestRaw(url, { headers: { 'Accept-Encoding': 'gzip' } });
      expect(gunzipSync(whole.body).equals(treeFiles.get('index.json') ?? Buffer.alloc(0))).toBe(true);
      expect(whole.headers.vary).toBe('Accept-Encoding');
      const { etag = '' } = whole.headers;
      const again = await requestRaw(url, { headers: { 'Accept-Encoding': 'gzip', 'If-None-Match': etag } });
      expect(again.status).toBe(304);
    });
  });
});

describe.skipIf(!hasNginx)('a client that unpacks what it is told to, as flatpak does', () => {
  const directory = mkdtempSync(join(tmpdir(), 'repomill-test-'));
  beforeAll(() => writeTree(directory));
  afterAll(() => rmSync(directory, { recursive: true }));
  const gzipped = [...treeFiles].filter(([, bytes]) => bytes[0] === 0x1f);

  /** The paths of gzip files whose bytes do not reach the client as they are stored. */
  const broken = async ({ url, stop }: Host): Promise<readonly string[]> => {
    const paths: string[] = [];
    for (const [path, bytes] of gzipped) {
      const answer = await fetch(new URL(path, url), { headers: { 'Accept-Encoding': FLATPAK_ENCODINGS } });
      if (!Buffer.from(await answer.arrayBuffer()).equals(bytes)) paths.push(path);
    }
    await stop();
    return paths;
  };
  const fault = 'add_header Content-Encoding gzip;';

  it('gets other bytes than are stored from a host that calls them Content-Encoding: gzip', async () => {
    expect(await broken(await startNginx(directory, fault, ''))).toEqual(gzipped.map(([path]) => path));
  });

  it('gets every byte as it is stored where the template stands against that', async () => {
    expect(gzipped.length).toBeGreaterThan(2);
    expect(await broken(await startNginx(directory, fault))).toEqual([]);
  });
});
