import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeKey } from '../keys.ts';
import { readRefs } from './offers.ts';
import { type Config, changeBoth, configureBoth, copyTwice, type Pair, publishBoth } from './pair.ts';
import { requireFlatpak } from './programs.ts';
import { differencesBetween, publishedPaths } from './published-files.ts';
import { alignOldSummary, lastModifiedOf, publishByFlatpak, publishByRepomill } from './publishers.ts';
import {
  commitAppstream,
  commitBuild,
  commitChanging,
  commitOdd,
  makeStaticDelta,
  makeStaticDeltas,
  removeAllRefs,
  removeRef,
} from './repository.ts';
import { openStage } from './stage.ts';

const DESCRIPTION: Config = {
  flatpak: {
    title: 'Tëst',
    comment: 'one line',
    description: 'several\\nlines',
    homepage: 'https://example.org/',
    icon: 'https://example.org/icon.png',
    'redirect-url': 'https://example.org/elsewhere',
    'default-branch': 'stable',
  },
};
const AUTHENTICATOR: Config = {
  flatpak: {
    'authenticator-name': 'org.test.Authenticator',
    'authenticator-install': 'true',
    'authenticator-options.url': 'https://example.org/login',
    'authenticator-options.again': 'yes',
  },
};

describe.skipIf(!requireFlatpak())('an exact build writes byte for byte what flatpak writes', () => {
  const stage = openStage();
  const newPair = (options?: Parameters<typeof copyTwice>[3]): Pair =>
    copyTwice(stage.base, stage.newDirectory(), stage.environment, options);

  it('for a repository that was never published, and again without a change', async () => {
    const pair = newPair({ byCommand: true });
    expect(await publishBoth(pair)).toEqual([]);
    expect(count(pair, '.gz')).toBeGreaterThan(9);
    expect(await publishBoth(pair)).toEqual([]);
  });

  it('for refs of odd forms, and of other repositories', async () => {
    const pair = newPair();
    await changeBoth(pair, (repository) => commitOdd(repository, stage.environment));
    expect(await publishBoth(pair)).toEqual([]);
    expect(await publishBoth(pair)).toEqual([]);
  });

  it('for ten refs that changed', async () => {
    const pair = newPair();
    await changeBoth(pair, (repository) => commitChanging(repository, 1, stage.environment));
    expect(await publishBoth(pair)).toEqual([]);
    await changeBoth(pair, (repository) => commitChanging(repository, 2, stage.environment));
    expect(await publishBoth(pair)).toEqual([]);
    expect(count(pair, '.delta')).toBe(4);
  });

  it('for appstream that changed', async () => {
    const pair = newPair();
    expect(await publishBoth(pair)).toEqual([]);
    await changeBoth(pair, async (repository) => {
      await commitChanging(repository, 1, stage.environment);
      await commitAppstream(repository, stage.environment);
    });
    expect(await publishBoth(pair)).toEqual([]);
    expect(count(pair, '.delta')).toBe(4);
  });

  it.each(['org.test.A', 'org.test.Hello.Middle', 'org.test.zzz'])('for %s, inserted and removed again', async (id) => {
    const pair = newPair();
    expect(await publishBoth(pair)).toEqual([]);
    const build = { id, arch: 'x86_64', subsets: ['floss'] };
    await changeBoth(pair, (repository) => commitBuild(repository, build, stage.environment));
    expect(await publishBoth(pair)).toEqual([]);
    expect(count(pair, '.delta')).toBe(2);
    await changeBoth(pair, (repository) => removeRef(repository, `app/${id}/x86_64/stable`, stage.environment));
    expect(await publishBoth(pair)).toEqual([]);
  });

  it('for a subset and an arch that come and go', async () => {
    const pair = newPair();
    expect(await publishBoth(pair)).toEqual([]);
    const build = { id: 'org.test.New', arch: 'riscv64', subsets: ['verified'] };
    await changeBoth(pair, (repository) => commitBuild(repository, build, stage.environment));
    expect(await publishBoth(pair)).toEqual([]);
    await changeBoth(pair, (repository) => removeRef(repository, 'app/org.test.New/riscv64/stable', stage.environment));
    expect(await publishBoth(pair)).toEqual([]);
  });

  it('for every round until the history is full, and beyond', async () => {
    const pair = newPair();
    await changeBoth(pair, async (repository) => {
      await removeAllRefs(repository);
      for (const arch of ['x86_64', 'aarch64'])
        await commitBuild(repository, { id: 'org.test.Old', arch }, stage.environment);
    });
    for (let release = 1; release <= 19; release++) {
      const builds = [
        { id: 'org.test.Hello', arch: 'x86_64', subsets: ['free'], release },
        ...(release % 3 === 0 ? [{ id: `org.test.New-${release}`, arch: 'aarch64' }] : []),
      ];
      await changeBoth(pair, async (repository) => {
        for (const build of builds) await commitBuild(repository, build, stage.environment);
      });
      expect(await publishBoth(pair)).toEqual([]);
    }
    expect(count(pair, '.delta')).toBeGreaterThan(2 * 16);
  });

  it('for a summary that is what it was before: an older digest comes back', async () => {
    const pair = newPair();
    const build = { id: 'org.test.Back', arch: 'arm', subsets: ['free'] };
    for (let round = 0; round < 3; round++) {
      await changeBoth(pair, (repository) => commitBuild(repository, build, stage.environment));
      expect(await publishBoth(pair)).toEqual([]);
      await changeBoth(pair, (repository) => removeRef(repository, 'app/org.test.Back/arm/stable', stage.environment));
      expect(await publishBoth(pair)).toEqual([]);
    }
  });

  it.each<[string, Config]>([
    ['arches of the old summary', { flatpak: { 'summary-arches': 'x86_64;i386;' } }],
    ['an arch that no ref has', { flatpak: { 'summary-arches': 'sparc;' } }],
    ['a title and all that goes with it', DESCRIPTION],
    ['an authenticator', AUTHENTICATOR],
    ['keys for users', { flatpak: { 'gpg-keys': Buffer.from('not really a key').toString('base64') } }],
    ['a collection', { core: { 'collection-id': 'org.test.Collection' }, flatpak: { 'deploy-collection-id': 'true' } }],
    [
      'a collection to sideload',
      { core: { 'collection-id': 'org.C' }, flatpak: { 'deploy-sideload-collection-id': 'true' } },
    ],
    ['tombstones', { core: { 'tombstone-commits': 'true' } }],
  ])('for a repository with %s in its config', async (_, config) => {
    const pair = newPair();
    configureBoth(pair, config);
    expect(await publishBoth(pair)).toEqual([]);
    for (let release = 1; release < 3; release++) {
      await changeBoth(pair, (repository) =>
        commitBuild(repository, { id: 'org.test.Hello', arch: 'i386', release }, stage.environment),
      );
      expect(await publishBoth(pair)).toEqual([]);
    }
  });

  it('for lengths of the history, of which flatpak 1.14 reads the one that is spelt wrong', async () => {
    const pair = newPair();
    configureBoth(pair, { flatpak: { 'summary-history-length': '3', 'sumary-history-length': '2' } });
    for (let release = 1; release <= 5; release++) {
      const build = { id: 'org.test.Hello', arch: 'arm', release };
      await changeBoth(pair, (repository) => commitBuild(repository, build, stage.environment));
      expect(await publishBoth(pair)).toEqual([]);
    }
    expect(count(pair, '.delta')).toBe(2);
  });

  it('for a tree with summaries lost and files left over', async () => {
    const pair = newPair();
    for (let release = 1; release < 5; release++) {
      await changeBoth(pair, (repository) => commitChanging(repository, release, stage.environment));
      expect(await publishBoth(pair)).toEqual([]);
    }
    const lost = publishedPaths(pair.byFlatpak)
      .filter((path) => path.endsWith('.gz'))
      .filter((_, i) => i % 4 === 0);
    const leftOver = [
      'notes.txt',
      `${'0'.repeat(64)}.gz`,
      `${'0'.repeat(64)}-${'1'.repeat(64)}.delta`,
      `${'0'.repeat(64)}.idx.sig`,
    ];
    for (const repository of [pair.byFlatpak, pair.byRepomill]) {
      for (const path of lost) rmSync(join(repository, path));
      for (const name of leftOver) writeFileSync(join(repository, 'summaries', name), gzipSync('left over'));
    }
    await changeBoth(pair, (repository) => commitChanging(repository, 5, stage.environment));
    expect(await publishBoth(pair)).toEqual([]);
  });

  it('for a static delta, from nothing and from the commit before', async () => {
    const pair = newPair();
    const ref = 'app/org.test.Hello/x86_64/stable';
    await changeBoth(pair, (repository) => makeStaticDelta(repository, ref, stage.environment));
    expect(await publishBoth(pair)).toEqual([]);
    expect(count(pair, '.index')).toBe(1);
    await changeBoth(pair, async (repository) => {
      const before = readFileSync(join(repository, 'refs/heads', ref), 'utf8').trim();
      await commitBuild(repository, { id: 'org.test.Hello', arch: 'x86_64', release: 1 }, stage.environment);
      await makeStaticDelta(repository, ref, stage.environment, before);
    });
    expect(await publishBoth(pair)).toEqual([]);
    expect(count(pair, '.index')).toBe(1);
    await changeBoth(pair, async (repository) => rmSync(join(repository, 'deltas'), { recursive: true }));
    expect(await publishBoth(pair)).toEqual([]);
    expect(count(pair, '.index')).toBe(0);
  });

  // flatpak has them in the order of the file system, so both have to read the same directory.
  it('for many static deltas', async () => {
    const repository = stage.newRepository();
    const out = stage.newDirectory();
    for (let release = 1; release < 3; release++) {
      await commitChanging(repository, release, stage.environment);
      await makeStaticDeltas(repository, stage.environment);
      expect(await differencesOfCopy(repository, out)).toEqual([]);
    }
    expect(publishedPaths(out).filter((path) => path.endsWith('.index')).length).toBeGreaterThan(30);
  });

  it('for a subset of which only appstream is left', async () => {
    const pair = newPair();
    expect(await publishBoth(pair)).toEqual([]);
    const isFree = (path: string): boolean => /appstream2|Change/.test(path);
    await changeBoth(pair, async (repository) => {
      for (const ref of readRefs(repository).keys()) {
        if (/^(?:app|runtime)\//.test(ref) && !isFree(ref)) await removeRef(repository, ref, stage.environment);
      }
      await commitBuild(repository, { id: 'org.test.Left', arch: 'x86_64' }, stage.environment);
    });
    expect(await publishBoth(pair)).toEqual([]);
  });

  it('for signed trees, as far as names go', async () => {
    const pair = newPair({ sign: [await makeKey(stage.environment)] });
    for (let release = 1; release <= 3; release++) {
      const build = { id: 'org.test.Hello', arch: 'x86_64', release };
      await changeBoth(pair, (repository) => commitBuild(repository, build, stage.environment));
      expect(await publishBoth(pair)).toEqual([]);
    }
    expect(count(pair, '.sig')).toBe(4);
  });

  it('in another directory, where objects and refs are not copied', async () => {
    const repository = stage.newRepository();
    const out = stage.newDirectory();
    await makeStaticDelta(repository, 'app/org.test.Hello/arm/stable', stage.environment);
    for (let release = 1; release < 3; release++) {
      await commitChanging(repository, release, stage.environment);
      expect(await differencesOfCopy(repository, out)).toEqual([]);
    }
  });

  /** Where a tree in another directory differs from what flatpak writes into the repository. */
  async function differencesOfCopy(repository: string, out: string): Promise<readonly string[]> {
    await publishByFlatpak(repository, stage.environment);
    alignOldSummary(repository);
    const seconds = lastModifiedOf(repository);
    await publishByRepomill(repository, stage.environment, { out, settings: { exact: true }, seconds });
    return differencesBetween(out, repository);
  }
});

/** How many published files of flatpak's tree have that ending. */
function count(pair: Pair, ending: string): number {
  return publishedPaths(pair.byFlatpak).filter((path) => path.endsWith(ending)).length;
}
