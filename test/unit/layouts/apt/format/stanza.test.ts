import { describe, expect, it } from 'vitest';
import { formatStanza } from '../../../../../src/layouts/apt/format/stanza.ts';
import type { PackageRecord } from '../../../../../src/model/record.ts';
import { digestOf } from '../../../../../src/platform/hash/sha256.ts';

const sha256 = digestOf(new Uint8Array());
const base: PackageRecord = { name: 'hello', version: '1.0', arch: 'amd64' };
const binary = (fields: Partial<PackageRecord>, path?: string): ReturnType<typeof formatStanza> =>
  formatStanza({ ...base, ...fields }, { arch: 'amd64', path });
/** The lines after those that every stanza has. */
const linesOf = (fields: Partial<PackageRecord>): readonly string[] => {
  const { text, left } = binary(fields);
  expect(left).toEqual([]);
  expect(text.startsWith('Package: hello\nVersion: 1.0\nArchitecture: amd64\n')).toBe(true);
  return text.split('\n').slice(3, -1);
};

describe('formatStanza', () => {
  it('has the fields of a record in its order, under the names that Debian gave them', () => {
    const { text, left } = binary({
      ...{ Priority: 'optional', size: 10, installedSize: 2049, sha256, path: 'pool/x.deb' },
      ...{ homepage: 'https://example.org', dependencies: ['a (>= 1)', 'b | c'], tags: ['x::y', 'z'] },
      ...{
        summary: 'says hello',
        description: 'to all\n\nof us',
        'Multi-Arch': 'same',
        Essential: true,
        Protected: false,
      },
    });
    expect(left).toEqual([]);
    expect(text).toBe(`Package: hello
Version: 1.0
Architecture: amd64
Priority: optional
Size: 10
Installed-Size: 3
SHA256: ${sha256}
Filename: pool/x.deb
Homepage: https://example.org
Depends: a (>= 1), b | c
Tag: x::y, z
Description: says hello
 to all
 .
 of us
Multi-Arch: same
Essential: yes
Protected: no
`);
  });

  it('has the name first, wherever the record has it', () => {
    const record: PackageRecord = { version: '1.0', Section: 'net', arch: 'amd64', name: 'hello' };
    expect(formatStanza(record, { arch: 'all' }).text).toBe(
      'Package: hello\nVersion: 1.0\nSection: net\nArchitecture: all\n',
    );
  });

  it('has the path that the file has in the archive', () => {
    expect(binary({ path: 'debs/x.deb' }, 'pool/main/h/hello/x.deb').text).toContain(
      '\nFilename: pool/main/h/hello/x.deb\n',
    );
  });

  it('has the description alone after the name, if there is no summary', () => {
    expect(linesOf({ description: 'one\ntwo' })).toEqual(['Description: hello', ' one', ' two']);
  });

  it.each([
    ['one line', 'one', ['X: one']],
    ['several lines', 'one\ntwo', ['X: one', ' two']],
    ['an empty line', 'one\n\ntwo', ['X: one', ' .', ' two']],
    ['a line of blanks', 'one\n \t\ntwo', ['X: one', ' .', ' two']],
    ['lines with CRLF', 'one\r\n\r\ntwo', ['X: one', ' .', ' two']],
    ['a line end at the end', 'one\n', ['X: one', ' .']],
    ['an empty first line', '\none', ['X:', ' one']],
    ['nothing', '', ['X:']],
    [
      'what looks like a field',
      'one\nPackage: evil\n\nPackage: evil',
      ['X: one', ' Package: evil', ' .', ' Package: evil'],
    ],
    ['what looks like a comment', '#one\n# two', ['X: #one', ' # two']],
    ['a list with line ends', ['a\n\nPackage: evil', 'b'], ['X: a  Package: evil, b']],
    ['a number', 1.5, ['X: 1.5']],
  ])('writes %s so that the stanza does not end', (_, value, lines) => {
    expect(linesOf({ X: value })).toEqual(lines);
  });

  it('never has an empty line, nor one that begins a different stanza', () => {
    const parts = ['', ' ', '\n', '\r\n', '\r', 'Package: evil', '.', '#', '\t', '\u2028', '\u0085'];
    for (const a of parts) {
      for (const b of parts) {
        for (const c of parts) {
          const { text } = binary({ summary: `x${a}${b}${c}`, X: a + b + c, Y: [a, b, c] });
          const lines = text.split(/[\r\n]/);
          expect(lines.pop()).toBe('');
          expect(lines.filter((line) => line.trim() === '' || line.startsWith('#'))).toEqual([]);
          expect(lines.filter((line) => !line.startsWith(' ')).map((line) => line.split(':')[0])).toEqual([
            ...['Package', 'Version', 'Architecture', 'Description', 'X', 'Y'],
          ]);
        }
      }
    }
  });

  it.each([
    ['a mapping', { links: { home: 'x' } }, ['links']],
    ['a list of mappings', { files: [{ a: 1 }] }, ['files']],
    ['a list of lists', { files: [['a']] }, ['files']],
    ['a name with a blank', { 'two words': 'x' }, ['two words']],
    ['a name with a line end', { 'X\nPackage': 'evil' }, ['X\nPackage']],
    ['a name with a colon', { 'Package:': 'evil' }, ['Package:']],
    ['a name that begins with a dash', { '-X': 'x' }, ['-X']],
    ['a name that begins with a hash', { '#X': 'x' }, ['#X']],
    ['no name', { '': 'x' }, ['']],
    ['a name that is not ASCII', { größe: 'x' }, ['größe']],
    ['an installed size that is no number', { installedSize: '12 MB' }, ['installedSize']],
  ])('leaves out %s, and says so', (_, fields, left) => {
    expect(binary(fields)).toEqual({ text: 'Package: hello\nVersion: 1.0\nArchitecture: amd64\n', left });
  });

  it.each([
    ['Package', 'package', 'PACKAGE', 'Version', 'Architecture', 'architecture'],
    ['Size', 'SHA256', 'Filename', 'Sha256', 'Description', 'DESCRIPTION'],
  ])('has no field twice, in whatever case: %s, %s, %s, %s, %s, %s', (...names) => {
    const own = { size: 1, sha256, path: 'pool/x', summary: 'own' };
    const others = Object.fromEntries(names.map((name) => [name, 'evil']));
    expect(binary({ ...others, ...own })).toEqual({ text: binary(own).text, left: names });
    expect(binary({ ...own, ...others })).toEqual({ text: binary(own).text, left: names });
  });

  it('has the first of two names that differ in case alone', () => {
    expect(binary({ Section: 'a', section: 'b' })).toEqual({
      text: 'Package: hello\nVersion: 1.0\nArchitecture: amd64\nSection: a\n',
      left: ['section'],
    });
  });

  it('says nothing of fields without a value', () => {
    expect(linesOf({ X: null, Y: undefined })).toEqual([]);
  });

  it('leaves the fields of a source package as they are, and says where its files are', () => {
    const record: PackageRecord = {
      ...{ name: 'hello', version: '1.0-1', arch: 'source', Architecture: 'any', Directory: 'debs', size: 3, sha256 },
      ...{ path: 'debs/hello_1.0-1.dsc', 'Checksums-Sha256': `\n${sha256} 3 hello_1.0-1.dsc` },
    };
    expect(formatStanza(record, { arch: undefined, path: 'pool/main/h/hello/hello_1.0-1.dsc' })).toEqual({
      text: `Package: hello
Version: 1.0-1
Architecture: any
Directory: pool/main/h/hello
Checksums-Sha256:
 ${sha256} 3 hello_1.0-1.dsc
`,
      left: [],
    });
  });
});
