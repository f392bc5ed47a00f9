import { describe, expect, it } from 'vitest';
import { readKeyBlocks } from '../../../src/openpgp/armor.ts';

const PUBLIC = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDME\n-----END PGP PUBLIC KEY BLOCK-----\n';
const PRIVATE = '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlFgE\n-----END PGP PRIVATE KEY BLOCK-----\n';

describe('readKeyBlocks', () => {
  it('takes bytes whose first bit is set as packets', () => {
    const bytes = Uint8Array.of(0x99, 1, 2);
    expect(readKeyBlocks(bytes, 'PUBLIC')).toEqual({ binary: bytes });
  });

  it('finds the armored blocks of a kind, each by itself', () => {
    expect(readKeyBlocks(encode(PUBLIC + PRIVATE + PUBLIC), 'PUBLIC')).toEqual({ armored: [PUBLIC, PUBLIC] });
    expect(readKeyBlocks(encode(PUBLIC + PRIVATE + PUBLIC), 'PRIVATE')).toEqual({ armored: [PRIVATE] });
  });

  it('drops text before the first block', () => {
    expect(readKeyBlocks(encode(`Our key:\r\n${PUBLIC}`), 'PUBLIC')).toEqual({ armored: [PUBLIC] });
  });

  it.each(['', 'garbage', ` ${PUBLIC}`, PRIVATE, PUBLIC.toLowerCase(), PUBLIC.replace('KEY BLOCK', 'MESSAGE')])(
    'finds none in %j',
    (text) => {
      expect(readKeyBlocks(encode(text), 'PUBLIC')).toEqual({ armored: [] });
    },
  );
});

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
