import { describe, expect, it } from 'vitest';
import { MAX_RECORD_SIZE } from '../../../../src/model/limits.ts';
import { control, deb822 } from '../../../../src/readers/deb822/deb822.ts';
import { isCompanion } from '../../../../src/readers/readers.ts';
import { memoryFile, readAll } from '../memory-file.ts';

const read = (content: string | Uint8Array) => readAll(deb822, memoryFile('Packages', content, 1 << 20));
const fieldsOf = async (stanza: string) => (await read(`Package: a\n${stanza}`)).drafts[0]?.fields;
const problemsOf = async (content: string | Uint8Array) =>
  (await read(content)).problems.map(({ line, message }) => `${line}: ${message}`);

const stanza = `Package: 0ad
Version: 0.0.26-3
Installed-Size: 28591
Architecture: amd64
Depends: 0ad-data (>= 0.0.26), libc6 | libc6.1,
 zlib1g (>= 1:1.2.0)
Pre-Depends: dpkg (>= 1.15.6~)
Description: Real-time strategy
 A game.
 .
   Of war.
Homepage: https://play0ad.com/
Tag: game::strategy, role::program,
 x11::application
Section: games
Multi-Arch: foreign
Filename: pool/main/0/0ad/0ad_0.0.26-3_amd64.deb
Size: 7891488
SHA256: 3a2118df47bf3f04285649f0455c2fc6fe2dc7f0b237073038aa00af41f0d5f2
`;

const fields = {
  name: '0ad',
  version: '0.0.26-3',
  installedSize: 28591 * 1024,
  arch: 'amd64',
  dependencies: ['0ad-data (>= 0.0.26)', 'libc6 | libc6.1', 'zlib1g (>= 1:1.2.0)'],
  'Pre-Depends': ['dpkg (>= 1.15.6~)'],
  summary: 'Real-time strategy',
  description: 'A game.\n.\n  Of war.',
  homepage: 'https://play0ad.com/',
  tags: ['game::strategy', 'role::program', 'x11::application'],
  Section: 'games',
  'Multi-Arch': 'foreign',
  path: 'pool/main/0/0ad/0ad_0.0.26-3_amd64.deb',
  size: 7891488,
  sha256: '3a2118df47bf3f04285649f0455c2fc6fe2dc7f0b237073038aa00af41f0d5f2',
};

describe('the deb822 reader', () => {
  it('turns the fields of a stanza into the fields of a record', async () => {
    expect(await read(stanza)).toEqual({ drafts: [{ line: 1, fields }], problems: [] });
  });

  it('reads carriage returns, a byte order mark and a last line without a line end', async () => {
    const content = `\ufeff${stanza.trimEnd().replaceAll('\n', '\r\n')}`;
    expect(await read(content)).toEqual({ drafts: [{ line: 1, fields }], problems: [] });
  });

  it('separates stanzas at any number of blank lines, and reports the line on which each begins', async () => {
    const { drafts, problems } = await read(
      '\n\nPackage: a\n\n \t\n\r\n# note\nPackage: b\n# note\n\n# end\n\nPackage: c',
    );
    expect(drafts.map(({ fields, line }) => [fields.name, line])).toEqual([
      ['a', 3],
      ['b', 8],
      ['c', 13],
    ]);
    expect(problems).toEqual([]);
  });

  it.each(['', '\n', '\r\n\r\n', '# a comment alone\n'])('reads %j as no records', async (content) => {
    expect(await read(content)).toEqual({ drafts: [], problems: [] });
  });

  it('skips comments between the lines of a field', async () => {
    expect(await fieldsOf('X: a\n# not this\n b\n#\n c')).toEqual({ name: 'a', X: 'a\nb\nc' });
  });

  it('removes one leading space from a continuation line, and the white space around a first line', async () => {
    expect(await fieldsOf('X: \t a b \t\n  c \n\td\nY:\n e')).toEqual({ name: 'a', X: 'a b\n c \nd', Y: '\ne' });
  });

  it('recognises known fields in any case, and keeps the case of others', async () => {
    expect(await fieldsOf('VERSION: 1\ninstalled-size: 2\nPRE-DEPENDS: x\nsection: y')).toEqual({
      name: 'a',
      version: '1',
      installedSize: 2048,
      'Pre-Depends': ['x'],
      section: 'y',
    });
  });

  it('reads several architectures as a list', async () => {
    expect(await fieldsOf('Architecture: amd64  arm64\n i386')).toHaveProperty('arch', ['amd64', 'arm64', 'i386']);
  });

  it.each([
    ['a', ['a']],
    ['a,b , c', ['a', 'b', 'c']],
    ['a,,\n b,', ['a', 'b']],
    ['a (x, y), b [c, d] <e>', ['a (x, y)', 'b [c, d] <e>']],
    ['a ), b', ['a )', 'b']],
    ['a (, b', ['a (, b']],
  ])('splits the list %j at the commas outside of brackets', async (text, items) => {
    expect(await fieldsOf(`Depends: ${text}`)).toHaveProperty('dependencies', items);
  });

  it.each([
    'Recommends',
    'Suggests',
    'Enhances',
    'Breaks',
    'Conflicts',
    'Replaces',
    'Provides',
    'Built-Using',
    'Static-Built-Using',
  ])('keeps %s under its own name as a list', async (name) => {
    expect(await fieldsOf(`${name}: a, b`)).toEqual({ name: 'a', [name]: ['a', 'b'] });
  });

  it('reads an empty list or Installed-Size as no field, and an empty text as one', async () => {
    const stanza = 'Depends:\nReplaces: \nTag: ,\nConflicts:\n ,\nInstalled-Size:\nHomepage:\nDescription:\nX:';
    expect(await fieldsOf(stanza)).toEqual({ name: 'a', homepage: '', summary: '', X: '' });
  });

  it('takes any text as the homepage', async () => {
    expect(await fieldsOf('HomePage: ftp://example.org')).toEqual({ name: 'a', homepage: 'ftp://example.org' });
  });

  it('reads a line of white space as part of a text, unless a package begins after it', async () => {
    const stanzas = 'Package: a\nDescription: x\n y\n \n  \t\n z\n \nFilename: f\n\t\n# note\n \npackage: b\nX: 1\n \n';
    expect((await read(stanzas)).drafts).toEqual([
      { line: 1, fields: { name: 'a', summary: 'x', description: 'y\n\n \t\nz', path: 'f' } },
      { line: 12, fields: { name: 'b', X: '1' } },
    ]);
  });

  it('keeps a field that has the name of one of ours under that name with a capital', async () => {
    const ours = [
      ...['name', 'arch', 'subsets', 'installedSize', 'path', 'url', 'dependencies', 'summary', 'licence', 'tags'],
      ...['packageDeltas', 'details', 'detailsSize'],
    ];
    expect(await fieldsOf(ours.map((name) => `${name}: x`).join('\n'))).toEqual({
      name: 'a',
      Name: 'x',
      Arch: 'x',
      Subsets: 'x',
      InstalledSize: 'x',
      Path: 'x',
      Url: 'x',
      Dependencies: 'x',
      Summary: 'x',
      Licence: 'x',
      Tags: 'x',
      PackageDeltas: 'x',
      Details: 'x',
      DetailsSize: 'x',
    });
  });

  it('reads a description of one line as a summary alone', async () => {
    expect(await fieldsOf('Description: one')).toEqual({ name: 'a', summary: 'one' });
  });

  it('keeps fields that are named like methods', async () => {
    expect(await fieldsOf('constructor: x\ntoString: y')).toEqual({ name: 'a', constructor: 'x', toString: 'y' });
  });

  // Each took minutes when every line was compared with all others.
  it('tells of a thousand bad lines in a stanza at most', async () => {
    const problems = await problemsOf(`Package: a\n${'bad line\n'.repeat(300_000)}`);
    expect(problems).toHaveLength(1000);
    expect(problems.at(-1)).toBe('1001: expected "Field: text", found "bad line"');
  });

  it('looks once for commas in brackets', async () => {
    const [text] = Object(await fieldsOf(`Depends: ${'('.repeat(500_000)}\n`)).dependencies;
    expect(text).toHaveLength(500_000);
    expect(await fieldsOf('Depends: a (b (c), d), e [f, (g)], h\n')).toMatchObject({
      dependencies: ['a (b (c), d)', 'e [f, (g)]', 'h'],
    });
  });

  it('looks once for fields that are there twice', async () => {
    const own = Array.from({ length: 100_000 }, (_, i) => `X${i}: 1\n`).join('');
    const problems = await problemsOf(`Package: a\n${own}${'Tag:\n'.repeat(100_000)}`);
    expect(problems).toHaveLength(1000);
    expect(problems[0]).toBe('100003: field "Tag": expected once in a stanza, found again');
  });

  it('reads the largest sizes exactly', async () => {
    expect(await fieldsOf('Size: 9007199254740991\nInstalled-Size: 8796093022207')).toEqual({
      name: 'a',
      size: 9007199254740991,
      installedSize: 9007199254739968,
    });
  });

  it.each([
    ['no Package', 'Version: 1', '1: stanza: expected a field "Package", found none'],
    ['no colon', 'Package: a\nhello world', '2: expected "Field: text", found "hello world"'],
    ['no field before a colon', 'Package: a\n: b', '2: expected "Field: text", found ": b"'],
    ['a continuation line at the beginning', '\n more\nPackage: a', '2: expected a field, found a continuation line'],
    ['a field twice', 'Package: a\nX: 1\nX: 2', '3: field "X": expected once in a stanza, found again'],
    [
      'an empty list twice',
      'Package: a\nDepends:\nDEPENDS:',
      '3: field "DEPENDS": expected once in a stanza, found again',
    ],
    [
      'a list and an empty one',
      'Package: a\nDepends: x\ndepends:',
      '3: field "depends": expected once in a stanza, found again',
    ],
    [
      'an empty list and one',
      'Package: a\nDepends:\nDepends: x',
      '3: field "Depends": expected once in a stanza, found again',
    ],
    [
      'a name of ours in two cases',
      'Package: a\nname: x\nName: y',
      '3: field "Name": expected once in a stanza, found again',
    ],
    [
      'a known field twice in two cases',
      'Package: a\nSize: 1\nSIZE: 1',
      '3: field "SIZE": expected once in a stanza, found again',
    ],
    [
      'white space in a name',
      'Package: a\nX Y: 1',
      '2: field "X Y": expected a name of printable ASCII that does not start with "-"',
    ],
    [
      'a name that is not ASCII',
      'Package: a\nÉ: 1',
      '2: field "É": expected a name of printable ASCII that does not start with "-"',
    ],
    [
      'a name with a leading hyphen',
      'Package: a\n-X: 1',
      '2: field "-X": expected a name of printable ASCII that does not start with "-"',
    ],
    ['the name __proto__', 'Package: a\n__proto__: 1', '2: field "__proto__": this name is not allowed'],
    ['a negative size', 'Package: a\nSize: -3', '2: field "Size": expected a whole number, found "-3"'],
    [
      'a size with a unit',
      'Package: a\nInstalled-Size: 1 MB',
      '2: field "Installed-Size": expected a whole number, found "1 MB"',
    ],
    ['a size that is empty', 'Package: a\nSize:', '2: field "Size": expected a whole number, found ""'],
  ])('refuses a stanza with %s, and continues with the next', async (_title, content, problem) => {
    const { drafts } = await read(`${content}\n\nPackage: next\n`);
    expect(drafts.map(({ fields: { name } }) => name)).toEqual(['next']);
    expect(await problemsOf(`${content}\n\nPackage: next\n`)).toEqual([problem]);
  });

  it('reports all problems of a stanza, but not the continuation of a bad line', async () => {
    expect(await problemsOf('bad\n more\nSize: x\nX: 1\nX: 2\n y\n')).toEqual([
      '1: expected "Field: text", found "bad"',
      '3: field "Size": expected a whole number, found "x"',
      '5: field "X": expected once in a stanza, found again',
      '3: stanza: expected a field "Package", found none',
    ]);
  });

  it('reports bytes that are not UTF-8 with their line, and continues', async () => {
    const content = Buffer.from('Package: a\nMaintainer: Ren\xe9\nX: 1\n\nPackage: b\n', 'latin1');
    expect(await problemsOf(content)).toEqual([
      '2: expected UTF-8 text, found the byte e9; if the file has a different encoding, name it, as in `encoding: latin1`',
    ]);
    expect((await read(content)).drafts).toEqual([{ line: 5, fields: { name: 'b' } }]);
  });

  it('refuses a clear-signed file once', async () => {
    const content = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${stanza}\n-----BEGIN PGP SIGNATURE-----\n\nabc\n`;
    expect(await read(content)).toEqual({
      drafts: [],
      problems: [
        {
          file: 'in/Packages',
          line: 1,
          message: 'expected a stanza, found PGP armour; verify the signature yourself and remove it',
        },
      ],
    });
  });

  it.each([
    ['of one long line', 'x'.repeat(MAX_RECORD_SIZE)],
    ['of many lines', `${`${'x'.repeat(254)}\n `.repeat(MAX_RECORD_SIZE / 256)}y`],
    ['of a line that ends in a long blank', `y${' '.repeat(MAX_RECORD_SIZE + (1 << 21))}`],
  ])('refuses a stanza over the limit once, and continues: one %s', async (_title, text) => {
    const lines = text.split('\n').length;
    const content = `Package: a\n\nPackage: b\nX: ${text}\nZ: z\n\nPackage: c\n`;
    const { drafts, problems } = await read(content);
    expect(drafts).toEqual([
      { line: 1, fields: { name: 'a' } },
      { line: lines + 6, fields: { name: 'c' } },
    ]);
    expect(problems).toEqual([
      { file: 'in/Packages', line: 3, message: 'record: expected at most 16777216 bytes, found more' },
    ]);
  });
});

describe('what accompanies package lists in an apt repository', () => {
  it.each([
    ['Translation-en', 'Package: a\nDescription-md5: 0cc1\nDescription-en: A\n'],
    ['ab'.repeat(16), 'Package: a\nVersion: 1\n'],
    ['ab'.repeat(32), 'Package: a\nVersion: 1\n'],
    ['Components-amd64.yml', '---\nFile: DEP-11\nVersion: "1.0"\n'],
  ])('is known: %s', (name, content) => {
    expect(isCompanion(memoryFile(name, content))).toBe(true);
  });

  it.each([
    ['Packages', 'Package: a\nVersion: 1\n'],
    ['Translation-en', 'name: a\n'],
    ['ab'.repeat(16), '{"name": "a"}'],
    ['abab', 'Package: a\nVersion: 1\n'],
    ['Components-amd64.yml', 'name: File: DEP-11\n'],
  ])('is not any other file: %s that begins with %j', (name, content) => {
    expect(isCompanion(memoryFile(name, content))).toBe(false);
  });
});

describe('the control reader', () => {
  const readControl = (content: string) => readAll(control, memoryFile('control', content));

  it('reads the stanza of a package', async () => {
    expect(await readControl(`# a comment\n\n${stanza}\n\n# another\n`)).toEqual({
      drafts: [{ line: 3, fields }],
      problems: [],
    });
  });

  it('refuses more stanzas, once', async () => {
    const { problems } = await readControl('Package: a\n\nPackage: b\n\nPackage: c\n');
    expect(problems).toEqual([
      {
        file: 'in/control',
        line: 3,
        message:
          'expected the stanza of one package, found a second; name the file Packages, or set `reader: deb822`, if it is a list',
      },
    ]);
  });
});
