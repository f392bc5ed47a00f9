import { describe, expect, it } from 'vitest';
import { packArray, packBytes, packDictionary, packString } from '../../../src/glib/gvariant/pack.ts';
import { encodeSignatures, parseSignatures } from '../../../src/ostree/signatures.ts';
import { refusalOf } from '../glib/gvariant/refusal.ts';

const KEY = 'ostree.gpgsigs';
const [ONE, TWO] = [Uint8Array.of(1, 2, 3), new Uint8Array(600).fill(7)];

describe('a file of signatures', () => {
  it.each([
    ['none', []],
    ['one', [ONE]],
    ['one without bytes', [new Uint8Array(0)]],
    ['several', [TWO, ONE, TWO]],
  ])('gives back %s', (_, signatures) => {
    expect(parseSignatures(encodeSignatures(signatures)).map((found) => [...found])).toEqual(
      signatures.map((one) => [...one]),
    );
  });

  it('may hold other keys, whose signatures it is not about', () => {
    const bytes = packDictionary([
      ['ostree.sign.ed25519', packArray('ay', [packBytes(TWO)])],
      [KEY, packArray('ay', [packBytes(ONE)])],
    ]).bytes;
    expect(parseSignatures(bytes)).toEqual([ONE]);
  });

  it.each([
    ['no bytes', new Uint8Array(0)],
    ['another key', packDictionary([['ostree.sign.ed25519', packArray('ay', [packBytes(ONE)])]]).bytes],
    ['a value of another type', packDictionary([[KEY, packString('a')]]).bytes],
    ['one signature that is not in a list', packDictionary([[KEY, packBytes(ONE)]]).bytes],
  ])('has none where it has %s', (_, bytes) => {
    expect(parseSignatures(bytes)).toEqual([]);
  });

  it('is refused where it was cut anywhere', () => {
    const bytes = encodeSignatures([ONE, TWO]);
    for (let length = 1; length < bytes.length; length++) {
      expect(
        refusalOf(() => parseSignatures(bytes.subarray(0, length))),
        `${length} bytes`,
      ).toBeDefined();
    }
  });

  it.each([
    ['an armored signature', Buffer.from('-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n')],
    ['a bare packet', Uint8Array.of(0x88, 0x5e, 4, 0, 0x11, 8)],
    ['an HTML page', Buffer.from('<html>404</html>')],
  ])('is refused where it is %s', (_, bytes) => {
    expect(refusalOf(() => parseSignatures(bytes))).toBeDefined();
  });
});
