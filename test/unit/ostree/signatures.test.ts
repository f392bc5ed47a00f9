import { describe, expect, it } from 'vitest';
import { packArray, packBytes, packDictionary, packString } from '../../../src/glib/gvariant/pack.ts';
import { encodeSignatures, parseSignatures } from '../../../src/ostree/signatures.ts';
import { refusalOf, refusalsOfCuts } from '../glib/gvariant/refusal.ts';

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

  it('may hold other keys, which are ignored', () => {
    const bytes = packDictionary([
      ['ostree.sign.ed25519', packArray('ay', [packBytes(TWO)])],
      [KEY, packArray('ay', [packBytes(ONE)])],
    ]).bytes;
    expect(parseSignatures(bytes)).toEqual([ONE]);
  });

  it.each([
    ['no bytes', new Uint8Array(0)],
    ['only a different key', packDictionary([['ostree.sign.ed25519', packArray('ay', [packBytes(ONE)])]]).bytes],
    ['a value of a different type', packDictionary([[KEY, packString('a')]]).bytes],
    ['one signature that is not in a list', packDictionary([[KEY, packBytes(ONE)]]).bytes],
  ])('has no signatures if it has %s', (_, bytes) => {
    expect(parseSignatures(bytes)).toEqual([]);
  });

  it('is refused if it was cut anywhere', () => {
    expect(refusalsOfCuts(encodeSignatures([ONE, TWO]), parseSignatures, 1)).toEqual([
      'GVariant of type a{sv}: expected a part within N bytes, found N to N',
      'GVariant of type a{sv}: expected offsets to the end of the array, found N',
    ]);
  });

  it.each([
    [
      'an armored signature',
      Buffer.from('-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n'),
      'a part within 10 bytes, found 0 to 32',
    ],
    ['a bare packet', Uint8Array.of(0x88, 0x5e, 4, 0, 0x11, 8), 'offsets to the end of the array, found 8'],
    ['an HTML page', Buffer.from('<html>404</html>'), 'offsets to the end of the array, found 62'],
  ])('is refused if it is %s', (_, bytes, message) => {
    expect(refusalOf(() => parseSignatures(bytes))).toBe(`GVariant of type a{sv}: expected ${message}`);
  });
});
