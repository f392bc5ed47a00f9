import { describe, expect, it } from 'vitest';
import { gentoo } from '../../../../src/readers/gentoo/gentoo.ts';
import { splitCpv } from '../../../../src/readers/gentoo/split-cpv.ts';
import { splitDependencies } from '../../../../src/readers/gentoo/split-dependencies.ts';
import { readerFor } from '../../../../src/readers/readers.ts';
import { memoryFile, readAll } from '../memory-file.ts';

const header = `ACCEPT_KEYWORDS: amd64 ~amd64
ACCEPT_LICENSE: @FREE
ARCH: amd64
CBUILD: x86_64-pc-linux-gnu
CHOST: x86_64-pc-linux-gnu
PACKAGES: 2
REPO: gentoo
TIMESTAMP: 1738033770
USE: X a52
VERSION: 0
`;

const mtdev = `BUILD_ID: 1
BUILD_TIME: 1725728729
CPV: sys-libs/mtdev-1.1.7-r2
DEFINED_PHASES: configure install
DESC: Multitouch Protocol Translation Library
EAPI: 8
LICENSE: MIT
MD5: 5c9f95bf9b86a05e7348e14b64badd69
PATH: sys-libs/mtdev/mtdev-1.1.7-r2-1.gpkg.tar
PROVIDES: x86_64: libmtdev.so.1
RDEPEND: >=sys-libs/glibc-2.40 || ( x/a x/b )
SHA1: 837d681085179a949527938c71f5f32d8fd8ffc9
SIZE: 40960
USE: abi_x86_64 amd64
MTIME: 1725728730
REPO: guru
`;

const fields = {
  name: 'sys-libs:mtdev',
  version: '1.1.7-r2-1',
  arch: 'amd64',
  CHOST: 'x86_64-pc-linux-gnu',
  REPO: 'guru',
  category: 'sys-libs',
  package: 'mtdev',
  BUILD_ID: 1,
  BUILD_TIME: 1725728729,
  DEFINED_PHASES: 'configure install',
  summary: 'Multitouch Protocol Translation Library',
  EAPI: '8',
  licence: 'MIT',
  MD5: '5c9f95bf9b86a05e7348e14b64badd69',
  path: 'sys-libs/mtdev/mtdev-1.1.7-r2-1.gpkg.tar',
  PROVIDES: 'x86_64: libmtdev.so.1',
  dependencies: ['>=sys-libs/glibc-2.40', '|| ( x/a x/b )'],
  SHA1: '837d681085179a949527938c71f5f32d8fd8ffc9',
  size: 40960,
  USE: 'abi_x86_64 amd64',
  MTIME: 1725728730,
};

describe('the gentoo reader', () => {
  it('turns stanzas into records, with what the first stanza says about all of them', async () => {
    const other = 'CPV: app-misc/demo-1.0\nSIZE: 1234\nSLOT: 0\nBUILD_ID:\nRDEPEND:\n';
    expect(await readAll(gentoo, memoryFile('Packages', `${header}\n${mtdev}\n\n${other}`))).toEqual({
      drafts: [
        { line: 12, fields },
        {
          line: 30,
          fields: {
            name: 'app-misc:demo',
            version: '1.0',
            arch: 'amd64',
            CHOST: 'x86_64-pc-linux-gnu',
            REPO: 'gentoo',
            category: 'app-misc',
            package: 'demo',
            size: 1234,
            SLOT: '0',
            path: 'app-misc/demo-1.0.tbz2',
          },
        },
      ],
      problems: [],
    });
  });

  it('takes the architecture from the keywords that an older host accepts', async () => {
    const archesOf = async (header: string) => {
      const { drafts } = await readAll(gentoo, memoryFile('Packages', `${header}\n\nCPV: a/b-1\n`));
      return drafts.map(({ fields }) => fields.arch);
    };
    expect(await archesOf('ACCEPT_KEYWORDS: ~arm64 arm64\nVERSION: 0')).toEqual(['arm64']);
    expect(await archesOf('ACCEPT_KEYWORDS: amd64\nARCH: x86')).toEqual(['x86']);
    expect(await archesOf('ACCEPT_KEYWORDS: *\nVERSION: 0')).toEqual([undefined]);
  });

  it('reads an index whose first stanza is a package', async () => {
    const { drafts } = await readAll(gentoo, memoryFile('Packages', 'CPV: a/b-1\nCHOST: c\n\nCPV: a/d-1\n'));
    expect(drafts.map(({ fields }) => [fields.name, fields.CHOST])).toEqual([
      ['a:b', 'c'],
      ['a:d', undefined],
    ]);
  });

  it('reports bad stanzas with their lines, and reads on', async () => {
    const content = `${header}\nSIZE: 1\n\nCPV: demo\n\nCPV: a/b-1\nSIZE: big\n\nCPV: a/c-1\nCPV: a/c-2\n\nCPV: a/d-1\n`;
    const { drafts, problems } = await readAll(gentoo, memoryFile('Packages', content));
    expect(drafts.map(({ fields }) => fields.name)).toEqual(['a:d']);
    expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '12: stanza: expected a field "CPV", found none',
      '14: field "CPV": expected a category, a name and a version, such as app-misc/demo-1.0-r1, found "demo"',
      '17: field "SIZE": expected a whole number, found "big"',
      '20: field "CPV": expected once in a stanza, found again',
    ]);
  });

  it('refuses a number that would lose digits, rather than write a different one', async () => {
    const content = `${header}\nCPV: a/b-1\nBUILD_TIME: 9007199254740993\n\nCPV: a/c-1\nMTIME: 9007199254740991\n`;
    const { drafts, problems } = await readAll(gentoo, memoryFile('Packages', content));
    expect(drafts.map(({ fields }) => fields.MTIME)).toEqual([9007199254740991]);
    expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '13: field "BUILD_TIME": expected a whole number of at most 9007199254740991, found "9007199254740993"',
    ]);
  });

  it.each([
    ['a header', header],
    ['a long header', `ACCEPT_KEYWORDS: amd64\nUSE: ${'flag '.repeat(2000)}\n`],
    ['a header without an arch', 'PACKAGES: 0\nTIMESTAMP: 1\n'],
    ['a package', 'BUILD_TIME: 1\nCPV: a/b-1\n'],
  ])('recognises a Packages that begins with %s', (_title, content) => {
    expect(readerFor(memoryFile('Packages', content))?.name).toBe('gentoo');
  });

  it.each([
    ['a package of Debian', 'Package: a\nVersion: 1\nARCH: x\n'],
    ['a package of Debian, after another field', 'TIMESTAMP: 1\nPackage: a\nVersion: 1\n'],
    ['anything else', 'Version: 1\n'],
  ])('leaves a Packages that begins with %s to Debian', (_title, content) => {
    expect(readerFor(memoryFile('Packages', content))?.name).toBe('deb822');
  });

  it('leaves files with other names alone', () => {
    expect(readerFor(memoryFile('index', header))).toBeUndefined();
  });
});

describe('splitCpv', () => {
  it.each([
    ['app-misc/demo-1.0', 'app-misc', 'demo', '1.0'],
    ['sys-libs/ncurses-compat-6.4_p20240414-r1', 'sys-libs', 'ncurses-compat', '6.4_p20240414-r1'],
    ['dev-cpp/gtest-9999', 'dev-cpp', 'gtest', '9999'],
    ['x11-libs/gtk+-2.24.33a_beta2_rc', 'x11-libs', 'gtk+', '2.24.33a_beta2_rc'],
    ['media-fonts/font-100dpi-1.0.4-r3', 'media-fonts', 'font-100dpi', '1.0.4-r3'],
    ['virtual/7zip-2-tools-1', 'virtual', '7zip-2-tools', '1'],
  ])('splits %s', (text, category, name, version) => {
    expect(splitCpv(text)).toEqual({ category, package: name, version });
  });

  it.each(['', 'demo-1.0', 'app-misc/demo', 'app-misc/-1.0', 'a/b/c-1', 'a/b-1.0-x', '/b-1', 'a/b-1 ', '../b-1'])(
    'splits no other text: %j',
    (text) => {
      expect(splitCpv(text)).toBeUndefined();
    },
  );
});

describe('splitDependencies', () => {
  it.each([
    ['', []],
    ['  \n', []],
    ['a/b', ['a/b']],
    ['>=a/b-1:0/1=[x?,-y]  !!c/d', ['>=a/b-1:0/1=[x?,-y]', '!!c/d']],
    ['a/b || ( c/d ( e/f g/h ) ) i/j', ['a/b', '|| ( c/d ( e/f g/h ) )', 'i/j']],
    ['ssl? ( a/b ) !ssl? ( c/d ) ( e/f )', ['ssl? ( a/b )', '!ssl? ( c/d )', '( e/f )']],
    ['|| ( a/b', ['|| ( a/b']],
    ['a/b ) c/d', ['a/b', ')', 'c/d']],
    ['||', ['||']],
  ])('splits %j into %j', (text, items) => {
    expect(splitDependencies(text)).toEqual(items);
  });
});
