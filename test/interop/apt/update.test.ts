import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { sha256Of } from '../../workspace.ts';
import { findApts, requireApt } from './apts.ts';
import type { ArchiveHost } from './archive-host.ts';
import type { AptClient, AptSource, ClientOptions } from './client.ts';
import { listedStanza, makeDeb } from './debs.ts';
import { listConfig, listsOfDay, type Published, publish, publishDays, writeLists } from './publishers.ts';
import { bytesOf, kindsOf } from './requests.ts';
import { type KeyPair, openStage } from './stage.ts';
import { stanzasOf } from './stanzas.ts';

const hasApt = requireApt();
const apts = hasApt ? findApts() : [];

/** Older versions that have a patch, in these tests. */
const HISTORY = 5;

describe.skipIf(!hasApt)('updating from an archive that repomill published', () => {
  const stage = openStage();
  let key: KeyPair;
  let days: Published;
  beforeAll(async () => {
    key = await stage.newKey('archive');
    const config = listConfig({ history: HISTORY, keep: '30 days' });
    days = await publishDays(stage, [0, 1, 2, 3, 4, 5, 6, 7], { config, sign: [key.secretFile] });
  });
  const source = (host: ArchiveHost, more: Partial<AptSource> = {}): AptSource => ({
    url: host.url,
    key: readFileSync(key.publicFile),
    ...more,
  });

  describe.each(apts)('$title', (apt) => {
    const newClient = (
      host: ArchiveHost,
      more: Partial<AptSource> = {},
      options: Partial<ClientOptions> = {},
    ): AptClient => stage.newClient(apt, { sources: [source(host, more)], ...options });

    /** A client that has the state of one day, and a host that has another. */
    const newUpdate = async (from: number, to: number): Promise<{ host: ArchiveHost; client: AptClient }> => {
      const host = await stage.serve(days.tree(from));
      const client = newClient(host);
      await client.mustUpdate();
      host.serve(days.tree(to));
      host.takeRequests();
      return { host, client };
    };

    it('fetches InRelease and one file for each list, and shows what was published', async () => {
      const host = await stage.serve(days.tree(0));
      const client = newClient(host);
      await client.mustUpdate();
      expect(kindsOf(host.takeRequests())).toEqual(['InRelease', 'Packages by hash']);
      expect(await client.available()).toEqual(stanzasOf(days.lists(0)['main/amd64'] ?? []));
    });

    it('shows every component that it asks for', async () => {
      const host = await stage.serve(days.tree(0));
      const components = ['main', 'contrib', 'non-free'];
      const client = newClient(host, { components });
      await client.mustUpdate();
      const all = components.flatMap((component) => days.lists(0)[`${component}/amd64`] ?? []);
      expect(await client.available()).toEqual(stanzasOf(all));
    });

    it('shows a machine of a different architecture what is listed for it', async () => {
      const host = await stage.serve(days.tree(0));
      const client = newClient(host, {}, { arch: 'arm64' });
      await client.mustUpdate();
      expect(await client.available()).toEqual(stanzasOf(days.lists(0)['main/arm64'] ?? []));
    });

    it.each(['same time', 'not newer'] as const)(
      'asks once if nothing was published, and sees a publication of the next day (304 for the %s)',
      async (notModified) => {
        const host = await stage.serve(days.tree(0));
        host.behave({ notModified });
        const client = newClient(host);
        await client.mustUpdate();
        host.takeRequests();
        await client.mustUpdate();
        expect(kindsOf(host.takeRequests())).toEqual(['304 InRelease']);
        host.serve(days.tree(1));
        await client.mustUpdate();
        expect(await client.available()).toEqual(stanzasOf(days.lists(1)['main/amd64'] ?? []));
      },
    );

    it('finds nothing to fetch in an InRelease with the same bytes, from a host that knows no times', async () => {
      const host = await stage.serve(days.tree(0));
      host.vary((_, file) => (file === undefined ? undefined : { status: 200, body: file.body }));
      const client = newClient(host);
      await client.mustUpdate();
      host.takeRequests();
      await client.mustUpdate();
      expect(kindsOf(host.takeRequests())).toEqual(['InRelease']);
    });

    it('takes one patch, a day later', async () => {
      const { host, client } = await newUpdate(0, 1);
      await client.mustUpdate();
      const requests = host.takeRequests();
      expect(kindsOf(requests)).toEqual(['InRelease', 'patch index by hash', 'patch']);
      expect(bytesOf(requests, /patch/)).toBeLessThan(2_000);
      expect(await client.available()).toEqual(stanzasOf(days.lists(1)['main/amd64'] ?? []));
    });

    it('takes one patch, five days later', async () => {
      const { host, client } = await newUpdate(2, 7);
      await client.mustUpdate();
      const requests = host.takeRequests();
      expect(kindsOf(requests)).toEqual(['InRelease', 'patch index by hash', 'patch']);
      expect(bytesOf(requests, /patch/)).toBeLessThan(5_000);
      expect(await client.available()).toEqual(stanzasOf(days.lists(7)['main/amd64'] ?? []));
    });

    it('takes one patch every day', async () => {
      const { host, client } = await newUpdate(0, 1);
      for (const day of [1, 2, 3, 4]) {
        host.serve(days.tree(day));
        host.takeRequests();
        await client.mustUpdate();
        expect(kindsOf(host.takeRequests())).toEqual(['InRelease', 'patch index by hash', 'patch']);
        expect(await client.available()).toEqual(stanzasOf(days.lists(day)['main/amd64'] ?? []));
      }
    });

    it('takes the whole list if it is further behind than the history', async () => {
      const { host, client } = await newUpdate(1, 7);
      await client.mustUpdate();
      // Where the compressed index has no patch for it, apt looks into the other one, too.
      const index = ['patch index by hash', 'patch index by hash'];
      expect(kindsOf(host.takeRequests())).toEqual(['InRelease', ...index, 'Packages by hash']);
      expect(await client.available()).toEqual(stanzasOf(days.lists(7)['main/amd64'] ?? []));
    });

    it('takes the whole list if it is told to use no patches', async () => {
      const { host, client } = await newUpdate(0, 1);
      await client.run('apt-get', ['-o', 'Acquire::PDiffs=false', 'update']);
      expect(kindsOf(host.takeRequests())).toEqual(['InRelease', 'Packages by hash']);
      expect(await client.available()).toEqual(stanzasOf(days.lists(1)['main/amd64'] ?? []));
    });

    it('reads the state of an earlier day from the InRelease that is kept for it', async () => {
      const host = await stage.serve(days.tree(3));
      const older = sha256Of(readFileSync(`${days.tree(1)}/dists/stable/InRelease`));
      const client = newClient(host, { options: [`inrelease-path=by-hash/SHA256/${older}`] });
      await client.mustUpdate();
      expect(await client.available()).toEqual(stanzasOf(days.lists(1)['main/amd64'] ?? []));
    });

    it.each(['xz', 'gz'])('decompresses lists from a host that lost all but those of %s', async (compression) => {
      const host = await stage.serve(days.tree(0));
      const magic = { xz: 'fd377a58', gz: '1f8b0800' }[compression];
      host.vary((path, file) => {
        const isOther = /binary-/.test(path) && file?.body.toString('hex', 0, 4) !== magic;
        return isOther ? { status: 404 } : undefined;
      });
      const client = newClient(host);
      await client.mustUpdate();
      expect(await client.available()).toEqual(stanzasOf(days.lists(0)['main/amd64'] ?? []));
    });
  });
});

describe.skipIf(!hasApt)('an archive that repomill published', () => {
  const stage = openStage();

  describe.each(['xz', 'gz'])('with lists in %s alone', (compression) => {
    let days: Published;
    beforeAll(async () => {
      days = await publishDays(stage, [0, 1], { config: listConfig({ compress: [compression] }) });
    });

    it.each(apts)('is read by $title, and a day later by a patch', async (apt) => {
      const host = await stage.serve(days.tree(0));
      const client = stage.newClient(apt, { sources: [{ url: host.url, options: ['trusted=yes'] }] });
      await client.mustUpdate();
      expect(await client.available()).toEqual(stanzasOf(days.lists(0)['main/amd64'] ?? []));
      host.serve(days.tree(1));
      host.takeRequests();
      await client.mustUpdate();
      expect(kindsOf(host.takeRequests()).at(-1)).toBe('patch');
      expect(await client.available()).toEqual(stanzasOf(days.lists(1)['main/amd64'] ?? []));
    });
  });

  describe('with two suites', () => {
    let tree = '';
    beforeAll(async () => {
      const [old, shared, next] = await Promise.all([
        makeDeb('changing', { version: '1.0' }),
        makeDeb('same'),
        makeDeb('changing', { version: '2.0~beta1' }),
      ]);
      const stanza = (deb: typeof old): string => listedStanza(deb, `pool/${deb.fileName}`);
      const input = writeLists(stage.newDirectory(), {
        'bookworm/main/amd64': [stanza(old), stanza(shared)],
        'trixie/main/amd64': [stanza(next), stanza(shared)],
      });
      const suites = { bookworm: { suite: 'stable', codename: 'bookworm' }, trixie: { suite: 'testing' } };
      tree = stage.newDirectory();
      await publish(stage, input, tree, { config: listConfig({ suites }, '<suite>/<component>/<arch>/Packages') });
    });

    it.each(apts)('shows $title each suite by itself, and both together', async (apt) => {
      const host = await stage.serve(tree);
      const sourceOf = (suite: string): AptSource => ({ url: host.url, suite, options: ['trusted=yes'] });
      const versions = async (client: AptClient): Promise<readonly string[]> =>
        Object.keys(await client.show('changing')).sort();
      const client = stage.newClient(apt, { sources: [sourceOf('bookworm')] });
      await client.mustUpdate();
      expect(await versions(client)).toEqual(['changing 1.0 amd64']);
      client.use([sourceOf('trixie')]);
      await client.mustUpdate();
      expect(await versions(client)).toEqual(['changing 2.0~beta1 amd64']);
      client.use([sourceOf('bookworm'), sourceOf('trixie')]);
      await client.mustUpdate();
      expect(await versions(client)).toEqual(['changing 1.0 amd64', 'changing 2.0~beta1 amd64']);
      expect(Object.keys(await client.available()).sort()).toEqual(['changing 2.0~beta1 amd64', 'same 1.0 amd64']);
    });
  });

  describe('with a package for all architectures, which one of them does not have in its newest version yet', () => {
    let tree = '';
    beforeAll(async () => {
      const [old, next] = await Promise.all([
        makeDeb('data', { version: '1.0', arch: 'all' }),
        makeDeb('data', { version: '2.0', arch: 'all' }),
      ]);
      const input = writeLists(stage.newDirectory(), {
        'main/amd64': [listedStanza(next, 'pool/data_2.0_all.deb')],
        'main/arm64': [listedStanza(old, 'pool/data_1.0_all.deb')],
      });
      tree = stage.newDirectory();
      await publish(stage, input, tree, { config: listConfig() });
    });

    describe.each(apts)('$title', (apt) => {
      it.each([
        ['amd64', 'data 2.0 all'],
        ['arm64', 'data 1.0 all'],
      ])('on %s shows the version that is listed for it', async (arch, listed) => {
        const host = await stage.serve(tree);
        const client = stage.newClient(apt, { sources: [{ url: host.url, options: ['trusted=yes'] }], arch });
        await client.mustUpdate();
        expect(Object.keys(await client.available())).toEqual([listed]);
        expect(kindsOf(host.takeRequests())).not.toContain('404 Packages.xz');
      });
    });
  });

  describe('with a list of several pieces', () => {
    const PACKAGES = 3_000;
    const trees: string[] = [];
    beforeAll(async () => {
      const [input, tree] = [stage.newDirectory(), stage.newDirectory()];
      for (const day of [0, 1]) {
        writeLists(input, { 'main/amd64': listsOfDay(day, PACKAGES)['main/amd64'] ?? [] });
        await publish(stage, input, tree, { config: listConfig(), day });
        trees.push(stage.copyOf(tree));
      }
    });

    describe.each(apts)('$title', (apt) => {
      it.each(['xz', 'gz'])('reads it from %s, and a day later patches it', async (compression) => {
        const host = await stage.serve(trees[0] ?? '');
        const sources = [{ url: host.url, options: ['trusted=yes'] }];
        const client = stage.newClient(apt, {
          sources,
          settings: { 'Acquire::CompressionTypes::Order::': compression },
        });
        await client.mustUpdate();
        expect(await client.available()).toEqual(stanzasOf(listsOfDay(0, PACKAGES)['main/amd64'] ?? []));
        host.serve(trees[1] ?? '');
        host.takeRequests();
        await client.mustUpdate();
        expect(kindsOf(host.takeRequests()).at(-1)).toBe('patch');
        expect(await client.available()).toEqual(stanzasOf(listsOfDay(1, PACKAGES)['main/amd64'] ?? []));
      });

      it('shows nothing where the connection ends in the middle of it, and recovers with the host', async () => {
        const host = await stage.serve(trees[0] ?? '');
        const client = stage.newClient(apt, { sources: [{ url: host.url, options: ['trusted=yes'] }] });
        host.vary((path, file) =>
          /by-hash|Packages/.test(path) && file !== undefined ? { status: 200, ...file, cut: true } : undefined,
        );
        // Such a host may be well again soon: apt warns, and ends with 0.
        const run = await client.update();
        expect([run.exitCode, run.stderr]).toEqual([0, expect.stringMatching(/^W: Failed to fetch/m)]);
        expect(await client.available()).toEqual({});
        host.vary();
        await client.mustUpdate();
        expect(await client.available()).toEqual(stanzasOf(listsOfDay(0, PACKAGES)['main/amd64'] ?? []));
      });
    });
  });

  describe('with suites that nobody is to get by accident', () => {
    let tree = '';
    beforeAll(async () => {
      const deb = await makeDeb('hello');
      const stanza = listedStanza(deb, `pool/${deb.fileName}`);
      const names = ['plain', 'experimental', 'backports'];
      const input = writeLists(
        stage.newDirectory(),
        Object.fromEntries(names.map((name) => [`${name}/main/amd64`, [stanza]])),
      );
      const suites = {
        plain: {},
        experimental: { notAutomatic: true },
        backports: { notAutomatic: true, butAutomaticUpgrades: true },
      };
      tree = stage.newDirectory();
      await publish(stage, input, tree, { config: listConfig({ suites }, '<suite>/<component>/<arch>/Packages') });
    });

    it.each(apts)('gives them the priorities in $title that Debian gives them', async (apt) => {
      const host = await stage.serve(tree);
      const suites = ['plain', 'experimental', 'backports'];
      const sources = suites.map((suite) => ({ url: host.url, suite, options: ['trusted=yes'] }));
      const client = stage.newClient(apt, { sources });
      await client.mustUpdate();
      const { stdout } = await client.run('apt-cache', ['policy']);
      const priorities = Array.from(stdout.matchAll(/^ *(-?\d+) http\S+ (\S+)\/main amd64 Packages$/gm));
      expect(priorities.map(([, priority, suite]) => `${suite} ${priority}`).sort()).toEqual([
        'backports 100',
        'experimental 1',
        'plain 500',
      ]);
    });
  });

  describe('for a machine that installs packages of two architectures', () => {
    it.each(apts)('shows $title the packages of both', async (apt) => {
      const debs = await Promise.all(['amd64', 'arm64'].map((arch) => makeDeb('hello', { arch })));
      const [input, tree] = [stage.newDirectory(), stage.newDirectory()];
      writeLists(
        input,
        Object.fromEntries(
          debs.map((deb, at) => [`main/${['amd64', 'arm64'][at]}`, [listedStanza(deb, `pool/${deb.fileName}`)]]),
        ),
      );
      await publish(stage, input, tree, { config: listConfig() });
      const host = await stage.serve(tree);
      const sources = [{ url: host.url, options: ['arch=amd64,arm64', 'trusted=yes'] }];
      const client = stage.newClient(apt, { sources });
      await client.mustUpdate();
      expect(Object.keys(await client.available()).sort()).toEqual(['hello 1.0 amd64', 'hello 1.0 arm64']);
    });
  });

  describe('whose lists disappear', () => {
    let key: KeyPair;
    const trees: string[] = [];
    const stanza = async (name: string, arch: string): Promise<string> => {
      const deb = await makeDeb(name, { arch });
      return listedStanza(deb, `pool/${deb.fileName}`);
    };
    beforeAll(async () => {
      key = await stage.newKey('archive');
      const [common, own] = await Promise.all([stanza('common', 'all'), stanza('own', 'arm64')]);
      const kept = { 'main/amd64': [common] };
      const lists = [
        { ...kept, 'main/arm64': [common, own], 'extra/arm64': [own] },
        { ...kept, 'main/arm64': [] },
        kept,
      ];
      const [input, tree] = [stage.newDirectory(), stage.newDirectory()];
      for (const [day, list] of lists.entries()) {
        writeLists(input, list);
        await publish(stage, input, tree, { config: listConfig(), sign: [key.secretFile], day });
        trees.push(stage.copyOf(tree));
      }
    });

    it.each(apts)('is followed by $title without an error, and shows what is left', async (apt) => {
      const host = await stage.serve(trees[0] ?? '');
      const source = { url: host.url, components: ['main', 'extra'], key: readFileSync(key.publicFile) };
      const client = stage.newClient(apt, { sources: [source], arch: 'arm64' });
      await client.mustUpdate();
      expect(Object.keys(await client.available()).sort()).toEqual(['common 1.0 all', 'own 1.0 arm64']);
      for (const tree of trees.slice(1)) {
        host.serve(tree);
        const run = await client.update();
        expect([run.exitCode, run.stderr]).toEqual([0, expect.not.stringMatching(/^E:/m)]);
        expect(await client.available()).toEqual({});
      }
    });
  });

  describe('with its address in the configuration', () => {
    it.each(apts)('is added by $title with the file of sources that is published, as it is', async (apt) => {
      const key = await stage.newKey(`archive of ${apt.title}`);
      const [input, tree] = [writeLists(stage.newDirectory(), listsOfDay(0)), stage.newDirectory()];
      const host = await stage.serve(tree);
      await publish(stage, input, tree, { config: listConfig({ url: host.url }), sign: [key.secretFile] });
      const client = stage.newClient(apt, { sources: [] });
      client.addSourcesFile('example.sources', readFileSync(`${tree}/dists/stable/example.sources`, 'utf8'));
      await client.mustUpdate();
      const all = ['main', 'contrib', 'non-free'].flatMap((component) => listsOfDay(0)[`${component}/amd64`] ?? []);
      expect(await client.available()).toEqual(stanzasOf(all));
    });
  });
});
