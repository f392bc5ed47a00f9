import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headerRules, treeHeaders } from '../../../src/layouts/layouts.ts';
import type { Host } from '../../contract/host-contract.ts';
import { type Running, startRepomill } from '../../launcher.ts';
import { makeKey } from '../keys.ts';
import { startNginx } from '../nginx-host.ts';
import { requireProgram } from '../programs.ts';
import { type Client, makeClient } from './client.ts';
import { offersOf } from './offers.ts';
import { requireFlatpak } from './programs.ts';
import { publishByRepomill } from './publishers.ts';
import { makeStaticDeltas } from './repository.ts';
import { openStage } from './stage.ts';

const hasNginx = requireProgram('nginx');

describe.skipIf(!requireFlatpak())('the flatpak client', () => {
  const stage = openStage();
  let repository = '';
  beforeAll(async () => {
    repository = stage.newRepository();
    await publishByRepomill(repository, stage.environment);
  });
  const newClient = (): Client => makeClient(stage.newDirectory());

  describe('with `repomill serve`', () => {
    let serving: Running;
    beforeAll(() => {
      serving = startRepomill(['serve', repository, '--port', '0']);
    });
    afterAll(async () => {
      serving.process.kill('SIGTERM');
      await serving.ended;
    });

    it('lists and installs what a remote has that was added by the line that was printed', async () => {
      const [program, command = '', ...words] = (await lineOf(serving, /flatpak remote-add .*(?=\n)/)).split(' ');
      expect([program, command]).toEqual(['flatpak', 'remote-add']);
      const client = newClient();
      await client.flatpak(command, ...words);
      expect(await client.list('preview', stage.native)).toEqual(
        await offersOf(repository, stage.environment, stage.native),
      );
      await client.flatpak('install', '--noninteractive', 'preview', 'org.test.Tool');
      expect(await client.installed()).toHaveLength(1);
    });
  });

  describe.skipIf(!hasNginx)('with an nginx that calls .gz files Content-Encoding: gzip', () => {
    const hosts: Host[] = [];
    afterAll(() => Promise.all(hosts.map(({ stop }) => stop())));
    const start = async (...server: readonly string[]): Promise<string> => {
      // Only what ends so, as Apache's AddEncoding does it.
      const fault = 'map $uri $encoding { ~[.]gz$ gzip; } add_header Content-Encoding $encoding;';
      const host = await startNginx(repository, fault, ...server);
      hosts.push(host);
      return host.url;
    };
    const add = ['remote-add', '--no-gpg-verify', 'test'];

    it('finds the summary broken', async () => {
      const client = newClient();
      await client.flatpak(...add, await start(''));
      const run = await client.tryFlatpak('remote-ls', 'test');
      expect(run).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Invalid compressed data') });
    });

    it('lists everything if the template of `init` is used against that', async () => {
      const client = newClient();
      await client.flatpak(...add, await start());
      expect(await client.list('test', stage.native)).toEqual(
        await offersOf(repository, stage.environment, stage.native),
      );
    });
  });
});

describe.skipIf(!requireFlatpak())('publishing a signed repository', () => {
  const stage = openStage();

  it('writes what changes under its name in the order in which it is uploaded, the index last', async () => {
    const repository = stage.newRepository();
    await makeStaticDeltas(repository, stage.environment);
    const sign = [await makeKey(stage.environment)];
    const report = await publishByRepomill(repository, stage.environment, { sign });
    const written = Object(report).written.map(({ path }: { readonly path: string }) => path);
    const rules = written.map((path: string) => headerRules.findIndex(({ headers }) => headers === treeHeaders(path)));
    expect(rules).toEqual(rules.toSorted((a: number, b: number) => a - b));
    expect(written.slice(-4)).toEqual(['summary', 'summary.sig', 'summary.idx.sig', 'summary.idx']);
  });
});

/** What a process says on standard error that matches; rejects where it ends before. */
async function lineOf({ process, ended }: Running, pattern: RegExp): Promise<string> {
  let said = '';
  const found = new Promise<string>((resolve) => {
    process.stderr?.on('data', (text: unknown) => {
      said += String(text);
      const [line] = pattern.exec(said) ?? [];
      if (line !== undefined) resolve(line);
    });
  });
  return Promise.race([found, ended.then((run) => Promise.reject(new Error(`serve ended: ${run.stderr}`)))]);
}
