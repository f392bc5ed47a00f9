import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { mustRun } from '../run-program.ts';
import { type Apt, findApts, requireApt } from './apts.ts';
import type { ArchiveHost } from './archive-host.ts';
import type { AptClient } from './client.ts';
import { listConfig, listsOfDay, publish, tryPublish, writeLists } from './publishers.ts';
import { kindsOf } from './requests.ts';
import { type KeyPair, openStage } from './stage.ts';
import { stanzasOf } from './stanzas.ts';

const hasApt = requireApt();
const apts = hasApt ? findApts() : [];

describe.skipIf(!hasApt)('the signatures of an archive that repomill published', () => {
  const stage = openStage();
  let [key, other, unknown]: readonly KeyPair[] = [];
  let input = '';
  const shown = stanzasOf(listsOfDay(0)['main/amd64'] ?? []);
  beforeAll(async () => {
    [key, other, unknown] = [await stage.newKey('archive'), await stage.newKey('other'), await stage.newKey('unknown')];
    input = writeLists(stage.newDirectory(), listsOfDay(0));
  });

  /** A tree of the first day, signed by these. */
  const treeBy = async (signers: readonly (KeyPair | undefined)[], settings = {}): Promise<string> => {
    const tree = stage.newDirectory();
    const sign = signers.flatMap((signer) => signer?.secretFile ?? []);
    await publish(stage, input, tree, { config: listConfig(settings), sign });
    return tree;
  };
  const publicKey = (pair: KeyPair | undefined): Buffer => readFileSync(pair?.publicFile ?? '');
  const start = async (
    apt: Apt,
    tree: string,
    trust: { readonly key?: string | Uint8Array; readonly options?: readonly string[] },
  ): Promise<{ host: ArchiveHost; client: AptClient }> => {
    const host = await stage.serve(tree);
    return { host, client: stage.newClient(apt, { sources: [{ url: host.url, ...trust }] }) };
  };

  describe.each(apts)('$title', (apt) => {
    it('accepts the key that signed, as gpg exports it', async () => {
      const { client } = await start(apt, await treeBy([key]), { key: publicKey(key) });
      await client.mustUpdate();
      expect(await client.available()).toEqual(shown);
    });

    it('accepts the public key that is published with the archive', async () => {
      const tree = await treeBy([key]);
      const suite = join(tree, 'dists/stable');
      const published = readdirSync(suite).filter((name) => name.endsWith('.asc'));
      expect(published).toHaveLength(1);
      const { client } = await start(apt, tree, { key: readFileSync(join(suite, published[0] ?? ''), 'utf8') });
      await client.mustUpdate();
      expect(await client.available()).toEqual(shown);
    });

    it('accepts Release and Release.gpg, where there is no InRelease', async () => {
      const tree = await treeBy([key]);
      rmSync(join(tree, 'dists/stable/InRelease'));
      const { host, client } = await start(apt, tree, { key: publicKey(key) });
      await client.mustUpdate();
      expect(kindsOf(host.takeRequests())).toEqual(['404 InRelease', 'Release', 'Release.gpg', 'Packages by hash']);
      expect(await client.available()).toEqual(shown);
    });

    it.each([0, 1])('accepts two signatures, of which it knows one (%i)', async (known) => {
      const { client } = await start(apt, await treeBy([key, other]), { key: publicKey([key, other][known]) });
      const run = await client.update();
      expect(run).toMatchObject({ exitCode: 0 });
      expect(run.stderr).not.toMatch(/^E:/m);
      expect(await client.available()).toEqual(shown);
    });

    it('refuses a key that did not sign, and shows nothing', async () => {
      const { host, client } = await start(apt, await treeBy([key]), { key: publicKey(unknown) });
      const run = await client.update();
      expect(run).toMatchObject({
        exitCode: 100,
        stderr: expect.stringMatching(/is not signed|NO_PUBKEY|Missing key/),
      });
      expect(kindsOf(host.takeRequests())).toEqual(['InRelease']);
      expect(await client.available()).toEqual({});
    });

    it('keeps what it had where a later publication is signed by an unknown key', async () => {
      const tree = await treeBy([key]);
      const { host, client } = await start(apt, tree, { key: publicKey(key) });
      await client.mustUpdate();
      const later = stage.copyOf(tree);
      const changed = writeLists(stage.newDirectory(), listsOfDay(1));
      const sign = [unknown?.secretFile ?? ''];
      await publish(stage, changed, later, { config: listConfig(), sign, day: 1 });
      host.serve(later);
      const run = await client.update();
      expect(run.stderr).toMatch(/NO_PUBKEY|Missing key|is not signed/);
      expect(await client.available()).toEqual(shown);
    });

    it('refuses an archive that is not signed', async () => {
      const { client } = await start(apt, await treeBy([]), { key: publicKey(key) });
      const run = await client.update();
      expect(run).toMatchObject({ exitCode: 100, stderr: expect.stringContaining('is not signed') });
      expect(await client.available()).toEqual({});
    });

    it('reads an archive that is not signed if it is told that it is trusted', async () => {
      const { host, client } = await start(apt, await treeBy([]), { options: ['trusted=yes'] });
      const run = await client.update();
      expect(run).toMatchObject({ exitCode: 0 });
      expect(await client.available()).toEqual(shown);
      host.takeRequests();
      await client.update();
      expect(await client.available()).toEqual(shown);
    });

    it('refuses an InRelease with one letter changed', async () => {
      const tree = await treeBy([key]);
      const file = join(tree, 'dists/stable/InRelease');
      writeFileSync(file, readFileSync(file, 'utf8').replace('Origin: Example', 'Origin: Exemple'));
      const { client } = await start(apt, tree, { key: publicKey(key) });
      const run = await client.update();
      expect(run).toMatchObject({
        exitCode: 100,
        stderr: expect.stringMatching(/BADSIG|Bad signature|is not signed/i),
      });
      expect(await client.available()).toEqual({});
    });

    it('refuses a publication whose time is over', async () => {
      const { client } = await start(apt, await treeBy([key], { validFor: '14 days' }), { key: publicKey(key) });
      const run = await client.update();
      expect(run).toMatchObject({ exitCode: 100, stderr: expect.stringMatching(/is expired|is not valid anymore/i) });
      expect(await client.available()).toEqual({});
    });

    it('accepts a publication whose time is not over', async () => {
      const { client } = await start(apt, await treeBy([key], { validFor: '9999 days' }), { key: publicKey(key) });
      await client.mustUpdate();
      expect(await client.available()).toEqual(shown);
    });
  });

  it('are said to be missing by a build without a key', async () => {
    const run = await tryPublish(stage, input, stage.newDirectory(), { config: listConfig() });
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/not signed/) });
  });

  it('are accepted by gpgv, detached and not', async () => {
    const suite = join(await treeBy([key, other]), 'dists/stable');
    for (const pair of [key, other]) {
      const ring = join(stage.newDirectory(), '..', 'ring.gpg');
      writeFileSync(ring, publicKey(pair));
      const words = ['--output', '-', '--keyring', ring];
      // gpgv ends with 2 where it lacks one of two keys, so the other signature is looked for in what it says.
      const status = async (...files: readonly string[]): Promise<string> =>
        mustRun(
          'sh',
          ['-c', 'gpgv --status-fd 1 "$@" 2>/dev/null || true', 'sh', ...words, ...files],
          stage.environment,
        );
      expect(await status(join(suite, 'InRelease'))).toContain(`VALIDSIG ${pair?.fingerprint}`);
      expect(await status(join(suite, 'Release.gpg'), join(suite, 'Release'))).toContain(
        `VALIDSIG ${pair?.fingerprint}`,
      );
    }
  });

  it('are of the same text: InRelease is Release, signed', async () => {
    const suite = join(await treeBy([key]), 'dists/stable');
    const text = await mustRun(
      'gpg',
      ['--batch', '--quiet', '--output', '-', '--decrypt', join(suite, 'InRelease')],
      stage.environment,
    );
    expect(text.trimEnd()).toBe(readFileSync(join(suite, 'Release'), 'utf8').trimEnd());
  });
});
