import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readKeyParts } from '../../../src/openpgp/key-parts.ts';
import { PUBLIC_KEYS } from '../../vectors/public-keys.ts';

describe('readKeyParts', () => {
  it.each([
    'rsa1024',
    'rsa2048',
    'dsa2048',
    'nistp256',
    'nistp384',
    'nistp521',
    'brainpoolP256r1',
    'brainpoolP512r1',
    'secp256k1',
    'ed25519',
  ] as const)('names the algorithm as gpg does: %s', (name) => {
    expect(partsOf(name)).toMatchObject([{ isPrimary: true, algorithm: name, signs: true }]);
  });

  it('tells subkeys apart by what they are for', () => {
    expect(partsOf('weak-subkey')).toMatchObject([
      { isPrimary: true, algorithm: 'ed25519', signs: false },
      { isPrimary: false, algorithm: 'rsa1024', signs: true },
    ]);
    expect(partsOf('other-subkey')).toMatchObject([
      { isPrimary: true, algorithm: 'ed25519', signs: true },
      { isPrimary: false, algorithm: 'rsa1024', signs: false },
    ]);
  });

  it("has the digests of the key's own signatures, newest first, and of no other key's", () => {
    expect(partsOf('ed25519').map(({ digests }) => digests)).toEqual([[8]]);
    expect(partsOf('sha1').map(({ digests }) => digests)).toEqual([[2]]);
    expect(partsOf('renewed')[0]?.digests[0]).toBe(10);
    expect(partsOf('certified').map(({ digests }) => digests)).toEqual([[2]]);
  });

  it('never throws, whatever is damaged', () => {
    const { fingerprint, packets } = PUBLIC_KEYS.rsa1024;
    const bytes = Buffer.from(packets, 'base64');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const changed = Uint8Array.from(bytes).with(at, value);
        expect(readKeyParts(changed, fingerprint).length).toBeLessThan(3);
        expect(readKeyParts(bytes.subarray(0, at), fingerprint).length).toBeLessThan(2);
      }),
    );
  });
});

function partsOf(name: keyof typeof PUBLIC_KEYS): ReturnType<typeof readKeyParts> {
  const { fingerprint, packets } = PUBLIC_KEYS[name];
  return readKeyParts(Buffer.from(packets, 'base64'), fingerprint);
}
