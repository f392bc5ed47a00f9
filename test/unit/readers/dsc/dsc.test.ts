import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { namedFilesOf } from '../../../../src/model/package-file.ts';
import { storedInputFile } from '../../../../src/platform/files/input-file.ts';
import { dsc } from '../../../../src/readers/dsc/dsc.ts';
import { readerFor } from '../../../../src/readers/readers.ts';
import { makeWorkspace } from '../../../workspace.ts';
import { memoryFile, readAll } from '../memory-file.ts';

const directory = makeWorkspace();
const CONTENT = 'hello world';
const DIGEST = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9';
writeFileSync(join(directory, 'hello_1.0.orig.tar.gz'), CONTENT);

const list = (line = `${DIGEST} 11 hello_1.0.orig.tar.gz`): string => `Checksums-Sha256:\n ${line}\n`;
const stanza = `Format: 3.0 (quilt)
Source: hello
Binary: hello, hello-doc
Architecture: any all
Version: 1.0-1
Homepage: https://example.org/hello
Build-Depends: debhelper-compat (= 13),
 pkgconf
Checksums-Sha1:
 0123456789abcdef0123456789abcdef01234567 11 hello_1.0.orig.tar.gz
${list()}Files:
 0123456789abcdef0123456789abcdef 11 hello_1.0.orig.tar.gz
`;

async function read(text: string | Uint8Array, name = 'hello_1.0-1.dsc') {
  writeFileSync(join(directory, name), text);
  const { drafts, problems } = await readAll(dsc, storedInputFile(join(directory, name), `pool/h/${name}`));
  return {
    drafts,
    problems: problems.map(({ line, message }) => (line === undefined ? message : `${line}: ${message}`)),
  };
}

async function refusalOf(text: string | Uint8Array): Promise<readonly string[]> {
  const { drafts, problems } = await read(text);
  expect(drafts).toEqual([]);
  return problems;
}

const signed = (text: string): string =>
  `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${text}\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n=abcd\n-----END PGP SIGNATURE-----\n`;

describe('a source package', () => {
  it('has the fields of a stanza of dpkg-scansources, with its own file first among the checksums of SHA-256 alone', async () => {
    const { drafts, problems } = await read(stanza);
    expect(problems).toEqual([]);
    const [draft] = drafts;
    const { sha256, size, ...fields } = draft?.fields ?? {};
    expect(draft?.line).toBe(1);
    expect(size).toBe(stanza.length);
    expect(fields).toEqual({
      Format: '3.0 (quilt)',
      name: 'hello',
      Binary: 'hello, hello-doc',
      Architecture: 'any all',
      version: '1.0-1',
      homepage: 'https://example.org/hello',
      'Build-Depends': 'debhelper-compat (= 13),\npkgconf',
      arch: 'source',
      Directory: 'pool/h',
      'Checksums-Sha256': `\n${sha256} ${size} hello_1.0-1.dsc\n${DIGEST} 11 hello_1.0.orig.tar.gz`,
      path: 'pool/h/hello_1.0-1.dsc',
    });
    expect(namedFilesOf(draft?.fields ?? {})).toEqual([
      { path: 'pool/h/hello_1.0-1.dsc', size, sha256 },
      { path: 'pool/h/hello_1.0.orig.tar.gz', size: 11, sha256: DIGEST },
    ]);
  });

  it('is the same without its signature, with the lines as the file counts them', async () => {
    const plain = await read(stanza);
    const { drafts, problems } = await read(
      signed(`- -- is escaped: x\n${stanza}`.replace('- -- is escaped: x\n', '')),
    );
    expect(problems).toEqual([]);
    expect(drafts[0]?.line).toBe(4);
    const { path: _, size: __, sha256: ___, 'Checksums-Sha256': ____, ...fields } = drafts[0]?.fields ?? {};
    expect(plain.drafts[0]?.fields).toMatchObject(fields);
  });

  it('is recognised by its name', () => {
    expect(readerFor(memoryFile('hello_1.0-1.dsc', signed(stanza)))?.name).toBe('dsc');
  });

  it('depends on the files that it names', () => {
    const neighbours = (text: string) => dsc.ownFiles?.neighboursIn?.(new TextEncoder().encode(text));
    expect(neighbours(stanza)).toEqual(['hello_1.0.orig.tar.gz']);
    expect(neighbours(signed(stanza))).toEqual(['hello_1.0.orig.tar.gz']);
    expect(neighbours('nothing')).toEqual([]);
    expect(neighbours(list('x y z'))).toEqual([]);
  });
});

describe('a source package is refused', () => {
  const withList = (line: string): string => `Source: hello\nVersion: 1\n${list(line)}`;
  it.each<[what: string, text: string, problems: readonly string[]]>([
    ['without Source', `Version: 1\n${list()}`, ['1: stanza: expected a field "Source", found none']],
    ['without Version', `Source: hello\n${list()}`, ['1: stanza: expected a field "Version", found none']],
    [
      'without digests of SHA-256',
      'Source: hello\nVersion: 1\nFiles:\n',
      ['1: stanza: expected a field "Checksums-Sha256", found none'],
    ],
    ['that is empty', '', ['expected a stanza, found nothing']],
    ['with a second stanza', `${stanza}\n${stanza}`, ['16: expected the stanza of one source package, found a second']],
    [
      'with CRLF',
      stanza.replaceAll('\n', '\r\n'),
      ['expected lines that end with a newline alone, found a carriage return'],
    ],
    [
      'with a file that is not there',
      withList(`${DIGEST} 11 other.tar.gz`),
      ['other.tar.gz: expected a file beside it, found nothing'],
    ],
    [
      'with a file of a different size',
      withList(`${DIGEST} 12 hello_1.0.orig.tar.gz`),
      ['hello_1.0.orig.tar.gz: expected 12 bytes, found 11'],
    ],
    [
      'with a file of different content',
      withList(`${'0'.repeat(64)} 11 hello_1.0.orig.tar.gz`),
      [`hello_1.0.orig.tar.gz: expected sha256 ${'0'.repeat(64)}, found ${DIGEST}`],
    ],
    [
      'that names itself',
      withList(`${DIGEST} 11 hello_1.0-1.dsc`),
      ['hello_1.0-1.dsc: expected a file beside it, found its own name'],
    ],
    [
      'with a path in place of a name',
      withList(`${DIGEST} 11 ../x`),
      [`field "Checksums-Sha256": expected a digest, a size and the name of a file, found "${DIGEST} 11 ../x"`],
    ],
    [
      'with a digest that is none',
      withList('abc 11 x'),
      ['field "Checksums-Sha256": expected a digest, a size and the name of a file, found "abc 11 x"'],
    ],
    [
      'with a file twice',
      withList(`${DIGEST} 11 a\n ${DIGEST} 11 a`),
      ['field "Checksums-Sha256": "a": expected once, found again'],
    ],
    ['with text before its signature', `x\n${signed(stanza)}`, ['1: expected "Field: text", found "x"']],
    [
      'with text after its signature',
      `${signed(stanza)}Package: evil\n`,
      ['expected nothing after the signature, found more text'],
    ],
    ['whose signature is cut off', signed(stanza).slice(0, -20), ['cut off: expected a signature after the text']],
    [
      'that is a key',
      '-----BEGIN PGP PUBLIC KEY BLOCK-----\n',
      ['expected a stanza or "-----BEGIN PGP SIGNED MESSAGE-----", found "-----BEGIN PGP PUBLIC KEY BLOCK-----"'],
    ],
  ])('%s', async (_, text, problems) => {
    expect((await refusalOf(text)).slice(0, 1)).toEqual(problems);
  });

  it('that is not UTF-8', async () => {
    expect(await refusalOf(Uint8Array.of(0x41, 0xff))).toEqual(['expected UTF-8 text, found other bytes']);
  });
});
