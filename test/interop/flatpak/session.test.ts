import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMPATIBLE } from './builds.ts';
import { installedLineOf, kindsOf, offersOf } from './offers.ts';
import { configure } from './pair.ts';
import { requireFlatpak } from './programs.ts';
import { publishByRepomill } from './publishers.ts';
import { commitAppstream, commitBuild, makeStaticDeltas } from './repository.ts';
import { openStage } from './stage.ts';

const TOOL = { kind: 'runtime', id: 'org.test.Tool', subsets: ['free', 'floss'] } as const;

describe.skipIf(!requireFlatpak())('the flatpak client, with a tree that repomill published', () => {
  const stage = openStage();
  const offered = (repository: string, arch: string, subset?: string): Promise<readonly string[]> =>
    offersOf(repository, stage.environment, arch, subset);

  it('lists exactly what the repository has for its arch', async () => {
    const { client, repository } = await stage.newSession();
    expect(await client.list('test', stage.native)).toEqual(await offered(repository, stage.native));
  });

  it('fetches the index and one summary, and after that only the index', async () => {
    const { client, host } = await stage.newSession();
    expect(kindsOf(host.takeRequests())).toEqual(['index', 'summary']);
    await client.list('test', stage.native);
    expect(kindsOf(host.takeRequests())).toEqual(['index']);
  });

  it('lists what is in its subset, and nothing else', async () => {
    const { client, repository, host } = await stage.newSession();
    for (const subset of ['free', 'floss']) {
      await client.flatpak('remote-add', '--no-gpg-verify', `--subset=${subset}`, subset, host.url);
      expect(await client.list(subset, stage.native)).toEqual(await offered(repository, stage.native, subset));
    }
  });

  it('finds the refs of an arch that it can also run, and installs one', async () => {
    const compatible = COMPATIBLE.get(stage.native) ?? stage.native;
    const { client, repository } = await stage.newSession();
    expect(await client.list('test', compatible)).toEqual(await offered(repository, compatible));
    await client.flatpak('install', '--noninteractive', `--arch=${compatible}`, 'test', 'org.test.Only32');
    expect(await client.installed()).toContain(
      installedLineOf(repository, `runtime/org.test.Only32/${compatible}/stable`),
    );
  });

  it('lists another arch, fetching its summary', async () => {
    const { client, repository, host } = await stage.newSession();
    const other = stage.native === 'aarch64' ? 'x86_64' : 'aarch64';
    host.takeRequests();
    expect(await client.list('test', other)).toEqual(await offered(repository, other));
    expect(kindsOf(host.takeRequests())).toEqual(['index', 'summary']);
  });

  it('installs a runtime, and updates it with only the delta of the summary', async () => {
    const { client, repository, host } = await stage.newSession();
    const ref = `runtime/org.test.Tool/${stage.native}/stable`;
    const before = installedLineOf(repository, ref);
    await client.flatpak('install', '--noninteractive', 'test', 'org.test.Tool');
    expect(await client.installed()).toEqual([before]);
    await commitBuild(repository, { ...TOOL, arch: stage.native, release: 1 }, stage.environment);
    await publishByRepomill(repository, stage.environment);
    host.takeRequests();
    await client.flatpak('update', '--noninteractive', 'org.test.Tool');
    expect(await client.installed()).toEqual([installedLineOf(repository, ref)]);
    expect(await client.installed()).not.toEqual([before]);
    expect(new Set(kindsOf(host.takeRequests()))).toEqual(new Set(['index', 'delta']));
  });

  // Before it installs an app, flatpak asks the system's D-Bus for parental controls, unless it is root who installs.
  it.skipIf(process.getuid?.() !== 0)('installs an app with its runtime', async () => {
    const { client, repository } = await stage.newSession();
    await client.flatpak('install', '--noninteractive', 'test', 'org.test.Hello//stable');
    const refs = ['app/org.test.Hello', 'runtime/org.test.Platform'].map((ref) => `${ref}/${stage.native}/stable`);
    expect(await client.installed()).toEqual(refs.map((ref) => installedLineOf(repository, ref)));
  });

  it('gets from any kept summary to the newest by one delta', async () => {
    const { client, repository, host } = await stage.newSession();
    for (let release = 1; release <= 5; release++) {
      await commitBuild(repository, { ...TOOL, arch: stage.native, release }, stage.environment);
      await publishByRepomill(repository, stage.environment);
    }
    host.takeRequests();
    expect(await client.list('test', stage.native)).toEqual(await offered(repository, stage.native));
    expect(kindsOf(host.takeRequests())).toEqual(['index', 'delta']);
  });

  it('fetches only the index if a different arch changed', async () => {
    const { client, repository, host } = await stage.newSession();
    const other = stage.native === 'aarch64' ? 'x86_64' : 'aarch64';
    await commitBuild(repository, { ...TOOL, arch: other, release: 1 }, stage.environment);
    await publishByRepomill(repository, stage.environment);
    host.takeRequests();
    await client.list('test', stage.native);
    expect(kindsOf(host.takeRequests())).toEqual(['index']);
  });

  it('updates appstream, whole and of a subset, and searches it', async () => {
    const { client, repository, host } = await stage.newSession();
    await client.flatpak('remote-add', '--no-gpg-verify', '--subset=free', 'free', host.url);
    await commitBuild(repository, { id: 'org.test.Found', arch: stage.native, subsets: ['free'] }, stage.environment);
    await commitBuild(repository, { id: 'org.test.Foundry', arch: stage.native }, stage.environment);
    await commitAppstream(repository, stage.environment);
    await publishByRepomill(repository, stage.environment);
    await client.flatpak('update', '--noninteractive', '--appstream', 'test');
    await client.flatpak('update', '--noninteractive', '--appstream', 'free');
    const found = await client.flatpak('search', '--columns=application,remotes', 'org.test.Found');
    expect(found.trim().split('\n').sort()).toEqual(['org.test.Found\tfree,test', 'org.test.Foundry\ttest']);
  });

  it('installs by static deltas, found through their index', async () => {
    const { client, host } = await stage.newSession({
      change: (repository) => makeStaticDeltas(repository, stage.environment),
    });
    host.takeRequests();
    await client.flatpak('install', '--noninteractive', 'test', 'org.test.Tool');
    const requests = host.takeRequests();
    expect(requests.filter((path) => path.startsWith('delta-indexes/'))).toHaveLength(1);
    expect(requests.filter((path) => path.endsWith('/superblock'))).toHaveLength(1);
    expect(requests.filter((path) => /^deltas\/.*\/0$/.test(path))).toHaveLength(1);
    expect(kindsOf(requests)).not.toContain('old summary');
  });

  it('learns of the end of life of a runtime, and follows it to its new name', async () => {
    const { client, repository } = await stage.newSession();
    const [old, renamed] = ['Renamed', 'Tool'].map((name) => `runtime/org.test.${name}/${stage.native}/stable`);
    const rows = await client.flatpak('remote-ls', '--all', '--columns=ref,options', 'test');
    expect(rows).toContain(`${old}\teol=renamed,eol-rebase=${renamed}`);
    await client.flatpak('install', '--noninteractive', 'test', 'org.test.Renamed');
    await client.flatpak('update', '--noninteractive');
    expect(await client.installed()).toContain(installedLineOf(repository, renamed ?? ''));
  });

  it('shows sizes and metadata of an app as they are in its commit', async () => {
    const { client } = await stage.newSession();
    const metadata = await client.flatpak('remote-info', '--show-metadata', 'test', 'org.test.Extra');
    expect(metadata).toContain('[Extra Data]\nname=a.bin\n');
  });

  it('takes title, comment and default branch from the config of the repository', async () => {
    const settings = { title: 'A täst', comment: 'for tests', 'default-branch': 'stable' };
    const { client } = await stage.newSession({
      change: async (repository) => configure(repository, { flatpak: settings }),
    });
    const rows = await client.flatpak('remotes', '--columns=name,title,comment');
    expect(rows).toContain('test\tA täst\tfor tests\n');
  });

  it('reads an old summary, if that is all that a host has', async () => {
    const { client, repository, host } = await stage.newSession();
    rmSync(join(repository, 'summary.idx'));
    const old = await stage.newClient(host);
    expect(await old.list('test', stage.native)).toEqual(await client.list('test', stage.native));
    expect(kindsOf(host.takeRequests())).toContain('old summary');
  });

  it('reads a tree whose index is in a different directory than its refs', async () => {
    const { repository } = await stage.newSession();
    const out = stage.newDirectory();
    await publishByRepomill(repository, stage.environment, { out });
    const client = await stage.newClient(await stage.serve(out));
    expect(await client.list('test', stage.native)).toEqual(await offered(repository, stage.native));
  });
});
