/** What `flatpak:` in `repomill.yaml` makes of `config`, and what it has the program flatpak do; here a stand-in for it. */
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type BuildRequest, build } from '../../src/build.ts';
import { packString } from '../../src/glib/gvariant/pack.ts';
import { parseSummaryIndex } from '../../src/layouts/flatpak/format/summary-index.ts';
import type { Signer } from '../../src/model/signer.ts';
import { deltaIndexPath, staticDeltaPath } from '../../src/ostree/paths.ts';
import { verify } from '../../src/verify.ts';
import { failureOf } from '../failure.ts';
import { CONFIG, OstreeRepository } from '../ostree-repository.ts';
import { digestsOf, makeWorkspace, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));
const APP = 'app/org.a.App/x86_64/stable';

function repositoryWith(settings: string, config = CONFIG): OstreeRepository {
  const repository = new OstreeRepository(freshPath(), config);
  repository.commit(APP);
  writeFiles(repository.directory, { 'repomill.yaml': `name: a\nflatpak: { ${settings} }\n` });
  return repository;
}

const buildIn = (directory: string, request: Partial<BuildRequest> = {}): ReturnType<typeof build> =>
  build({ input: directory, out: directory, layout: 'flatpak', ...request });
const configOf = (directory: string): string => readFileSync(join(directory, 'config'), 'utf8');
const findingsOf = async (tree: string): Promise<readonly unknown[]> =>
  (await verify({ tree })).layouts.flatMap(({ findings }) => findings);

/** A key ring of one packet. */
const KEY = Uint8Array.of(0xc6, 2, 4, 1);

describe('the section flatpak', () => {
  it('writes into config what build-update-repo writes there, and announces it', async () => {
    const { directory } = repositoryWith(
      'title: "Ä title", defaultBranch: 24.10, collectionId: org.a, authenticatorOptions: { a: b }, gpgImport: key.gpg',
    );
    writeFiles(directory, { 'key.gpg': KEY });
    await buildIn(directory);
    expect(configOf(directory)).toBe(
      `${CONFIG}collection-id=org.a\n\n[flatpak]\ntitle=Ä title\ndefault-branch=24.10\nauthenticator-options.a=b\ngpg-keys=xgIEAQ==\n`,
    );
    const { metadata } = parseSummaryIndex(readFileSync(join(directory, 'summary.idx')));
    expect(metadata.lookup('xa.title', 's')?.string()).toBe('Ä title');
    expect(Uint8Array.from(metadata.lookup('xa.gpg-keys', 'ay')?.byteArray() ?? [])).toEqual(KEY);
    // It is a key ring by its form only.
    expect(await findingsOf(directory)).toEqual([
      { path: 'config', message: expect.stringMatching('^gpg-keys of \\[flatpak\\]: expected OpenPGP public keys') },
    ]);
    expect((await buildIn(directory)).changed).toBe(false);
  });

  it('leaves the config of the input alone if the output is elsewhere', async () => {
    const { directory } = repositoryWith('title: a');
    const out = freshPath();
    await buildIn(directory, { out });
    expect([configOf(directory), configOf(out)]).toEqual([CONFIG, `${CONFIG}\n[flatpak]\ntitle=a\n`]);
  });

  it('changes a title, and takes it away again', async () => {
    const { directory } = repositoryWith('title: b', `${CONFIG}\n[flatpak]\ntitle=a\ncomment=c\n`);
    await buildIn(directory);
    expect(configOf(directory)).toBe(`${CONFIG}\n[flatpak]\ntitle=b\ncomment=c\n`);
    writeFiles(directory, { 'repomill.yaml': 'name: a\nflatpak: { title: "" }\n' });
    await buildIn(directory);
    expect(configOf(directory)).toBe(`${CONFIG}\n[flatpak]\ncomment=c\n`);
  });

  it('never changes a collection id', async () => {
    const { directory } = repositoryWith('collectionId: org.b', `${CONFIG}collection-id=org.a\n`);
    const before = digestsOf(directory);
    expect(await failureOf(buildIn(directory))).toMatchObject({
      ...{ code: 'usage', path: directory },
      message: 'flatpak.collectionId: expected "org.a", as in config, found "org.b"',
      hint: 'clients know the refs of a repository by its collection id, so it never changes',
    });
    expect(digestsOf(directory)).toEqual(before);
  });

  it('publishes no secret key, and names a key file that is missing', async () => {
    const { directory } = repositoryWith('gpgImport: key.gpg');
    const missing = await failureOf(buildIn(directory));
    expect([missing.code, missing.path]).toEqual(['not-found', join(directory, 'key.gpg')]);
    writeFiles(directory, { 'key.gpg': Uint8Array.of(0xc5, 1, 4) });
    const { code, message } = await failureOf(buildIn(directory));
    expect([code, message]).toEqual([
      'format',
      'flatpak.gpgImport: expected public keys, found a secret key, which would be published',
    ]);
    expect(existsSync(join(directory, 'summary.idx'))).toBe(false);
  });

  it('imitates the history of flatpak 1.14 or of 1.19', async () => {
    const config = `${CONFIG}\n[flatpak]\nsumary-history-length=1\nsummary-history-length=2\n`;
    for (const [version, length] of [
      ['1.14', 1],
      ['1.19', 2],
    ] as const) {
      const repository = repositoryWith(`exact: ${version}`, config);
      for (const text of ['a', 'b', 'c', 'd']) {
        repository.commit(APP, { text });
        await buildIn(repository.directory);
      }
      const { summaries } = parseSummaryIndex(readFileSync(join(repository.directory, 'summary.idx')));
      expect(summaries.map(({ history }) => history.length)).toEqual([length]);
    }
  });
});

describe.skipIf(process.platform === 'win32')('the program flatpak', () => {
  afterEach(() => vi.unstubAllEnvs());

  /** Puts a script named flatpak in front of the PATH, which notes its words in a file. */
  function standIn(script: string): { readonly calls: () => readonly string[] } {
    const directory = freshPath();
    writeFiles(directory, { flatpak: `#!/bin/sh\necho "$@" >>"${directory}/calls"\neval "repo=\\$$#"\n${script}\n` });
    chmodSync(join(directory, 'flatpak'), 0o755);
    vi.stubEnv('PATH', `${directory}${delimiter}${process.env.PATH}`);
    const file = join(directory, 'calls');
    return { calls: () => (existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []) };
  }

  it('makes appstream and static deltas before the repository is read, and prunes after it is published', async () => {
    const repository = repositoryWith(
      'appstream: true, staticDeltas: auto, staticDeltaJobs: 2, staticDeltaIgnore: ["*.Debug*"], prune: 20',
    );
    const { directory } = repository;
    const other = repository.commit('other');
    repository.removeRef('other');
    const script = `case "$*" in
*--prune*) test -e "$repo/summary.idx" && echo pruned >"$repo/pruned" ;;
*) mkdir -p "$repo/refs/heads/appstream2" && echo ${other} >"$repo/refs/heads/appstream2/x86_64" ;;
esac`;
    const { calls } = standIn(script);
    const report = await buildIn(directory);
    expect(report.packages).toBe(2);
    expect(calls()).toEqual([
      'build-update-repo --no-update-summary --generate-static-deltas --static-delta-jobs=2 ' +
        `--static-delta-ignore-ref=*.Debug* ${directory}`,
      `build-update-repo --no-update-summary --no-update-appstream --prune --prune-depth=20 ${directory}`,
    ]);
    expect(readFileSync(join(directory, 'pruned'), 'utf8')).toBe('pruned\n');
  });

  it('signs appstream with the keys of the index', async () => {
    const { directory } = repositoryWith('appstream: true');
    const signer: Signer = {
      ...{ kind: 'openpgp-detached', keys: ['me'], publicKeys: [], ring: { keys: ['abc'], homedir: '/keys' } },
      sign: async () => [Uint8Array.of(1)],
      covers: async () => false,
    };
    const { calls } = standIn('');
    await buildIn(directory, { signer });
    expect(calls()).toEqual([`build-update-repo --no-update-summary --gpg-sign=abc --gpg-homedir=/keys ${directory}`]);
    const { ring: _, ...withFile } = signer;
    expect(await failureOf(buildIn(directory, { signer: withFile }))).toMatchObject({
      code: 'usage',
      message: 'flatpak.appstream: flatpak signs with keys that gpg has, not with a key in a file',
      hint: 'gpg --import the key, and name it by its fingerprint with --sign',
    });
  });

  it('leaves no index of a static delta that it has pruned', async () => {
    const repository = repositoryWith('prune: 0');
    const { directory } = repository;
    const [from, to] = [repository.commit(APP, { text: 'old' }), repository.commit(APP, { text: 'new' })];
    const [kept, pruned] = [staticDeltaPath({ to }), staticDeltaPath({ to: from })];
    writeFiles(directory, { [`${kept}/superblock`]: 'a', [`${pruned}/superblock`]: 'b' });
    standIn(`case "$*" in *--prune*) rm -r "$repo/${pruned}" ;; esac`);
    expect((await buildIn(directory)).changed).toBe(true);
    expect([to, from].map((commit) => existsSync(join(directory, deltaIndexPath(commit))))).toEqual([true, false]);
    expect(await findingsOf(directory)).toEqual([]);
  });

  it('is not run by a build that writes nothing, nor for settings of config alone', async () => {
    const { calls } = standIn('');
    await buildIn(repositoryWith('appstream: true, staticDeltas: auto, prune: 1').directory, { dryRun: true });
    await buildIn(repositoryWith('title: a').directory);
    expect(calls()).toEqual([]);
  });

  it('ends the build before anything is written if it fails', async () => {
    const { directory } = repositoryWith('staticDeltas: auto');
    standIn("echo 'error: no space' >&2; exit 1");
    const { code, path, message } = await failureOf(buildIn(directory));
    expect([code, path, message]).toEqual(['transport', directory, 'flatpak.staticDeltas: flatpak: no space']);
    expect(existsSync(join(directory, 'summary.idx'))).toBe(false);
  });

  it('is asked for where it is not installed', async () => {
    vi.stubEnv('PATH', freshPath());
    for (const [setting, name] of [
      ['appstream: true', 'appstream'],
      ['staticDeltas: auto', 'staticDeltas'],
      ['prune: 1', 'prune'],
    ]) {
      const { directory } = repositoryWith(`${setting}`);
      expect(await failureOf(buildIn(directory))).toMatchObject({
        code: 'usage',
        message: `flatpak.${name}: flatpak: no such program`,
        hint: 'install flatpak, or leave out appstream, staticDeltas and prune: everything else works without it',
      });
      expect(existsSync(join(directory, 'summary.idx'))).toBe(false);
    }
  });
});

describe('a repository', () => {
  it('that was just made is published empty, and is all right', async () => {
    const { directory } = new OstreeRepository(freshPath());
    const report = await buildIn(directory);
    expect(report).toMatchObject({ packages: 0, summaries: [] });
    expect(report.warnings).toEqual([
      `${directory}: no refs, so an empty repository is published: clients find nothing in it`,
    ]);
    expect(await findingsOf(directory)).toEqual([]);
  });

  it('with refs of other programs alone is published and all right', async () => {
    const repository = new OstreeRepository(freshPath());
    repository.writeRef('screenshots/x86_64', repository.writeCommit());
    await buildIn(repository.directory);
    expect(await findingsOf(repository.directory)).toEqual([]);
  });

  it('with a commit of before its collection was announced is published; verify remarks on the commit', async () => {
    const config = `${CONFIG}collection-id=org.a\n[flatpak]\ndeploy-collection-id=true\n`;
    const repository = new OstreeRepository(freshPath(), config);
    repository.commit(APP, { metadata: [['ostree.collection-binding', packString('org.a')]] });
    const old = repository.commit('app/org.a.Old/x86_64/stable', { metadata: [] });
    const { warnings } = await buildIn(repository.directory);
    expect(warnings).toEqual([
      '1 ref not bound to collection "org.a", which [flatpak] announces, so clients refuse it: app/org.a.Old/x86_64/stable',
    ]);
    const [audit] = (await verify({ tree: repository.directory })).layouts;
    expect(audit?.findings).toEqual([]);
    expect(audit?.remarks).toEqual([
      {
        path: `objects/${old.slice(0, 2)}/${old.slice(2)}.commit`,
        message: 'app/org.a.Old/x86_64/stable: collection of its commit: expected org.a, found none',
      },
    ]);
  });

  it('reads what it lacks from its parent, and says that clients do not', async () => {
    const parent = new OstreeRepository(freshPath());
    const commit = parent.commit(APP);
    const child = new OstreeRepository(freshPath(), `${CONFIG}parent=${parent.directory}\n`);
    child.writeRef(APP, commit);
    child.commit('app/org.a.Own/x86_64/stable');
    const { packages, warnings } = await buildIn(child.directory);
    expect([packages, warnings]).toEqual([
      2,
      [
        `${child.directory}: 1 commit only in its parent ${parent.directory}: clients need a host that serves the objects of both`,
      ],
    ]);
  });

  it('has a parent that exists, and no more than eight', async () => {
    const missing = freshPath();
    const orphan = new OstreeRepository(freshPath(), `${CONFIG}parent=${missing}\n`);
    orphan.commit(APP);
    const problemsOf = async (directory: string): Promise<readonly unknown[]> =>
      (await failureOf(buildIn(directory))).problems.map(({ file, message }) => [file, message]);
    expect(await problemsOf(orphan.directory)).toEqual([
      [
        'config',
        expect.stringMatching(`^parent in \\[core\\]: expected an OSTree repository in ${missing}: cannot read`),
      ],
    ]);
    const directory = freshPath();
    const own = new OstreeRepository(directory, `${CONFIG}parent=${directory}\n`);
    own.commit(APP);
    expect(await problemsOf(directory)).toEqual([
      ['config', 'parent in [core]: expected at most 8 parents, each of the one before, found more'],
    ]);
  });

  it('without a directory of refs is taken for an incomplete copy', async () => {
    const repository = new OstreeRepository(freshPath());
    repository.commit(APP);
    rmSync(join(repository.directory, 'refs/heads'), { recursive: true });
    mkdirSync(join(repository.directory, 'refs'), { recursive: true });
    const { code, message, hint } = await failureOf(buildIn(repository.directory));
    expect([code, message, hint]).toEqual([
      'metadata',
      'no refs in refs/heads; nothing was written',
      'to publish a repository without refs, add --allow-empty',
    ]);
  });
});

describe('the history', () => {
  it('is that of what was published, not of the indexes that exports wrote in between', async () => {
    const repository = new OstreeRepository(freshPath());
    const { directory } = repository;
    repository.commit(APP, { text: 'published' });
    const first = await buildIn(directory);
    const published = freshPath();
    for (const path of ['summary.idx', 'summaries']) {
      cpSync(join(directory, path), join(published, path), { recursive: true });
    }
    // As flatpak-builder does it: an index after each ref.
    for (const name of ['Locale', 'Debug', 'Sources']) {
      repository.commit(`runtime/org.a.App.${name}/x86_64/stable`);
      await buildIn(directory);
    }
    repository.commit(APP, { text: 'next' });
    const { summaries } = await buildIn(directory, { previous: published });
    expect(summaries.map(({ history }) => history.map(({ sha256 }) => sha256))).toEqual([
      first.summaries.map(({ sha256 }) => sha256),
    ]);
    expect(await findingsOf(directory)).toEqual([]);
  });
});

describe('an unsigned build', () => {
  it('of a signed tree leaves every signature or none, never that of the old summary alone', async () => {
    const repository = new OstreeRepository(freshPath());
    const { directory } = repository;
    repository.commit(APP);
    const signer: Signer = {
      ...{ kind: 'openpgp-detached', keys: ['me'], publicKeys: [] },
      sign: async () => [Uint8Array.of(1)],
      covers: async () => false,
    };
    await buildIn(directory, { signer });
    const signed = ['summary.idx.sig', 'summary.sig'];
    const present = (): readonly string[] => signed.filter((path) => existsSync(join(directory, path)));
    const unchanged = await buildIn(directory);
    expect([unchanged.changed, present()]).toEqual([false, signed]);
    // A shorter history changes the index; the clock of exact builds is the same, and so is the old summary.
    for (const text of ['a', 'b']) {
      repository.commit(APP, { text });
      await buildIn(directory, { signer });
    }
    writeFiles(directory, { 'repomill.yaml': 'name: a\nhistory: 1\nflatpak: { exact: true }\n' });
    await buildIn(directory, { signer });
    writeFiles(directory, { 'repomill.yaml': 'name: a\nhistory: 0\nflatpak: { exact: true }\n' });
    const { warnings } = await buildIn(directory);
    expect([present(), warnings]).toEqual([
      [],
      [
        'the previous index was signed and the new one is not: clients that check signatures refuse it; name the keys to sign with',
      ],
    ]);
  });
});
