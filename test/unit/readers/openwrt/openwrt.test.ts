import { describe, expect, it } from 'vitest';
import { deb822 } from '../../../../src/readers/deb822/deb822.ts';
import { openwrt } from '../../../../src/readers/openwrt/openwrt.ts';
import { isCompanion, readerFor } from '../../../../src/readers/readers.ts';
import { memoryFile, readAll } from '../memory-file.ts';

const digest = 'a'.repeat(64);
const stanza = `Package: demo-ng
Version: 2025.03.27-r1
Depends: libc, ipset (>= 7)
License: AGPL-3.0-only
Section: net
URL: https://example.org/demo-ng
Architecture: x86_64
Installed-Size: 593920
Filename: demo-ng_2025.03.27-r1_x86_64.ipk
Size: 274723
SHA256sum: ${digest}
Description:  A demo package of a feed.
 It has two lines.
`;

const fields = {
  name: 'demo-ng',
  version: '2025.03.27-r1',
  dependencies: ['libc', 'ipset (>= 7)'],
  licence: 'AGPL-3.0-only',
  Section: 'net',
  homepage: 'https://example.org/demo-ng',
  arch: 'x86_64',
  installedSize: 593920,
  path: 'demo-ng_2025.03.27-r1_x86_64.ipk',
  size: 274723,
  sha256: digest,
  summary: 'A demo package of a feed.',
  description: 'It has two lines.',
};

describe('the openwrt reader', () => {
  it('turns the fields of a stanza into the fields of a record, with sizes in bytes', async () => {
    expect(await readAll(openwrt, memoryFile('Packages', stanza))).toEqual({
      drafts: [{ line: 1, fields }],
      problems: [],
    });
  });

  it('is what deb822 does with such a stanza, if a configuration names it', async () => {
    const debian = 'Package: a\nVersion: 1\nArchitecture: all\nInstalled-Size: 1\n';
    const { drafts } = await readAll(deb822, memoryFile('Packages', `${debian}\n${stanza}`));
    expect(drafts).toEqual([
      { line: 1, fields: { name: 'a', version: '1', arch: 'all', installedSize: 1024 } },
      { line: 6, fields },
    ]);
  });

  it('is not what deb822 does with a stanza that has SHA256, too', async () => {
    const both = `Package: a\nInstalled-Size: 2\nSHA256sum: x\nSHA256: ${digest}\n`;
    const { drafts } = await readAll(deb822, memoryFile('Packages', both));
    expect(drafts[0]?.fields).toEqual({ name: 'a', installedSize: 2048, SHA256sum: 'x', sha256: digest });
  });

  it('keeps a homepage that is no URL, and leaves out what is empty', async () => {
    const { drafts } = await readAll(
      openwrt,
      memoryFile('Packages', 'Package: a\nURL: none\nDepends:\nInstalled-Size:\n'),
    );
    expect(drafts[0]?.fields).toEqual({ name: 'a', URL: 'none' });
  });

  it('refuses a stanza without a package, and a size that is none', async () => {
    const { problems } = await readAll(openwrt, memoryFile('Packages', 'Version: 1\n\nPackage: a\nSize: 1 MB\n'));
    expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '1: stanza: expected a field "Package", found none',
      '4: field "Size": expected a whole number, found "1 MB"',
    ]);
  });
});

describe('a package list', () => {
  it.each([
    ['of a feed', stanza],
    ['of a feed, with CRLF', stanza.replaceAll('\n', '\r\n')],
    ['with packages of opkg alone', 'Package: a\nFilename: a_1_all.ipk\nMD5Sum: x\n'],
  ])('%s is one of OpenWrt', (_title, content) => {
    expect(readerFor(memoryFile('Packages', content))?.name).toBe('openwrt');
  });

  it.each([
    ['of Debian', `Package: a\nFilename: pool/a.deb\nSHA256: ${digest}\n`],
    ['of Debian with both digests', `Package: a\nSHA256sum: x\nSHA256: ${digest}\n`],
    ['of Debian, whose description shows a digest', `Package: a\nDescription: x\n SHA256sum: y\n`],
    ['of Debian, whose second package is odd', `Package: a\n\nPackage: b\nSHA256sum: x\n`],
    ['that is empty', ''],
  ])('%s is one of Debian', (_title, content) => {
    expect(readerFor(memoryFile('Packages', content))?.name).toBe('deb822');
  });
});

describe('what accompanies a feed', () => {
  it.each([
    ['Packages.manifest', stanza],
    ['index.json', '{"architecture": "x86_64", "packages":{"demo-ng": "2025.03.27-r1"}}\n'],
    ['index.json', '{\n  "version": 2,\n  "architecture": "x86_64",\n  "packages": {\n    "a": "1"\n  }\n}\n'],
    ['index.json', '{"architecture": "x86_64", "packages":{}}'],
  ])('is known: %s', (name, content) => {
    expect(isCompanion(memoryFile(name, content))).toBe(true);
  });

  it.each([
    ['Packages', stanza],
    ['Packages.manifest', 'Package: a\nVersion: 1\n'],
    ['index.json', '[{"name": "a", "version": "1", "arch": "all"}]'],
    ['index.json', '{"name": "a", "architecture": "x86_64", "packages": {"a": "1"}}'],
    ['index.json', '{"architecture": "x86_64", "packages": {"a": {"version": "1"}}}'],
    ['other.json', '{"architecture": "x86_64", "packages": {"a": "1"}}'],
  ])('is not any other file: %s that begins with %j', (name, content) => {
    expect(isCompanion(memoryFile(name, content))).toBe(false);
  });
});
