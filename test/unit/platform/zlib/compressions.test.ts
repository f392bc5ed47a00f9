import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compressionOf, compressions, withoutCompression } from '../../../../src/platform/zlib/compressions.ts';

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const suffixOf = (path: string, start: string | Uint8Array): string | undefined =>
  compressionOf(path, typeof start === 'string' ? latin1(start) : start)?.suffix;

const GZIP = '\x1f\x8b\x08\0\0';
const XZ = '\xfd7zXZ\0\0\x04';
const BZIP2 = 'BZh91AY&SY\x12';
const EMPTY_BZIP2 = 'BZh1\x17\x72\x45\x38\x50\x90';
const ZSTD = '\x28\xb5\x2f\xfd\x24';
const SKIPPABLE_ZSTD = '\x50\x2a\x4d\x18\x04';

describe('the compressions', () => {
  it('are these', () => {
    expect(compressions.map(({ suffix }) => suffix)).toEqual(['.gz', '.xz', '.bz2', '.zst']);
  });

  it.each([
    [GZIP, '.gz'],
    [gzipSync('a'), '.gz'],
    [XZ, '.xz'],
    [BZIP2, '.bz2'],
    [EMPTY_BZIP2, '.bz2'],
    [ZSTD, '.zst'],
    [SKIPPABLE_ZSTD, '.zst'],
  ])('are known by what a file begins with, whatever it is called: %j', (start, suffix) => {
    for (const path of ['core.db', 'Packages', 'a.gz', 'a.xz', 'b/a.bz2', 'a.zst']) {
      expect(suffixOf(path, start)).toBe(suffix);
    }
  });

  it.each(['', 'Package: a\n', '{}', 'BZh', 'BZh91AY&S', '\x1f\x8b', '\0\0\0'])('are not found in %j', (start) => {
    expect(suffixOf('Packages', start)).toBeUndefined();
  });

  it.each([
    ['text', 'Package: a\r\n\tb\n'],
    ['text of one character', '{'],
    ['text in Latin-1', 'Maintainer: Ren\xe9\n'],
    ['text after a mark', '\xef\xbb\xbfPackage: a\n'],
  ])('leave %s as it is, whatever it is called', (_title, start) => {
    for (const { suffix } of compressions) expect(suffixOf(`Packages${suffix}`, start)).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['zeros', '\0\0\0\0'],
    ['UTF-16', '\xff\xfeP\0a\0'],
    ['other binary data', '\x7fELF\x02\x01\x01'],
  ])('are what the name says for %s, so that their decoder refuses it', (_title, start) => {
    for (const { suffix } of compressions) expect(suffixOf(`Packages${suffix}`, start)).toBe(suffix);
  });

  it('are what the name says for a file that ends within the signature, even if that is text', () => {
    for (const [suffix, whole] of [
      ['.gz', GZIP],
      ['.xz', XZ],
      ['.bz2', BZIP2],
      ['.zst', ZSTD],
    ] as const) {
      for (let length = 0; length < 4; length++) expect(suffixOf(`a${suffix}`, whole.slice(0, length))).toBe(suffix);
    }
  });
});

describe('withoutCompression', () => {
  it.each([
    ['Packages.gz', 'Packages'],
    ['a/core.db.tar.zst', 'a/core.db.tar'],
    ['a.bz2', 'a'],
    ['a.xz', 'a'],
    ['a.gz.xz', 'a.gz'],
    ['a.GZ', 'a.GZ'],
    ['agz', 'agz'],
    ['gz/a', 'gz/a'],
    ['.gz', ''],
  ])('of %s is %j', (path, name) => {
    expect(withoutCompression(path)).toBe(name);
  });
});
