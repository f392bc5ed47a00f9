import { describe, expect, it } from 'vitest';
import { findKeyFaults } from '../../../../../src/layouts/apt/format/key-policy.ts';
import { PUBLIC_KEYS } from '../../../../vectors/public-keys.ts';

describe('findKeyFaults', () => {
  it.each(['rsa2048', 'ed25519', 'nistp256', 'nistp384', 'nistp521', 'renewed', 'other-subkey'] as const)(
    'finds none in a key that apt 3 believes: %s',
    (name) => {
      expect(faultsOf(name)).toEqual([]);
    },
  );

  it.each(['rsa1024', 'dsa2048', 'brainpoolP256r1', 'brainpoolP512r1', 'secp256k1'] as const)(
    'says what apt 3 refuses, and what to sign with: %s',
    (name) => {
      expect(faultsOf(name)).toEqual([
        `key a.asc: apt 3 refuses ${name}: sign with a key of ed25519 or rsa4096 as well`,
      ]);
    },
  );

  it.each(['sha1', 'certified'] as const)('says how to renew a key that vouches for itself by SHA-1: %s', (name) => {
    const fingerprint = PUBLIC_KEYS[name].fingerprint.toUpperCase();
    const renewal = `gpg --cert-digest-algo SHA512 --quick-set-expire ${fingerprint} 0`;
    expect(faultsOf(name)).toEqual([
      `key a.asc: apt 3 refuses keys that vouch for themselves by SHA-1: ${renewal} renews this one`,
    ]);
  });

  it('looks at subkeys that sign', () => {
    expect(faultsOf('weak-subkey')).toEqual([
      'key a.asc: apt 3 refuses rsa1024: sign with a key of ed25519 or rsa4096 as well',
    ]);
  });

  it('finds none in bytes that are no key', () => {
    expect(findKeyFaults({ name: 'a.asc', fingerprint: '', packets: Uint8Array.of(1, 2, 3) })).toEqual([]);
  });
});

function faultsOf(name: keyof typeof PUBLIC_KEYS): readonly string[] {
  const { fingerprint, packets } = PUBLIC_KEYS[name];
  return findKeyFaults({ name: 'a.asc', fingerprint, packets: Buffer.from(packets, 'base64') });
}
