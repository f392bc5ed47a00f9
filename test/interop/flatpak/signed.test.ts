import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportKey, makeKey } from '../keys.ts';
import { installedLineOf, kindsOf, offersOf } from './offers.ts';
import { requireFlatpak } from './programs.ts';
import { publishByRepomill } from './publishers.ts';
import { commitBuild } from './repository.ts';
import { openStage, type Session } from './stage.ts';

describe.skipIf(!requireFlatpak())('the flatpak client, with a signed tree that repomill published', () => {
  const stage = openStage();
  let [key, trust] = ['', ''];
  beforeAll(async () => {
    key = await makeKey(stage.environment, 'publisher');
    trust = await exportKey(key, 'public', stage.environment);
  });

  it.each(['a key of the keyring', 'a file with the secret key'])('accepts the signature by %s', async (kind) => {
    const sign = kind === 'a key of the keyring' ? key : await exportKey(key, 'secret', stage.environment);
    const { client, repository, host } = await newSignedSession([sign]);
    expect(kindsOf(host.takeRequests())).toEqual(['index', 'signature', 'summary']);
    expect(await client.list('test', stage.native)).toEqual(
      await offersOf(repository, stage.environment, stage.native),
    );
  });

  it('installs and updates, verifying every index and every commit', async () => {
    const { client, repository, host } = await newSignedSession([key]);
    const ref = `runtime/org.test.Signed/${stage.native}/stable`;
    await client.flatpak('install', '--noninteractive', 'test', 'org.test.Signed');
    expect(await client.installed()).toContain(installedLineOf(repository, ref));
    await commitSigned(repository, 1);
    await publishByRepomill(repository, stage.environment, { sign: [key] });
    host.takeRequests();
    await client.flatpak('update', '--noninteractive', 'org.test.Signed');
    expect(await client.installed()).toContain(installedLineOf(repository, ref));
    const requests = kindsOf(host.takeRequests());
    expect(new Set(requests)).toEqual(new Set(['index', 'signature', 'delta']));
  });

  it('accepts an index of three builds ago, from a host that is stale', async () => {
    const { repository, host } = await newSignedSession([key]);
    const stale = readFileSync(join(repository, 'summary.idx'));
    for (let release = 1; release <= 3; release++) {
      await commitSigned(repository, release);
      await publishByRepomill(repository, stage.environment, { sign: [key] });
    }
    writeFileSync(join(repository, 'summary.idx'), stale);
    const client = await stage.newClient(host, trust);
    host.takeRequests();
    await client.list('test', stage.native);
    expect(kindsOf(host.takeRequests())).toEqual(['index']);
  });

  it('accepts a tree with two signatures, whichever of the keys it knows', async () => {
    const other = await makeKey(stage.environment, 'other');
    const { host } = await newSignedSession([key, other]);
    await stage.newClient(host, await exportKey(other, 'public', stage.environment));
  });

  it('finds the signature under the name that the first clients knew', async () => {
    const { repository, host } = await newSignedSession([key]);
    host.failWith((path) => (path.startsWith('summaries/') && path.endsWith('.sig') ? { status: 404 } : undefined));
    host.takeRequests();
    const client = await stage.newClient(host, trust);
    expect(kindsOf(host.takeRequests())).toEqual(['index', 'signature', 'old signature', 'summary']);
    expect(await client.list('test', stage.native)).toEqual(
      await offersOf(repository, stage.environment, stage.native),
    );
  });

  it('accepts the old summary by its own signature', async () => {
    const { repository, host } = await newSignedSession([key]);
    rmSync(join(repository, 'summary.idx'));
    const client = await stage.newClient(host, trust);
    expect(await client.list('test', stage.native)).toEqual(
      await offersOf(repository, stage.environment, stage.native),
    );
  });

  it('refuses a tree that is signed by an unknown key', async () => {
    const unknown = await makeKey(stage.environment, 'unknown');
    await expect(newSignedSession([unknown])).rejects.toThrow("Can't check signature: public key not found");
  });

  it('refuses a tree that is not signed', async () => {
    await expect(newSignedSession([])).rejects.toThrow(/GPG/);
  });

  it('refuses an index with one bit changed', async () => {
    const { repository, host } = await newSignedSession([key]);
    const index = readFileSync(join(repository, 'summary.idx'));
    const last = index.length - 1;
    host.failWith((path, file) =>
      path === 'summary.idx' ? { status: 200, body: file.with(last, (index[last] ?? 0) ^ 1) } : undefined,
    );
    await expect(stage.newClient(host, trust)).rejects.toThrow('BAD signature');
  });

  /** The base with one signed runtime, published with signatures by `sign`, for a client that trusts `key`. */
  function newSignedSession(sign: readonly string[]): Promise<Session> {
    return stage.newSession({ change: (repository) => commitSigned(repository, 0), sign, trust });
  }

  async function commitSigned(repository: string, release: number): Promise<void> {
    const words = [`--gpg-sign=${key}`, `--gpg-homedir=${stage.environment.GNUPGHOME}`];
    const build = { kind: 'runtime', id: 'org.test.Signed', arch: stage.native, release, words } as const;
    await commitBuild(repository, build, stage.environment);
  }
});
