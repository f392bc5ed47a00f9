import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { packArray, packBytes, packString, packTuple } from '../../../src/glib/gvariant/pack.ts';
import { fileHeadLength, parseDirectory, parseFileHead } from '../../../src/ostree/tree-object.ts';
import { filezOf, noDigest, treeBytes } from '../../ostree-repository.ts';
import { refusalOf, refusalsOfCuts } from '../glib/gvariant/refusal.ts';

const DIGEST = noDigest();

describe('parseDirectory', () => {
  it('reads files and directories in their order', () => {
    const bytes = treeBytes({ files: { b: DIGEST, ä: DIGEST }, directories: { c: DIGEST } });
    expect(parseDirectory(bytes)).toEqual({
      files: [
        { name: 'b', sha256: DIGEST },
        { name: 'ä', sha256: DIGEST },
      ],
      directories: [{ name: 'c', sha256: DIGEST }],
    });
  });

  it('reads one with nothing in it', () => {
    expect(parseDirectory(treeBytes({}))).toEqual({ files: [], directories: [] });
  });

  it('accepts names that only look dangerous', () => {
    const names = ['...', '..a', '.hidden', 'a b', '\\', '__proto__', 'constructor', '\n'];
    const bytes = packTuple([
      packArray(
        '(say)',
        names.map((name) => packTuple([packString(name), packBytes(new Uint8Array(32))])),
      ),
      packArray('(sayay)', []),
    ]).bytes;
    expect(parseDirectory(bytes).files.map(({ name }) => name)).toEqual(names);
  });

  it.each(['', '.', '..', 'a/b', '/', '/etc/passwd', '../a'])('refuses the name %j', (name) => {
    const message = `directory: expected a file name, found ${JSON.stringify(name)}`;
    expect(refusalOf(() => parseDirectory(treeBytes({ files: { [name]: DIGEST } })))).toBe(message);
    expect(refusalOf(() => parseDirectory(treeBytes({ directories: { [name]: DIGEST } })))).toBe(message);
  });

  it('refuses digests of a different length', () => {
    const bytes = (length: number): Uint8Array =>
      packTuple([
        packArray('(say)', [packTuple([packString('a'), packBytes(new Uint8Array(length))])]),
        packArray('(sayay)', []),
      ]).bytes;
    for (const length of [0, 31, 33, 300_000]) {
      expect(refusalOf(() => parseDirectory(bytes(length)))).toBe(`digest: expected 32 bytes, found ${length}`);
    }
  });

  it('refuses one that was cut anywhere', () => {
    const bytes = treeBytes({ files: { b: DIGEST }, directories: { c: DIGEST } });
    expect(refusalsOfCuts(bytes, parseDirectory, 1)).toEqual([
      'GVariant of type (a(say)a(sayay)): expected a part within N bytes, found N to N',
      'GVariant of type (say): expected N offsets, found N bytes',
      'GVariant of type a(say): expected a part within N bytes, found N to N',
      'GVariant of type a(sayay): expected a part within N bytes, found N to N',
      'GVariant of type a(sayay): expected offsets to the end of the array, found N',
    ]);
  });
});

describe('parseFileHead', () => {
  const content = deflateRawSync('content');
  const file = filezOf(7n, content);

  it('reads the length of the content and where it starts', () => {
    const length = file.length - content.length;
    expect(fileHeadLength(file)).toBe(length);
    expect(parseFileHead(file)).toEqual({ size: 7n, isRegular: true, contentStart: length });
    expect(parseFileHead(file.subarray(0, length))).toMatchObject({ size: 7n });
  });

  it('finds the head wherever it is in a larger buffer', () => {
    for (let offset = 0; offset < 9; offset++) {
      const room = new Uint8Array(file.length + offset);
      room.set(file, offset);
      expect(parseFileHead(room.subarray(offset))).toMatchObject({ size: 7n, isRegular: true });
    }
  });

  it.each([
    ['a link', 0o120777, false],
    ['a directory', 0o040755, false],
    ['a socket', 0o140755, false],
    ['no kind', 0o755, false],
    ['a file without permissions', 0o100000, true],
    ['a file that runs as its owner', 0o104755, true],
  ])('distinguishes %s from regular files', (_, mode, isRegular) => {
    expect(parseFileHead(filezOf(0n, content, mode)).isRegular).toBe(isRegular);
  });

  it('refuses a file that ends in its head, wherever', () => {
    const length = fileHeadLength(file) ?? 0;
    for (let end = 0; end < length; end++) {
      expect(
        refusalOf(() => parseFileHead(file.subarray(0, end))),
        `${end} bytes`,
      ).toMatch(/^file object: expected a head/);
    }
    expect([fileHeadLength(new Uint8Array(0)), fileHeadLength(new Uint8Array(3))]).toEqual([undefined, undefined]);
  });

  it.each([
    ['longer than any file', 0xffff_ffff, 'file object: expected a head of 4294967303 bytes, found 43'],
    ['of no bytes', 0, 'GVariant of type (tuuuusa(ayay)): expected 1 offsets, found 0 bytes'],
    ['one byte shorter', -1, 'GVariant of type (tuuuusa(ayay)): expected a part within 24 bytes, found 24 to 0'],
    ['one byte longer', 1, 'GVariant of type (tuuuusa(ayay)): expected a part within 26 bytes, found 24 to 75'],
  ])('refuses a head that says it is %s', (_, change, message) => {
    const bytes = file.slice();
    const view = new DataView(bytes.buffer);
    const length = view.getUint32(0);
    view.setUint32(0, Math.abs(change) === 1 ? length + change : change);
    expect(refusalOf(() => parseFileHead(bytes))).toBe(message);
  });

  it('refuses garbage', () => {
    expect(refusalOf(() => parseFileHead(Buffer.from('\0\0\0\x08 is not a head of a file')))).toBe(
      'GVariant of type (tuuuusa(ayay)): expected a part within 7 bytes, found 0 to 8',
    );
  });
});
