/**
 * What an archive must not do, because apt then fails, or finds nothing and says nothing: each is a property of the tree.
 * `reference.test.ts` shows what apt does.
 */
import { lstatSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { headerRules } from '../../../src/layouts/layouts.ts';
import { ruleFor, uploadStages } from '../../../src/publish/header-rules.ts';
import { listPaths, sha256Of, stateOf, writeFiles } from '../../workspace.ts';
import { findApts, requireApt } from './apts.ts';
import type { ArchiveHost } from './archive-host.ts';
import type { AptClient } from './client.ts';
import { listedStanza, makeDeb } from './debs.ts';
import { listConfig, listsOfDay, type Published, publish, publishDays, tryPublish, writeLists } from './publishers.ts';
import { openStage } from './stage.ts';
import { fieldsOf, stanzasOf } from './stanzas.ts';

const hasApt = requireApt();
const apts = hasApt ? findApts() : [];
const RELEASE = 'dists/stable/Release';
const INRELEASE = 'dists/stable/InRelease';

describe.skipIf(!hasApt)('a tree that repomill published for apt', () => {
  const stage = openStage();
  let days: Published;
  let sign: readonly string[] = [];
  let key: Buffer;
  beforeAll(async () => {
    const pair = await stage.newKey('archive');
    [sign, key] = [[pair.secretFile], readFileSync(pair.publicFile)];
    days = await publishDays(stage, [0, 1, 2], { config: listConfig({ keep: '7 days' }), sign });
  });
  const read = (day: number, path: string): Buffer => readFileSync(join(days.tree(day), path));
  const release = (day: number): ReturnType<typeof fieldsOf> => fieldsOf(read(day, RELEASE).toString());
  /** A client for each apt, with a host of its own. */
  const clientsOf = (tree: string): Promise<readonly { host: ArchiveHost; client: AptClient }[]> =>
    Promise.all(
      apts.map(async (apt) => {
        const host = await stage.serve(tree);
        return { host, client: stage.newClient(apt, { sources: [{ url: host.url, key }] }) };
      }),
    );

  it('lists every file with its size and SHA-256, and no other hash', () => {
    expect(Object.keys(release(0))).toEqual(expect.arrayContaining(['sha256', 'acquire-by-hash']));
    for (const other of ['md5sum', 'sha1', 'sha512']) expect(release(0)).not.toHaveProperty(other);
    const files = listedFiles(read(0, RELEASE).toString());
    expect(files.length).toBeGreaterThan(10);
    for (const { path, sha256, size } of files) {
      expect([path, sha256, size]).toEqual([path, expect.stringMatching(/^[0-9a-f]{64}$/), expect.any(Number)]);
    }
  });

  it('lists the uncompressed name of every list, and has the bytes that are listed under the names that it serves', () => {
    const files = listedFiles(read(0, RELEASE).toString());
    const names = new Set(files.map(({ path }) => path));
    for (const { path } of files.filter((file) => /\.(xz|gz)$/.test(file.path) && !/Contents/.test(file.path))) {
      expect(names).toContain(path.replace(/\.(xz|gz)$/, ''));
    }
    for (const { path, sha256, size } of files) {
      const found = statSync(join(days.tree(0), 'dists/stable', path), { throwIfNoEntry: false });
      if (found === undefined) continue;
      expect([path, found.size, sha256Of(read(0, join('dists/stable', path)))]).toEqual([path, size, sha256]);
    }
  });

  it.each([0, 1, 2])('has every file that Release lists by its hash, on day %i', (day) => {
    for (const { path, sha256, size } of listedFiles(read(day, RELEASE).toString())) {
      const copy = join('dists/stable', dirname(path), 'by-hash/SHA256', sha256);
      const found = statSync(join(days.tree(day), copy), { throwIfNoEntry: false });
      // An uncompressed file may be listed and not be served.
      if (found === undefined && !/\.(xz|gz)$|Index$/.test(path)) continue;
      expect([path, found?.size]).toEqual([path, size]);
      expect(sha256Of(read(day, copy))).toBe(sha256);
    }
  });

  it('keeps an older InRelease by its hash', () => {
    for (const day of [0, 1]) {
      const bytes = read(day, INRELEASE);
      expect(read(2, `dists/stable/by-hash/SHA256/${sha256Of(bytes)}`).equals(bytes)).toBe(true);
    }
  });

  it('says the time of the publication as apt reads it', () => {
    expect(release(0).date).toMatch(/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (UTC|GMT|\+0000)$/);
    expect(Date.parse(release(0).date ?? '')).toBe(1_700_000_000_000);
  });

  it('has a date and a file time that grow with each publication', () => {
    const dates = [0, 1, 2].map((day) => Date.parse(release(day).date ?? ''));
    expect(dates).toEqual(dates.toSorted((a, b) => a - b));
    expect(new Set(dates).size).toBe(3);
    for (const path of [INRELEASE, RELEASE]) {
      const times = [0, 1, 2].map((day) => Math.floor(statSync(join(days.tree(day), path)).mtimeMs / 1000));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(new Set(times).size).toBe(3);
    }
  });

  it.each([
    ['with the same time', 0],
    ['with an earlier time', -1],
  ])('is seen by those who have the last one, or refused, where it is one %s', async (_, day) => {
    const tree = stage.copyOf(days.tree(0));
    const clients = await clientsOf(tree);
    for (const { host, client } of clients) {
      host.behave({ notModified: 'not newer' });
      await client.update();
    }
    const input = writeLists(stage.newDirectory(), listsOfDay(5));
    const run = await tryPublish(stage, input, tree, { config: listConfig({ keep: '7 days' }), sign, day });
    if (run.exitCode !== 0) {
      expect(run.stderr).toMatch(/time|date/i);
      return;
    }
    for (const { client } of clients) {
      await client.update();
      expect(await client.available()).toEqual(stanzasOf(listsOfDay(5)['main/amd64'] ?? []));
    }
  });

  it('is not touched by a build without a change, at a later time', async () => {
    const [input, tree] = [writeLists(stage.newDirectory(), listsOfDay(0)), stage.newDirectory()];
    await publish(stage, input, tree, { config: listConfig(), sign, day: 0 });
    const before = stateOf(tree);
    await publish(stage, input, tree, { config: listConfig(), sign, day: 1 });
    expect(stateOf(tree)).toEqual(before);
  });

  it.each(['origin', 'label'])('has the same %s for ever, or its publisher is warned', async (field) => {
    const tree = stage.copyOf(days.tree(0));
    const input = writeLists(stage.newDirectory(), listsOfDay(1));
    const run = await tryPublish(stage, input, tree, { config: listConfig({ [field]: 'Renamed' }), sign, day: 1 });
    expect(run.stderr).toMatch(new RegExp(field, 'i'));
  });

  it('has lists that begin with a stanza and have no comments', () => {
    for (const path of listPaths(days.tree(0)).filter((one) => /\/Packages$/.test(one))) {
      const text = read(0, path).toString();
      expect(text).toMatch(/^[A-Z][\w-]*:/);
      expect(text).not.toMatch(/^#|\r/m);
      expect(text.endsWith('\n')).toBe(true);
    }
  });

  it('has no list that apt cannot parse, where an input begins with blank lines', async () => {
    const stanzas = listsOfDay(0)['main/amd64'] ?? [];
    const input = writeFiles(stage.newDirectory(), { 'main/amd64/Packages': `\n\n\n${stanzas.join('\n\n')}\n\n` });
    const tree = stage.newDirectory();
    await publish(stage, input, tree, { config: listConfig(), sign });
    for (const { client } of await clientsOf(tree)) {
      expect(await client.update()).toMatchObject({ exitCode: 0 });
      expect(await client.available()).toEqual(stanzasOf(stanzas));
    }
  });

  it('has names and digests in lower case, or refuses them', async () => {
    const deb = await makeDeb('Hello');
    const stanza = listedStanza(deb, `pool/${deb.fileName}`).replace(/^SHA256: .*/m, (line) =>
      line.replace(/[0-9a-f]{64}/, (digest) => digest.toUpperCase()),
    );
    const [input, tree] = [writeLists(stage.newDirectory(), { 'main/amd64': [stanza] }), stage.newDirectory()];
    const run = await tryPublish(stage, input, tree, { config: listConfig() });
    if (run.exitCode !== 0) {
      expect(run.stderr).toMatch(/main\/amd64\/Packages:\d+: .*(Hello|lower)/);
      return;
    }
    const list = readFileSync(join(tree, 'dists/stable/main/binary-amd64/Packages'), 'utf8');
    expect(list).toContain('Package: hello\n');
    expect(list).toContain(`SHA256: ${sha256Of(deb.bytes)}\n`);
  });

  it('has no links, and headers for every file', () => {
    for (const path of listPaths(days.tree(2))) {
      expect([path, lstatSync(join(days.tree(2), path)).isFile()]).toEqual([path, true]);
      expect([path, ruleFor(path, headerRules)]).toEqual([path, expect.anything()]);
    }
  });

  it('has gzip files without a time', () => {
    const zipped = listPaths(days.tree(2)).filter((path) => read(2, path).readUInt16BE(0) === 0x1f8b);
    expect(zipped.length).toBeGreaterThan(3);
    for (const path of zipped) expect([path, read(2, path).readUInt32LE(4)]).toEqual([path, 0]);
  });

  it('never has two patches of one name', () => {
    const patches = [0, 1, 2].flatMap((day) =>
      listPaths(days.tree(day))
        .filter((path) => /Packages\.diff\/[0-9a-f]{16}\.gz$/.test(path))
        .map((path) => [path, sha256Of(read(day, path))] as const),
    );
    const digests = new Map<string, Set<string>>();
    for (const [path, digest] of patches) digests.set(path, (digests.get(path) ?? new Set()).add(digest));
    expect(digests.size).toBeGreaterThan(2);
    expect([...digests.values()].filter(({ size }) => size !== 1)).toEqual([]);
  });

  it('is uploaded in the order of packages, files by hash, names, and InRelease last', () => {
    const stageOf = (path: string): number => uploadStages.indexOf(ruleFor(path, headerRules)?.stage ?? 'packages');
    const [byHash, name, entry] = [
      `dists/stable/main/binary-amd64/by-hash/SHA256/${'0'.repeat(64)}`,
      'dists/stable/main/binary-amd64/Packages.xz',
      INRELEASE,
    ].map(stageOf);
    const pool = stageOf('pool/main/h/hello/hello_1.0_amd64.deb');
    const order = [pool, byHash, name, entry];
    expect(order).toEqual(order.toSorted((a = 0, b = 0) => a - b));
    expect([pool, byHash, entry]).toEqual([0, 1, 3]);
    expect(stageOf('dists/stable/main/binary-amd64/Packages.diff/Index')).toBeLessThan(3);
    for (const path of [RELEASE, `${RELEASE}.gpg`]) expect(stageOf(path)).toBe(3);
  });

  it('lets caches keep what is named by its hash, and nothing that has a name', () => {
    const cached = (path: string): string | undefined => ruleFor(path, headerRules)?.headers['Cache-Control'];
    const list = 'dists/stable/main/binary-amd64';
    for (const path of [`${list}/by-hash/SHA256/${'0'.repeat(64)}`, `${list}/Packages.diff/0123456789abcdef.gz`]) {
      expect([path, cached(path)]).toEqual([path, expect.stringContaining('immutable')]);
    }
    for (const path of [
      INRELEASE,
      RELEASE,
      `${list}/Packages.xz`,
      `${list}/Packages.gz`,
      `${list}/Packages.diff/Index`,
    ]) {
      expect([path, cached(path)]).toEqual([path, expect.not.stringContaining('immutable')]);
    }
  });
});

interface ListedFile {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
}

/** What the section `SHA256` of a `Release` lists. */
function listedFiles(release: string): readonly ListedFile[] {
  const [, lines = ''] = /^SHA256:\n((?: .*\n?)*)/m.exec(release) ?? [];
  return [...lines.matchAll(/^ (\S+) +(\d+) (\S+)$/gm)].map(([, sha256 = '', size = '', path = '']) => ({
    path,
    sha256,
    size: Number(size),
  }));
}
