/**
 * Directories as package managers write them, and as people keep them, build without a configuration.
 */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { encodeBzip2 } from '../../src/bzip2/encoder.ts';
import { openRepository } from '../../src/client.ts';
import { formatProblem } from '../../src/errors.ts';
import { directorySource } from '../../src/platform/files/directory-source.ts';
import { makeTar, makeTarSegment } from '../archive.ts';
import { failureOf } from '../failure.ts';
import { makeWorkspace, writeFiles } from '../workspace.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

interface Published {
  readonly packages: number;
  readonly skipped: readonly string[];
  /** The records of one name, in every arch. */
  show(name: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

async function publish(input: string): Promise<Published> {
  const out = freshPath();
  const { packages, skipped } = await build({ input, out });
  const repository = await openRepository({ source: directorySource(out) });
  return {
    packages,
    skipped,
    show: async (name) => (await repository.show(name)).map(({ record }) => record),
  };
}

const publishFiles = (files: Files): Promise<Published> => publish(writeFiles(freshPath(), files));

async function problemsOf(files: Files): Promise<readonly string[]> {
  const { problems } = await failureOf(build({ input: writeFiles(freshPath(), files), out: freshPath() }));
  return problems.map(formatProblem);
}

const digest = 'a'.repeat(64);
const hello = `Package: hello\nVersion: 1\nArchitecture: amd64\nSize: 10\nSHA256: ${digest}\nFilename: h.deb\n`;

// `printf 'Package: zst\nVersion: 1\nArchitecture: amd64\n' | zstd`.
const zstdPackages = Buffer.from(
  'KLUv/QRYYQEAUGFja2FnZTogenN0ClZlcnNpb246IDEKQXJjaGl0ZWN0dXJlOiBhbWQ2NAqK+8cJ',
  'base64',
);

describe('Alpine: APKINDEX.tar.gz', () => {
  const index = (arch: string): string => `C:Q1AAAA=\nP:demo\nV:1.0-r0\nA:${arch}\nS:100\nI:4096\nT:A demo\nD:musl\n\n`;

  it('is read, whatever is signed with it', async () => {
    const files: Record<string, Uint8Array> = {};
    for (const arch of ['x86_64', 'aarch64']) {
      const signature = await makeTarSegment([['.SIGN.RSA.jane.rsa.pub', new Uint8Array(256)]]);
      const archive = await makeTar([
        ['DESCRIPTION', 'main'],
        ['APKINDEX', index(arch)],
      ]);
      files[`${arch}/APKINDEX.tar.gz`] = Buffer.concat([gzipSync(signature), gzipSync(archive)]);
    }
    const { packages, skipped, show } = await publishFiles(files);
    expect([packages, skipped]).toEqual([2, []]);
    expect(await show('demo')).toEqual(
      ['aarch64', 'x86_64'].map((arch) => ({
        name: 'demo',
        version: '1.0-r0',
        arch,
        size: 100,
        installedSize: 4096,
        summary: 'A demo',
        dependencies: ['musl'],
        controlChecksum: 'Q1AAAA=',
        path: `${arch}/demo-1.0-r0.apk`,
      })),
    );
  });

  it('is read with what is beside it, in a folder that is no architecture, and in the folder itself', async () => {
    const buildinfo = '{"pkgname": "demo", "pkgver": "1.0"}';
    const other = await publishFiles({ 'main/APKINDEX': index('x86_64'), 'main/demo.apk.buildinfo.json': buildinfo });
    expect(await other.show('demo')).toMatchObject([{ arch: 'x86_64', path: 'main/demo-1.0-r0.apk' }]);
    const own = await publishFiles({ APKINDEX: index('x86_64') });
    expect(await own.show('demo')).toMatchObject([{ arch: 'x86_64', path: 'demo-1.0-r0.apk' }]);
  });

  it('has a package for every architecture once in each list', async () => {
    const { show } = await publishFiles({
      'x86_64/APKINDEX': index('noarch'),
      'aarch64/APKINDEX': index('noarch').replace('S:100', 'S:101'),
    });
    expect((await show('demo')).map(({ arch, size, path }) => [arch, size, path])).toEqual([
      ['all', 101, 'aarch64/demo-1.0-r0.apk'],
      ['all', 100, 'x86_64/demo-1.0-r0.apk'],
    ]);
  });

  it('is refused if it is no archive, has no index or is cut off', async () => {
    const archive = Buffer.from(await makeTar([['APKINDEX', index('x86_64')]]));
    expect(
      await problemsOf({
        'a/APKINDEX.tar.gz': gzipSync(archive).subarray(0, 100),
        'b/APKINDEX.tar.gz': gzipSync(archive.subarray(0, -1024)),
        'c/APKINDEX.tar': await makeTar([['x', 'y']]),
        'd/APKINDEX': 'P:a\nS:b\n',
      }),
    ).toEqual([
      'a/APKINDEX.tar.gz: cannot read: unexpected end of file',
      'b/APKINDEX.tar.gz: cannot read: tar archive is truncated',
      'c/APKINDEX.tar: expected a file APKINDEX in the archive, found none',
      'd/APKINDEX:1: stanza: expected a field "V", found none',
      'd/APKINDEX:2: field "S": expected a whole number, found "b"',
    ]);
  });
});

describe('Arch: a directory with a database', () => {
  const desc = (name: string, more = ''): string =>
    `%FILENAME%\n${name}-1-1-any.pkg.tar.zst\n\n%NAME%\n${name}\n\n%VERSION%\n1-1\n\n%CSIZE%\n10\n\n%ARCH%\nx86_64\n${more}`;

  it('is read: links, signatures and lists of files make no difference', async () => {
    const input = writeFiles(freshPath(), {
      'core.db.tar.gz': gzipSync(
        await makeTar([
          ['a-1-1/', { type: 'directory' }],
          ['a-1-1/desc', desc('a')],
          ['b-1-1/desc', desc('b')],
        ]),
      ),
      'core.db.tar.gz.sig': new Uint8Array([0x88, 0x75]),
      'core.files.tar.gz': gzipSync(
        await makeTar([
          ['a-1-1/desc', desc('a')],
          ['a-1-1/files', '%FILES%\nusr/\n'],
        ]),
      ),
    });
    symlinkSync('core.db.tar.gz', join(input, 'core.db'));
    symlinkSync('core.files.tar.gz', join(input, 'core.files'));
    const { packages, skipped, show } = await publish(input);
    expect([packages, skipped]).toEqual([2, []]);
    expect(await show('b')).toEqual([
      { name: 'b', version: '1-1', arch: 'x86_64', path: 'b-1-1-any.pkg.tar.zst', size: 10 },
    ]);
  });

  it('is read from what pacman reads, if an old archive is beside it', async () => {
    const archive = (...names: string[]) => makeTar(names.map((name) => [`${name}-1-1/desc`, desc(name)]));
    const { packages, show } = await publishFiles({
      'x86_64/core.db': gzipSync(await archive('a', 'b')),
      'x86_64/core.db.tar.gz': gzipSync(await archive('a', 'gone')),
      'x86_64/core.db.tar.gz.old': gzipSync(await archive('old')),
      'x86_64/b-1-1-any.pkg.tar.zst': '',
    });
    expect(packages).toBe(2);
    expect(await show('b')).toMatchObject([{ path: 'x86_64/b-1-1-any.pkg.tar.zst' }]);
  });

  it('has a package for any architecture once', async () => {
    const any = desc('any').replace('x86_64', 'any');
    const { packages, show } = await publishFiles({
      'aarch64/own.db': await makeTar([['any-1-1/desc', any]]),
      'x86_64/own.db': await makeTar([['any-1-1/desc', any]]),
    });
    expect(packages).toBe(1);
    expect(await show('any')).toMatchObject([{ arch: 'all', path: 'aarch64/any-1-1-any.pkg.tar.zst' }]);
  });

  it('is refused with the file in the database that is wrong', async () => {
    const archive = await makeTar([
      ['a-1-1/desc', desc('a', '\n%SHA256SUM%\nx\n')],
      ['b-1-1/desc', desc('b', '\n%ISIZE%\nx\n')],
      ['c-1-1/desc', { type: 'link', linkname: 'a-1-1/desc' }],
    ]);
    expect(await problemsOf({ 'core.db.tar.gz': gzipSync(archive), 'x.db': archive })).toEqual(
      ['core.db.tar.gz', 'x.db'].flatMap((file) => [
        `${file}: c-1-1/desc: expected a file, found a link`,
        `${file}:1: a-1-1/desc: field "%SHA256SUM%": expected 64 lower-case hexadecimal digits, found "x"`,
        `${file}:16: b-1-1/desc: field "%ISIZE%": expected a whole number, found "x"`,
      ]),
    );
  });

  it('is read when it was unpacked', async () => {
    const { packages } = await publishFiles({ 'core/a-1-1/desc': desc('a'), 'core/b-1-1/desc': desc('b') });
    expect(packages).toBe(2);
  });
});

describe('Gentoo: the index of a binary host', () => {
  it('is read, plain and compressed', async () => {
    const index =
      'ARCH: amd64\nPACKAGES: 1\nTIMESTAMP: 1700000000\nVERSION: 0\n\n' +
      'BUILD_TIME: 1700000000\nCPV: app-misc/demo-1.0\nMD5: 0123456789abcdef0123456789abcdef\nSIZE: 1234\nSLOT: 0\n\n';
    const { packages, show } = await publishFiles({ Packages: index, 'Packages.gz': gzipSync(index) });
    expect(packages).toBe(1);
    expect(await show('app-misc:demo')).toEqual([
      {
        name: 'app-misc:demo',
        version: '1.0',
        arch: 'amd64',
        category: 'app-misc',
        package: 'demo',
        BUILD_TIME: 1700000000,
        MD5: '0123456789abcdef0123456789abcdef',
        SLOT: '0',
        size: 1234,
        path: 'app-misc/demo-1.0.tbz2',
      },
    ]);
  });
});

describe('OpenWrt: a feed', () => {
  const list = `Package: demo\nVersion: 1-r1\nDepends: libc\nArchitecture: x86_64\nInstalled-Size: 593920\nFilename: demo.ipk\nSize: 274723\nSHA256sum: ${digest}\nDescription:  A demo.\n\n`;
  const feed: Files = {
    'x86_64/Packages': list,
    'x86_64/Packages.gz': gzipSync(list),
    'x86_64/Packages.manifest': list.replace('Depends:', 'SourceName: demo\nDepends:'),
    'x86_64/Packages.sig': 'untrusted comment: signed by key 1\nRWQ=\n',
    'x86_64/index.json': '{"architecture": "x86_64", "packages":{"demo": "1-r1"}}\n',
  };
  const demo = {
    name: 'demo',
    version: '1-r1',
    arch: 'x86_64',
    dependencies: ['libc'],
    installedSize: 593920,
    path: 'demo.ipk',
    size: 274723,
    sha256: digest,
    summary: 'A demo.',
  };

  it('is read, and what repeats its packages is left alone', async () => {
    const { packages, skipped, show } = await publishFiles(feed);
    expect([packages, skipped]).toEqual([1, []]);
    expect(await show('demo')).toEqual([{ ...demo, path: 'x86_64/demo.ipk' }]);
  });

  it('is read from a tree of feeds and targets', async () => {
    const all = list.replace('x86_64', 'all').replace('Package: demo', 'Package: luci');
    const { show } = await publishFiles({
      'packages/x86_64/base/Packages': list,
      'packages/x86_64/luci/Packages': all,
      'packages/mips/luci/Packages': all.replace('274723', '9'),
      'targets/x86/64/packages/Packages': list.replace('Package: demo', 'Package: kmod'),
      'targets/x86/64/packages/Packages.bom.cdx.json': '{"bomFormat": "CycloneDX", "version": 1}',
    });
    expect(await show('demo')).toEqual([{ ...demo, path: 'packages/x86_64/base/demo.ipk' }]);
    expect((await show('luci')).map(({ arch, size, path }) => [arch, size, path])).toEqual([
      ['all', 9, 'packages/mips/luci/demo.ipk'],
      ['all', 274723, 'packages/x86_64/luci/demo.ipk'],
    ]);
    expect(await show('kmod')).toEqual([
      { ...demo, name: 'kmod', architecture: 'x86_64', path: 'targets/x86/64/packages/demo.ipk' },
    ]);
  });

  it.each(['deb822', 'openwrt', 'opkg'])('is the same if a configuration says reader: %s', async (reader) => {
    const config = `name: feed\ninputs:\n  - files: '*/Packages'\n    reader: ${reader}\n`;
    const { skipped, show } = await publishFiles({ ...feed, 'repomill.yaml': config });
    expect(skipped).toEqual([]);
    expect(await show('demo')).toEqual([demo]);
  });

  it('is read from the manifest if a configuration names it', async () => {
    const config = "name: feed\ninputs: ['*/Packages.manifest']\n";
    const { show } = await publishFiles({ ...feed, 'repomill.yaml': config });
    expect(await show('demo')).toEqual([{ ...demo, SourceName: 'demo' }]);
  });
});

describe('Debian: a package list as it is found', () => {
  it('may have a line of white space in a description', async () => {
    const { packages, show } = await publishFiles({
      Packages: `Package: editor\nVersion: 1\nArchitecture: amd64\nDescription: Code editing.\n An editor with a\n \n line.\nFilename: e.deb\n\n${hello}`,
    });
    expect(packages).toBe(2);
    expect(await show('editor')).toEqual([
      {
        name: 'editor',
        version: '1',
        arch: 'amd64',
        summary: 'Code editing.',
        description: 'An editor with a\n\nline.',
        path: 'e.deb',
      },
    ]);
  });

  it('may have empty fields', async () => {
    const { show } = await publishFiles({
      Packages: `${hello}Replaces: \nDepends:\nRecommends: \nSuggests:\nConflicts: \nInstalled-Size:\nDescription:\n`,
    });
    expect(await show('hello')).toEqual([
      { name: 'hello', version: '1', arch: 'amd64', size: 10, sha256: digest, path: 'h.deb', summary: '' },
    ]);
  });

  it('may come from an editor on Windows', async () => {
    const { show } = await publishFiles({
      Packages:
        '\ufeffPackage: win\r\nversion: 1.0\r\nArchitecture:\tall\r\nDepends: foo,\r\n bar (>= 2),\r\n\tbaz\r\n# a comment\r\nDescription: made with Notepad\r\n long text\r\n .\r\n more\r\n\r\n\r\n\r\nPackage: win2\r\nVersion: 1.0\r\nArchitecture: amd64\r\nDescription: no newline at the end',
    });
    expect(await show('win')).toMatchObject([
      { dependencies: ['foo', 'bar (>= 2)', 'baz'], description: 'long text\n.\nmore' },
    ]);
    expect(await show('win2')).toHaveLength(1);
  });

  it('may have fields that are called like ours', async () => {
    const { show } = await publishFiles({
      Packages: `${hello}author: Jane Doe\nname: Hello\nurl: none\ntags: a, b\narch: x\n`,
    });
    expect(await show('hello')).toMatchObject([
      { name: 'hello', arch: 'amd64', author: 'Jane Doe', Name: 'Hello', Url: 'none', Tags: 'a, b', Arch: 'x' },
    ]);
  });

  it('may be that of a flat repository, whose paths begin with a dot', async () => {
    const { show } = await publishFiles({
      Packages: hello.replace('Filename: h.deb', 'Filename: ./hello_1_amd64.deb'),
    });
    expect(await show('hello')).toMatchObject([{ name: 'hello', path: 'hello_1_amd64.deb', size: 10, sha256: digest }]);
  });

  it('may have translations, older lists and metadata of apps beside it, which are left alone', async () => {
    const companions = {
      [`main/binary-amd64/by-hash/SHA256/${digest}`]: hello.replace('Version: 1', 'Version: 0.9'),
      'main/dep11/Components-amd64.yml.gz': gzipSync('---\nFile: DEP-11\nVersion: "1.0"\n---\nType: addon\nID: a\n'),
      'main/i18n/Translation-en.bz2': encodeBzip2([
        new TextEncoder().encode('Package: hello\nDescription-md5: 0cc1\nDescription-en: Hello\n'),
      ]),
    };
    const { packages, skipped } = await publishFiles({ 'main/binary-amd64/Packages': hello, ...companions });
    expect([packages, skipped]).toEqual([1, Object.keys(companions)]);
  });

  it('may be text under the name of a compressed file', async () => {
    expect((await publishFiles({ Packages: hello, 'Packages.gz': hello })).packages).toBe(1);
    const long = Array.from({ length: 1000 }, (_, i) => hello.replace('hello', `hello-${i}`)).join('\n');
    expect((await publishFiles({ 'Packages.xz': long })).packages).toBe(1000);
  });

  it('may be compressed differently than its name says, or in several parts', async () => {
    expect((await publishFiles({ Packages: gzipSync(hello) })).packages).toBe(1);
    expect((await publishFiles({ 'Packages.gz': zstdPackages })).packages).toBe(1);
    const parts = [gzipSync(hello), gzipSync(`\n${hello.replace('hello', 'other')}`), Buffer.alloc(512)];
    expect((await publishFiles({ 'Packages.gz': Buffer.concat(parts) })).packages).toBe(2);
  });

  it('may begin with a byte order mark within a compressed file, and be in UTF-16', async () => {
    for (const text of [
      Buffer.from(`\ufeff${hello}`),
      Buffer.from(`\ufeff${hello}`, 'utf16le'),
      Buffer.from(hello, 'utf16le'),
    ]) {
      const { show } = await publishFiles({ 'Packages.gz': gzipSync(text) });
      expect(await show('hello')).toMatchObject([{ version: '1' }]);
    }
  });

  it('may be compressed with bzip2', async () => {
    const { show } = await publishFiles({ 'Packages.bz2': encodeBzip2([new TextEncoder().encode(hello)]) });
    expect(await show('hello')).toHaveLength(1);
  });

  it('may be compressed with zstd', async () => {
    const { show } = await publishFiles({ 'Packages.zst': zstdPackages });
    expect(await show('zst')).toEqual([{ name: 'zst', version: '1', arch: 'amd64' }]);
  });

  it('is refused if it is cut off, however it is compressed', async () => {
    const bzip2 = encodeBzip2([new TextEncoder().encode(hello)]);
    expect(
      await problemsOf({
        'a/Packages.bz2': bzip2.subarray(0, -4),
        'b/Packages.zst': zstdPackages.subarray(0, -4),
        'c/Packages.gz': gzipSync(hello).subarray(0, -4),
        'd/Packages.bz2': '',
        'e/Packages.zst': '',
        'f/Packages.bz2': Buffer.concat([bzip2, Buffer.from('more')]),
      }),
    ).toEqual([
      `a/Packages.bz2: cannot read: bzip2: cut off after ${bzip2.length - 4} bytes`,
      'b/Packages.zst: cannot read: unexpected end of file',
      'c/Packages.gz: cannot read: unexpected end of file',
      'd/Packages.bz2: cannot read: bzip2: cut off after 0 bytes',
      'e/Packages.zst: cannot read: unexpected end of file',
      'f/Packages.bz2: cannot read: bzip2: expected a stream that begins with BZh',
    ]);
  });

  it('is refused, in words, if something else is in its place', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
    expect(
      await problemsOf({
        'a/Packages.gz': gzipSync(gzipSync(hello)),
        'b/Packages.gz': pointer,
        'b/a.json': pointer,
        'c/Packages.gz': '<!DOCTYPE html>\n<title>404</title>\n',
        'd/Packages.gz': Buffer.concat([gzipSync(hello), Buffer.from('more')]),
        'e/Packages.gz': Buffer.from([...gzipSync(hello).subarray(0, 10), 0xff, 0xff, 0xff, 0xff]),
      }),
    ).toEqual([
      'a/Packages.gz: expected text, found gz data again: the file is compressed twice',
      'b/Packages.gz: expected package metadata, found a pointer of Git LFS; fetch the file with `git lfs pull`',
      'b/a.json: expected package metadata, found a pointer of Git LFS; fetch the file with `git lfs pull`',
      'c/Packages.gz:1: expected "Field: text", found "<!DOCTYPE html>"',
      'c/Packages.gz:2: expected "Field: text", found "<title>404</title>"',
      'd/Packages.gz: cannot read: not gzip data, or something else after it',
      'e/Packages.gz: cannot read: corrupt gzip data (invalid block type)',
    ]);
  });

  it('is refused if it is a control file with a second package', async () => {
    expect(
      await problemsOf({ control: `${hello}\nPackage: smuggled\nVersion: 9\nArchitecture: all\nFilename: evil.deb\n` }),
    ).toEqual([
      'control:8: expected the stanza of one package, found a second; name the file Packages, or set `reader: deb822`, if it is a list',
    ]);
  });
});
