import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { listPaths, sha256Of, writeFiles } from '../../workspace.ts';
import { findApts, requireApt } from './apts.ts';
import type { ArchiveHost } from './archive-host.ts';
import type { AptClient } from './client.ts';
import { type Deb, type DebianSource, listedStanza, makeDeb, makeSource } from './debs.ts';
import { listConfig, publish, writeLists } from './publishers.ts';
import { type KeyPair, openStage } from './stage.ts';
import { fieldsOf } from './stanzas.ts';

const hasApt = requireApt();
const apts = hasApt ? findApts() : [];

/** Names and versions with what is special in paths, in versions and in URLs. */
const PACKAGES: readonly Parameters<typeof makeDeb>[] = [
  ['hello', { version: '2.10-3', fields: { Depends: 'libgreeting++1 (>= 1.2~rc1), hello-data' } }],
  ['libgreeting++1', { version: '1:1.2~rc1+dfsg-1', fields: { Source: 'greeting (1:1.2~rc1+dfsg-1)' } }],
  ['hello-data', { version: '2.10-3', arch: 'all', fields: { Source: 'hello' } }],
  ['x2', { version: '0~~1+b1' }],
];

describe.skipIf(!hasApt)('packages of an archive that repomill published', () => {
  const stage = openStage();
  let key: KeyPair;
  let debs: readonly Deb[] = [];
  let sources: readonly DebianSource[] = [];
  beforeAll(async () => {
    key = await stage.newKey('archive');
    debs = await Promise.all(PACKAGES.map((one) => makeDeb(...one)));
    sources = await Promise.all([makeSource('hello', '2.10-3'), makeSource('greeting', '1:1.2~rc1+dfsg-1')]);
  });
  const bytesOf = (name: string): Buffer => {
    const found = debs.find(({ control }) => fieldsOf(control).package === name);
    return found?.bytes ?? Buffer.alloc(0);
  };

  describe.each([
    ['.deb and .dsc files, without a configuration', 'pool'],
    ['lists, with a pool that somebody else fills', 'lists'],
  ])('made from %s', (_, kind) => {
    let [tree, pool] = ['', ''];
    beforeAll(async () => {
      [tree, pool] = [stage.newDirectory(), stage.newDirectory()];
      mkdirSync(pool);
      if (kind === 'pool') {
        const files = debs.map(({ fileName, bytes }) => [fileName, bytes] as const);
        const all = [...files, ...sources.flatMap((source) => Object.entries(source.files))];
        const input = writeFiles(stage.newDirectory(), Object.fromEntries(all));
        await publish(stage, input, tree, { sign: [key.secretFile] });
      } else {
        const stanzas = debs.map((deb) => listedStanza(deb, `files/${deb.fileName}`));
        const input = writeLists(stage.newDirectory(), { 'main/amd64': stanzas });
        writeFiles(input, { 'main/source/Sources': sources.map((source) => source.stanzaIn('files/src')).join('\n') });
        const config = {
          ...listConfig(),
          inputs: [{ files: '<component>/<arch>/Packages' }, { files: '<component>/source/Sources' }],
        };
        await publish(stage, input, tree, { config, sign: [key.secretFile] });
        for (const { fileName, bytes } of debs) writeFiles(pool, { [`files/${fileName}`]: bytes });
        for (const { files } of sources) writeFiles(join(pool, 'files/src'), files);
      }
    });

    describe.each(apts)('$title', (apt) => {
      const start = async (): Promise<{ host: ArchiveHost; client: AptClient }> => {
        const host = await stage.serve(tree, pool);
        const source = { url: host.url, key: readFileSync(key.publicFile), withSources: true };
        const client = stage.newClient(apt, { sources: [source] });
        await client.mustUpdate();
        host.takeRequests();
        return { host, client };
      };

      it('shows every field of their control files', async () => {
        const { client } = await start();
        const available = await client.available();
        expect(Object.keys(available)).toHaveLength(debs.length);
        for (const { control, bytes } of debs) {
          const fields = fieldsOf(control);
          const shown = available[[fields.package, fields.version, fields.architecture].join(' ')];
          expect(shown).toMatchObject({ ...fields, size: String(bytes.length), sha256: sha256Of(bytes) });
        }
      });

      it('downloads each, byte for byte', async () => {
        const { client } = await start();
        for (const { control, bytes } of debs) {
          const name = fieldsOf(control).package ?? '';
          const fetched = await client.fetch('download', name);
          expect([...fetched.values()].map((file) => file.equals(bytes))).toEqual([true]);
        }
      });

      it('asks for + and ~ as %2b and %7e, and finds them where the host decodes that', async () => {
        const { host, client } = await start();
        await client.fetch('download', 'libgreeting++1');
        const [{ raw = '', status } = { status: 0 }] = host.takeRequests();
        expect([raw.includes('%2b'), raw.includes('%7e'), status]).toEqual([true, true, 200]);
      });

      it('prints what an installation would fetch, with what it depends on', async () => {
        const { host, client } = await start();
        const files = await client.printUris('hello');
        expect(files.map(({ name }) => name.replace(/_.*/s, '')).sort()).toEqual([
          'hello',
          'hello-data',
          'libgreeting++1',
        ]);
        for (const { url, name, size, hash } of files) {
          const bytes = bytesOf(name.replace(/_.*/s, ''));
          expect([size, hash]).toEqual([bytes.length, `SHA256:${sha256Of(bytes)}`]);
          expect(url.startsWith(host.url)).toBe(true);
        }
      });

      it('fetches source packages, byte for byte', async () => {
        const { client } = await start();
        for (const [place, name] of ['hello', 'greeting'].entries()) {
          const fetched = await client.fetch('source', '--download-only', name);
          expect(Object.fromEntries(fetched)).toEqual(sources[place]?.files);
        }
      });

      it('finds the source of a package by the name of the package', async () => {
        const { client } = await start();
        const fetched = await client.fetch('source', '--download-only', 'libgreeting++1');
        expect([...fetched.keys()].sort()).toEqual(Object.keys(sources[1]?.files ?? {}).sort());
      });
    });

    it('are in the tree with the path that the list says, or in nobody’s', () => {
      const inTree = listPaths(tree).filter((path) => path.endsWith('.deb'));
      expect(inTree).toHaveLength(kind === 'pool' ? debs.length : 0);
      expect(inTree.filter((path) => !path.startsWith('pool/main/'))).toEqual([]);
    });
  });

  describe('that were replaced', () => {
    const trees = new Map<number, string>();
    beforeAll(async () => {
      const [input, tree] = [stage.newDirectory(), stage.newDirectory()];
      const config = { name: 'example', apt: { keep: '7 days' } };
      // The package is replaced on day 10; day 12 and day 30 change something else.
      for (const day of [0, 10, 12, 30]) {
        const changing = await makeDeb('changing', { version: day === 0 ? '1.0' : '2.0' });
        const other = await makeDeb('other', { version: `1.${day}` });
        rmSync(input, { recursive: true, force: true });
        writeFiles(input, { [changing.fileName]: changing.bytes, [other.fileName]: other.bytes });
        await publish(stage, input, tree, { config, sign: [key.secretFile], day });
        trees.set(day, stage.copyOf(tree));
      }
    });

    it.each(apts)('are there for $title for as long as they are kept, and then not', async (apt) => {
      const host = await stage.serve(trees.get(0) ?? '');
      const client = stage.newClient(apt, { sources: [{ url: host.url, key: readFileSync(key.publicFile) }] });
      await client.mustUpdate();
      const { bytes } = await makeDeb('changing', { version: '1.0' });
      for (const day of [10, 12]) {
        host.serve(trees.get(day) ?? '');
        expect([...(await client.fetch('download', 'changing')).values()]).toEqual([bytes]);
      }
      host.serve(trees.get(30) ?? '');
      await expect(client.fetch('download', 'changing')).rejects.toThrow('404');
      await client.mustUpdate();
      expect([...(await client.fetch('download', 'changing')).keys()]).toEqual(['changing_2.0_amd64.deb']);
    });
  });

  describe('with lists of their contents', () => {
    let tree = '';
    beforeAll(async () => {
      tree = stage.newDirectory();
      const input = writeFiles(stage.newDirectory(), Object.fromEntries(debs.map((deb) => [deb.fileName, deb.bytes])));
      const config = { name: 'example', apt: { contents: true } };
      await publish(stage, input, tree, { config, sign: [key.secretFile] });
    });

    it.each(apts)('are found by their files, where $title fetches these lists, as apt-file has it do', async (apt) => {
      const host = await stage.serve(tree);
      const target = 'Acquire::IndexTargets::deb::Contents-deb';
      const settings = {
        [`${target}::MetaKey`]: '$(COMPONENT)/Contents-$(ARCHITECTURE)',
        [`${target}::ShortDescription`]: 'Contents-$(ARCHITECTURE)',
        [`${target}::Description`]: '$(RELEASE)/$(COMPONENT) $(ARCHITECTURE) Contents (deb)',
        [`${target}::PDiffs`]: 'true',
      };
      const sources = [{ url: host.url, key: readFileSync(key.publicFile) }];
      const client = stage.newClient(apt, { sources, settings });
      await client.mustUpdate();
      const lists = client.lists().filter(([name]) => name.includes('Contents-amd64'));
      expect(lists).toHaveLength(1);
      const lines = (lists[0]?.[1] ?? '').trimEnd().split('\n');
      const expected = debs.map((deb) => fieldsOf(deb.control).package ?? '');
      expect(lines.map((line) => line.split(/\s+/))).toEqual(
        expected
          .map((name) => [`usr/share/doc/${name}/README`, `utils/${name}`])
          .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
      );
    });
  });
});
