import { describe, expect, it } from 'vitest';
import { concatBytes, encodeText } from '../../../src/bytes/bytes.ts';
import { readPublicKeys } from '../../../src/openpgp/public-keys.ts';
import { failureOf } from '../../failure.ts';

/** Packets of the new format: what a key ring has, as far as is looked at. */
const packet = (type: number, ...body: readonly number[]): Uint8Array =>
  Uint8Array.of(0xc0 | type, body.length, ...body);
const PUBLIC = concatBytes([packet(6, 4, 1), packet(13, 0x61), packet(2, 4), packet(14, 4)]);
const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const armored = (bytes: Uint8Array, head = '', end = '=abcd\n'): string =>
  `-----BEGIN PGP PUBLIC KEY BLOCK-----\n${head}\n${base64(bytes)}\n${end}-----END PGP PUBLIC KEY BLOCK-----\n`;

const refusal = async (bytes: Uint8Array): Promise<readonly unknown[]> => {
  const { code, message } = await failureOf((async () => readPublicKeys(bytes))());
  return [code, message];
};

describe('readPublicKeys', () => {
  it('takes a binary ring as it is', () => {
    expect(readPublicKeys(PUBLIC)).toEqual(PUBLIC);
  });

  it.each([
    ['a block', armored(PUBLIC)],
    ['a block without a checksum', armored(PUBLIC, '', '')],
    ['a block with headers', armored(PUBLIC, 'Version: GnuPG v2\nComment: a\n')],
    ['a block of Windows, after a note', `a note\r\n${armored(PUBLIC).replaceAll('\n', '\r\n')}`],
  ])('decodes %s', (_, text) => {
    expect(readPublicKeys(encodeText(text))).toEqual(PUBLIC);
  });

  it('joins several blocks', () => {
    const text = armored(PUBLIC) + armored(PUBLIC);
    expect(readPublicKeys(encodeText(text))).toEqual(concatBytes([PUBLIC, PUBLIC]));
  });

  it.each([
    ['of a binary ring', concatBytes([packet(5, 4), packet(13, 0x61)])],
    ['after a public key', concatBytes([PUBLIC, packet(7, 4)])],
    ['in an armored block', encodeText(armored(packet(5, 4)).replaceAll('PUBLIC', 'PRIVATE'))],
    ['in a block that calls itself public', encodeText(armored(packet(5, 4)))],
  ])('refuses a secret key %s', async (_, bytes) => {
    expect(await refusal(bytes)).toEqual([
      'format',
      'expected public keys, found a secret key, which would be published',
    ]);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['a text', encodeText('a key\n')],
    ['a signature', packet(2, 4)],
    ['a ring that is cut off', PUBLIC.subarray(0, 3)],
  ])('refuses %s', async (_, bytes) => {
    expect(await refusal(bytes)).toEqual(['format', 'expected OpenPGP public keys, found none']);
  });

  it('refuses a block that is not base64', async () => {
    const text = armored(PUBLIC).replace(base64(PUBLIC), 'a*b');
    expect(await refusal(encodeText(text))).toEqual([
      'format',
      'expected base64 between BEGIN and END, found something else',
    ]);
  });
});
