/**
 * Where an archive is written: inside of its input, into it, beside a tree of the native layout, and where files of others are.
 */
import { cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../../src/build.ts';
import { layouts } from '../../../src/layouts/layouts.ts';
import { lockDirectory } from '../../../src/publish/directory-tree.ts';
import { verify } from '../../../src/verify.ts';
import {
  buildArchive,
  DAY,
  filesIn,
  findMissing,
  makeDebs,
  packagesOf,
  readIndex,
  releaseOf,
  START,
} from '../../apt-archive.ts';
import { allFindings } from '../../audited.ts';
import { failureOf } from '../../failure.ts';
import { digestsOf, listPaths, makeWorkspace, stateOf, writeFiles } from '../../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));
const config = { 'repomill.yaml': 'name: sample\n' };
const copyOf = (directory: string): string => {
  const copy = freshPath();
  cpSync(directory, copy, { recursive: true });
  return copy;
};
const missingIn = (tree: string): readonly string[] =>
  findMissing(readFileSync(join(tree, 'dists/stable/Release'), 'utf8'), 'stable', filesIn(tree));

let [older, newer, tree] = ['', '', ''];
beforeAll(async () => {
  older = writeFiles(freshPath(), { ...config, ...(await makeDebs(['hello 1.0', 'libfoo 1:2.0', 'third 1.0 all'])) });
  newer = writeFiles(freshPath(), { ...config, ...(await makeDebs(['hello 2.0', 'libfoo 1:2.0', 'third 1.0 all'])) });
  tree = freshPath();
  await buildArchive(older, tree);
});

describe('a directory of packages', () => {
  it('becomes an archive with a pool as Debian has it', async () => {
    expect(listPaths(join(tree, 'pool'))).toEqual([
      'main/h/hello/hello_1.0_amd64.deb',
      'main/libf/libfoo/libfoo_1:2.0_amd64.deb',
      'main/t/third/third_1.0_all.deb',
    ]);
    expect(await packagesOf(tree)).toEqual(['hello 1.0 amd64', 'libfoo 1:2.0 amd64', 'third 1.0 all']);
    expect(missingIn(tree)).toEqual([]);
  });
});

describe('an output inside of its input', () => {
  it('is not read again, in its pool neither', async () => {
    const input = copyOf(older);
    const out = join(input, 'public');
    await buildArchive(input, out);
    expect(digestsOf(out)).toEqual(digestsOf(tree));
    const before = stateOf(out);
    expect((await buildArchive(input, out, { at: START + DAY })).changed).toBe(false);
    expect(stateOf(out)).toEqual(before);
  });

  it('may be the input itself, whose pool is then the pool', async () => {
    const input = writeFiles(freshPath(), {
      ...config,
      ...(await makeDebs(['hello 1.0'], { directory: 'pool/main/h/hello' })),
      ...(await makeDebs(['other 1.0'], { directory: 'pool' })),
    });
    const pool = stateOf(join(input, 'pool'));
    await buildArchive(input, input);
    expect(await readIndex(input, 'stable/main/binary-amd64/Packages')).toMatch(
      /^Filename: pool\/other_1\.0_amd64\.deb$/m,
    );
    expect(missingIn(input)).toEqual([]);
    const before = stateOf(input);
    expect((await buildArchive(input, input, { at: START + DAY })).changed).toBe(false);
    expect(stateOf(input)).toEqual(before);
    expect(stateOf(join(input, 'pool'))).toEqual(pool);
  });

  it('loses no package of the input when it is removed from the pool there', async () => {
    const input = writeFiles(freshPath(), {
      'repomill.yaml': 'name: sample\napt: { keep: 0 hours }\n',
      ...(await makeDebs(['hello 1.0', 'other 1.0'], { directory: 'pool' })),
    });
    await buildArchive(input, input);
    rmSync(join(input, 'pool/other_1.0_amd64.deb'));
    await buildArchive(input, input, { at: START + DAY });
    expect(await packagesOf(input)).toEqual(['hello 1.0 amd64']);
    expect(listPaths(join(input, 'pool'))).toEqual(['hello_1.0_amd64.deb']);
  });
});

describe('an archive of a different program in the output', () => {
  const foreign = {
    'dists/stable/InRelease': '-----BEGIN PGP SIGNED MESSAGE-----\n',
    'dists/stable/Release': 'Origin: Other\n',
    'dists/stable/main/binary-amd64/Packages': 'Package: other\n',
    'dists/stable/main/binary-amd64/Packages.gz': 'x',
    'pool/main/o/other/other_1.0_amd64.deb': 'x',
  };

  it('is refused if all of its files have names that are needed, and nothing is touched', async () => {
    const out = writeFiles(freshPath(), foreign);
    const before = stateOf(out);
    expect(await failureOf(buildArchive(older, out))).toMatchObject({
      code: 'conflict',
      path: `${out}/dists/stable/InRelease`,
      message: 'is in the way: not written by repomill, or dists/repomill.json is lost',
      hint: 'move dists away, or restore dists/repomill.json, or pass the live site to --previous',
    });
    expect(stateOf(out)).toEqual(before);
  });

  it('is refused if it has files under other names, as those of aptly and reprepro have', async () => {
    const own = {
      'dists/stable/main/binary-amd64/Release': 'Archive: stable\n',
      'dists/stable/Contents-amd64.bz2': 'x',
    };
    const out = writeFiles(freshPath(), { ...foreign, ...own });
    const before = stateOf(out);
    const error = await failureOf(buildArchive(older, out));
    expect([error.code, error.message]).toEqual(['conflict', '2 files are in the way; nothing was written']);
    expect(error.problems).toEqual(
      Object.keys(own)
        .toSorted()
        .map((path) => ({
          file: `${out}/${path}`,
          message: 'not written by repomill, in a directory that the tree needs',
        })),
    );
    expect(stateOf(out)).toEqual(before);
  });

  it('is left alone in the pool, beside which packages are placed', async () => {
    const out = writeFiles(freshPath(), { 'pool/main/o/other/other_1.0_amd64.deb': 'x', 'README.md': 'mine' });
    await buildArchive(older, out);
    expect(listPaths(out)).toEqual([...listPaths(tree), 'README.md', 'pool/main/o/other/other_1.0_amd64.deb'].sort());
  });
});

describe('the native layout in the same tree', () => {
  it.each([
    ['before', ['native', 'apt'] as const],
    ['after', ['apt', 'native'] as const],
  ])('%s it: neither prunes the other, now and later, and both are sound', async (_, order) => {
    const out = freshPath();
    for (const input of [older, newer]) {
      for (const layout of order) await build({ input, out, layout, now: new Date(START * 1000) });
      expect(allFindings(await verify({ tree: out }))).toEqual([]);
    }
    const [own, native] = [freshPath(), freshPath()];
    for (const input of [older, newer]) {
      await buildArchive(input, own);
      await build({ input, out: native });
    }
    expect(digestsOf(join(out, 'dists'))).toEqual(digestsOf(join(own, 'dists')));
    expect(digestsOf(join(out, 'summaries'))).toEqual(digestsOf(join(native, 'summaries')));
    expect(missingIn(out)).toEqual([]);
  });
});

describe('--repair', () => {
  it.each([
    ['an index by its digest', /main\/binary-amd64\/by-hash\/SHA256\/[0-9a-f]{64}$/],
    ['an index under its name', /main\/binary-amd64\/Packages\.xz$/],
    ['a package', /hello_1\.0_amd64\.deb$/],
  ])('mends %s that has the right size', async (_, pattern) => {
    const out = copyOf(tree);
    const damaged = listPaths(out).find((path) => pattern.test(path)) ?? '';
    writeFileSync(join(out, damaged), readFileSync(join(out, damaged)).fill(7));
    await buildArchive(older, out, { repair: true, at: START + DAY });
    expect(digestsOf(out)).toEqual(digestsOf(tree));
    const before = stateOf(out);
    await buildArchive(older, out, { repair: true, at: START + DAY });
    expect(stateOf(out)).toEqual(before);
  });

  it.each([/by-hash/, /Packages$/, /\.deb$/])('is not needed for %s that is missing', async (pattern) => {
    const out = copyOf(tree);
    rmSync(join(out, listPaths(out).find((path) => pattern.test(path)) ?? ''));
    await buildArchive(older, out, { at: START + DAY });
    expect(digestsOf(out)).toEqual(digestsOf(tree));
  });
});

describe('two builds at once', () => {
  it('the second ends, and touches nothing', async () => {
    const out = copyOf(tree);
    const { release } = await lockDirectory(out, layouts);
    const before = stateOf(out);
    try {
      expect(await failureOf(buildArchive(newer, out, { at: START + DAY }))).toMatchObject({
        code: 'conflict',
        message: 'another build is writing here',
      });
      expect(stateOf(out)).toEqual(before);
    } finally {
      await release();
    }
  });

  it('into two directories do not hinder each other', async () => {
    const outs = [freshPath(), freshPath()];
    await Promise.all(outs.map((out) => buildArchive(older, out)));
    for (const out of outs) expect(digestsOf(out)).toEqual(digestsOf(tree));
  });
});

describe('an archive whose arches and suites go', () => {
  it('serves their plain indexes no more, and their older files for a while', async () => {
    const settings = (suites: string): string => `name: sample\napt: { suites: { ${suites} } }\n`;
    const debs = await makeDebs(['hello 1.0', 'hello 1.0 arm64']);
    const out = freshPath();
    await buildArchive(writeFiles(freshPath(), { 'repomill.yaml': settings('one: , two: '), ...debs }), out);
    const before = releaseOf(out, 'two');
    const fewer = await makeDebs(['hello 1.0']);
    await buildArchive(writeFiles(freshPath(), { 'repomill.yaml': settings('one: '), ...fewer }), out, {
      at: START + DAY,
    });
    expect(releaseOf(out, 'one').fields.Architectures).toBe('amd64');
    expect(existsSync(join(out, 'dists/two/Release'))).toBe(false);
    expect(existsSync(join(out, 'dists/one/main/binary-arm64/Packages'))).toBe(false);
    for (const { path, sha256 } of before.lists.SHA256 ?? []) {
      const directory = path.slice(0, path.lastIndexOf('/'));
      expect(statSync(join(out, `dists/two/${directory}/by-hash/SHA256/${sha256}`)).isFile()).toBe(true);
    }
    const input = writeFiles(freshPath(), { 'repomill.yaml': settings('one: '), ...fewer });
    await buildArchive(input, out, { at: START + 9 * DAY });
    expect(listPaths(out).filter((path) => /dists\/two|arm64/.test(path))).toEqual([]);
  });
});
