import { rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { formatProblem } from '../../src/errors.ts';
import { makeTar } from '../archive.ts';
import { controlOf, type DebParts, makeAr, makeDeb, storedXz, zstdBomb } from '../debian-package.ts';
import { failureOf } from '../failure.ts';
import { listPaths, makeWorkspace, stateOf, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const fresh = (name: string): string => join(workspace, `${name}-${counter++}`);

const packageOf = (
  Package: string,
  fields: Readonly<Record<string, string>> = {},
  parts: DebParts = {},
): Promise<Uint8Array> => makeDeb({ ...parts, control: controlOf({ Package, ...fields }) });

/** Leaves a file alone for long enough that its stamp is believed. */
function settle(file: string): void {
  const past = new Date(Date.now() - 60_000);
  utimesSync(file, past, past);
}

describe('a directory of Debian packages', () => {
  it('is a repository, whatever the archives in them are compressed with', async () => {
    const input = writeFiles(fresh('debs'), {
      'a_1_amd64.deb': await packageOf('a', {}, { compress: '.xz' }),
      'b/b_1_arm64.deb': await packageOf('b', { Architecture: 'arm64' }, { compress: '.zst' }),
      'b/c_1_all.deb': await packageOf('c', { Architecture: 'all' }, { compress: '.gz' }),
      'd_1_amd64.udeb': await packageOf('d', { 'Package-Type': 'udeb' }),
    });
    const out = fresh('public');
    const report = await build({ input, out });
    expect(report.warnings).toEqual([]);
    expect(report.packages).toBe(4);
    const before = stateOf(out);
    expect((await build({ input, out })).changed).toBe(false);
    expect(stateOf(out)).toEqual(before);
  });

  it('gives the same tree with a cache, with several threads, and after one package has changed and changed back', async () => {
    const files = Object.fromEntries(
      await Promise.all(
        Array.from({ length: 60 }, async (_, i) => [
          `p${i}_1_amd64.deb`,
          await packageOf(`p${i}`, {}, { compress: '.xz' }),
        ]),
      ),
    );
    const input = writeFiles(fresh('debs'), files);
    for (const name of Object.keys(files)) settle(join(input, name));
    const [out, cache, plain] = [fresh('public'), fresh('cache'), fresh('public')];
    await build({ input, out, cache, workers: 2 });
    await build({ input, out: plain });
    expect(listPaths(out)).toEqual(listPaths(plain));
    writeFileSync(join(input, 'p7_1_amd64.deb'), await packageOf('p7', { Section: 'games' }));
    expect(await build({ input, out, cache })).toMatchObject({ changed: true });
    writeFileSync(join(input, 'p7_1_amd64.deb'), files['p7_1_amd64.deb']);
    await build({ input, out, cache });
    expect(listPaths(out)).toEqual(
      expect.arrayContaining([...listPaths(plain)].filter((path) => path.endsWith('.gz'))),
    );
  });

  it('has its packages hashed once, also if they are published, and again on demand', async () => {
    const input = writeFiles(fresh('debs'), {
      'repomill.yaml': "{ name: debs, inputs: ['**/*.deb'], packages: { root: ., publish: copy } }",
      'pool/a_1_amd64.deb': await packageOf('a'),
      'pool/b_1_amd64.deb': await packageOf('b'),
    });
    const [out, cache] = [fresh('public'), fresh('cache')];
    const first = await build({ input, out, cache });
    expect(first.packageFiles).toMatchObject({ files: 2, hashed: { files: 0 } });
    expect(listPaths(out)).toEqual(expect.arrayContaining(['pool/a_1_amd64.deb', 'pool/b_1_amd64.deb']));
    expect((await build({ input, out, cache })).changed).toBe(false);
    expect((await build({ input, out, cache, rehash: true })).packageFiles).toMatchObject({ hashed: { files: 2 } });
  });

  it('with two packages of one name, version and architecture is refused, with both places', async () => {
    const input = writeFiles(fresh('debs'), {
      'a/x_1_amd64.deb': await packageOf('x'),
      'b/x_1_amd64.deb': await packageOf('x', { Section: 'games' }),
    });
    const { problems } = await failureOf(build({ input, out: fresh('public') }));
    expect(problems.map(formatProblem)).toEqual([
      'b/x_1_amd64.deb:1: x 1.0-1 (amd64) is also defined at a/x_1_amd64.deb:1, with different content',
    ]);
  });

  it('is not read beside a list of packages, which says what there is', async () => {
    const input = writeFiles(fresh('tree'), {
      'dists/Packages': 'Package: a\nVersion: 1\nArchitecture: amd64\nFilename: pool/a_1_amd64.deb\n',
      'pool/a_1_amd64.deb': await packageOf('a'),
      'pool/b_1_amd64.deb': 'no package at all',
    });
    const report = await build({ input, out: fresh('public') });
    expect(report.warnings).toEqual([]);
    expect(report.packages).toBe(1);
  });

  it('is not read beside records of other kinds either, and the build says so', async () => {
    const input = writeFiles(fresh('mixed'), {
      'a.json': '{"name": "a", "version": "1", "arch": "amd64"}',
      'b_1_amd64.deb': await packageOf('b'),
      'c_1_amd64.deb': await packageOf('c'),
    });
    const report = await build({ input, out: fresh('public') });
    expect(report.warnings).toEqual([
      "b_1_amd64.deb: not read, nor is 1 other package, because other files of the input have package records; to read them, write `inputs: ['**/*.deb']` in repomill.yaml",
    ]);
    writeFileSync(join(input, 'repomill.yaml'), "{ name: mixed, inputs: ['*.json', '**/*.deb'] }");
    const both = await build({ input, out: fresh('public') });
    expect(both.warnings).toEqual([]);
    expect(both.packages).toBe(3);
  });
});

describe('with `invalid: skip`', () => {
  it('a bad package is left out with a warning, also when it changes, until it is good', async () => {
    const input = writeFiles(fresh('debs'), {
      'repomill.yaml': "{ name: debs, inputs: [{ files: '*.deb', invalid: skip }] }",
      'a_1_amd64.deb': await packageOf('a'),
      'b_1_amd64.deb': 'half a package',
    });
    settle(join(input, 'a_1_amd64.deb'));
    const [out, cache] = [fresh('public'), fresh('cache')];
    const warningsOf = async (): Promise<readonly string[]> => {
      settle(join(input, 'b_1_amd64.deb'));
      const [first, again] = [await build({ input, out, cache }), await build({ input, out, cache })];
      expect(again).toMatchObject({ changed: false, warnings: first.warnings });
      return first.warnings;
    };
    expect((await warningsOf()).join()).toContain('expected a Debian package, which begins with "!<arch>"');
    writeFileSync(join(input, 'b_1_amd64.deb'), '');
    expect((await warningsOf()).join()).toContain('expected a package, found an empty file');
    writeFileSync(join(input, 'b_1_amd64.deb'), await packageOf('b'));
    expect(await warningsOf()).toEqual([]);
  });
});

describe('a source package', () => {
  const digest = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9';
  const dsc = `Format: 3.0 (native)\nSource: hello\nVersion: 1\nChecksums-Sha256:\n ${digest} 11 hello_1.tar.xz\n`;

  it('is read with the files that it names, and again once one of these has changed', async () => {
    const input = writeFiles(fresh('src'), { 'hello_1.dsc': dsc, 'hello_1.tar.xz': 'hello world' });
    for (const name of ['hello_1.dsc', 'hello_1.tar.xz']) settle(join(input, name));
    const [out, cache] = [fresh('public'), fresh('cache')];
    await build({ input, out, cache });
    expect((await build({ input, out, cache })).changed).toBe(false);
    writeFileSync(join(input, 'hello_1.tar.xz'), 'hello earth');
    const { problems } = await failureOf(build({ input, out, cache }));
    expect(problems.map(formatProblem)).toEqual([
      `hello_1.dsc: hello_1.tar.xz: expected sha256 ${digest}, found c3a12adf183b20de57ff7c2a02252c9ffd292801da46ef062fc5558e9f4ac4f7`,
    ]);
    rmSync(join(input, 'hello_1.tar.xz'));
    expect((await failureOf(build({ input, out, cache }))).problems.map(formatProblem)).toEqual([
      'hello_1.dsc: hello_1.tar.xz: expected a file beside it, found nothing',
    ]);
  });
});

describe('twenty-one bad files beside two good ones', () => {
  it('are refused in one run, each with its reason, and nothing is published', async () => {
    const good = await packageOf('good');
    const tar = await makeTar([['./control', controlOf()]]);
    const withArchive = (name: string, bytes: Uint8Array): Uint8Array =>
      makeAr([
        ['debian-binary', '2.0\n'],
        [name, bytes],
        ['data.tar', new Uint8Array(1024)],
      ]);
    const input = writeFiles(fresh('bad'), {
      'good_1_amd64.deb': good,
      'good_1_arm64.deb': await packageOf('good', { Architecture: 'arm64' }),
      '01.deb': '',
      '02.deb': '<html>',
      '03.deb': good.subarray(0, good.length - 600),
      '04.deb': makeAr([
        ['control.tar', tar],
        ['debian-binary', '2.0\n'],
        ['data.tar', tar],
      ]),
      '05.deb': makeAr([
        ['debian-binary', '2.0\n'],
        ['data.tar', tar],
        ['control.tar', tar],
      ]),
      '06.deb': makeAr([
        ['debian-binary', '3.0\n'],
        ['control.tar', tar],
        ['data.tar', tar],
      ]),
      '07.deb': makeAr([
        ['debian-binary', '2.0\n'],
        ['control.tar', tar, { size: '-5' }],
        ['data.tar', tar],
      ]),
      '08.deb': makeAr([
        ['debian-binary', '2.0\n'],
        ['control.tar', tar, { size: '9999999999' }],
      ]),
      '09.deb': withArchive('control.tar.gz', gzipSync(new Uint8Array(70_000_000))),
      '10.deb': withArchive('control.tar.zst', zstdBomb(1000)),
      '11.deb': withArchive('control.tar.xz', storedXz(tar).subarray(0, 700)),
      '12.deb': withArchive('control.tar', new Uint8Array(18_000_000)),
      '13.deb': await makeDeb({ entries: [['./control', { type: 'symlink', linkname: '/etc/passwd' }]] }),
      '14.deb': await makeDeb({
        entries: [
          ['./control', controlOf()],
          ['control', controlOf()],
        ],
      }),
      '15.deb': await makeDeb({ entries: [['../../control', controlOf()]] }),
      '16.deb': await makeDeb({ control: controlOf({ Package: undefined }) }),
      '17.deb': await makeDeb({ control: controlOf().replaceAll('\n', '\r\n') }),
      '18.deb': await makeDeb({ control: `${controlOf()}\n${controlOf()}` }),
      'bad_1_arm64.deb': await packageOf('bad'),
      'bad_1.dsc': `Source: bad\nVersion: 1\nChecksums-Sha256:\n ${'0'.repeat(64)} 1 ../bad_1.tar.gz\n`,
    });
    symlinkSync('nowhere', join(input, '19.deb'));
    const out = fresh('public');
    const { code, problems } = await failureOf(build({ input, out }));
    expect(code).toBe('metadata');
    expect(listPaths(out)).toEqual([]);
    expect(problems.map(formatProblem)).toEqual([
      '01.deb: expected a package, found an empty file',
      '02.deb: expected a Debian package, which begins with "!<arch>"; found something else',
      '03.deb: cut off: "data.tar" should have 1024 bytes, found 424',
      '04.deb: expected "debian-binary" as the first member, found "control.tar"',
      '05.deb: expected "control.tar" as the next member, found "data.tar"',
      '06.deb: debian-binary: expected version 2 of the format, found "3.0"',
      '07.deb: ar: "control.tar": expected a size in bytes, found "-5"',
      '08.deb: cut off: "control.tar" should have 9999999999 bytes, found 2048',
      '09.deb: control.tar.gz: expected at most 67108864 bytes uncompressed, found more',
      '10.deb: control.tar.zst: expected at most 67108864 bytes uncompressed, found more',
      '11.deb: control.tar.xz: not xz data, or its end is missing',
      '12.deb: control.tar: expected at most 16777216 bytes, found 18000000',
      '13.deb: control.tar: control: expected a file, found a link',
      '14.deb: control.tar: control: expected once in the archive, found again',
      '15.deb: control.tar: expected a path inside the archive, found "../../control"',
      '16.deb:1: control: stanza: expected a field "Package", found none',
      '17.deb: control: expected lines that end with a newline alone, found a carriage return',
      '18.deb:8: control: expected the stanza of one package, found a second',
      '19.deb: broken symbolic link: no such file or directory',
      `bad_1.dsc: field "Checksums-Sha256": expected a digest, a size and the name of a file, found "${'0'.repeat(64)} 1 ../bad_1.tar.…"`,
      `bad_1_arm64.deb: control: expected the architecture in the file's name, arm64; found "amd64"`,
    ]);
  });
});
