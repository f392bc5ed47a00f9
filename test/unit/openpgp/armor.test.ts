import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RepomillError } from '../../../src/errors.ts';
import { formatArmor, parseArmor, readKeyBlocks } from '../../../src/openpgp/armor.ts';
import { PUBLIC_KEY } from '../../vectors/signed-text.ts';

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

describe('formatArmor', () => {
  it('writes a key as gpg does, with its checksum', () => {
    expect(formatArmor('PUBLIC KEY BLOCK', parseArmor('PUBLIC KEY BLOCK', PUBLIC_KEY))).toBe(PUBLIC_KEY);
  });

  it('writes what parseArmor reads', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 30_000 }), (bytes) => {
        expect(parseArmor('SIGNATURE', formatArmor('SIGNATURE', bytes))).toEqual(bytes);
      }),
    );
  });
});

describe('parseArmor', () => {
  it.each([
    ['without a checksum', PUBLIC_KEY.replace('=VWMu\n', '')],
    ['with headers', PUBLIC_KEY.replace('BLOCK-----\n', 'BLOCK-----\nVersion: GnuPG v1\nComment: a b\n')],
    ['with carriage returns', PUBLIC_KEY.replaceAll('\n', '\r\n')],
    ['with empty lines after it', `${PUBLIC_KEY}\n\n`],
  ])('reads a block %s', (_, text) => {
    expect(formatArmor('PUBLIC KEY BLOCK', parseArmor('PUBLIC KEY BLOCK', text))).toBe(PUBLIC_KEY);
  });

  const noBlock = 'expected one armored block of the kind PUBLIC KEY BLOCK, found something else';
  const noBase64 = 'expected base64 in the armored public key block, found something else';
  it.each([
    ['nothing', '', noBlock],
    ['a block of a different kind', PRIVATE, noBlock],
    ['a text in front', `Our key:\n${PUBLIC_KEY}`, noBlock],
    ['a text after it', `${PUBLIC_KEY}end\n`, noBlock],
    ['a block without an end', PUBLIC_KEY.slice(0, -20), noBlock],
    ['two blocks', PUBLIC_KEY + PUBLIC_KEY, noBase64],
    ['a block of nothing', '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END PGP PUBLIC KEY BLOCK-----\n', noBase64],
    ['a character that base64 lacks', PUBLIC_KEY.replace('mDME', 'mD*E'), noBase64],
    ['a character that is missing', PUBLIC_KEY.replace('mDME', 'mDM'), noBase64],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseArmor('PUBLIC KEY BLOCK', text)).toThrow(new RepomillError('format', message));
  });
});

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
