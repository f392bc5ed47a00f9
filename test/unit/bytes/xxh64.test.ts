import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../src/bytes/bytes.ts';
import { xxh64 } from '../../../src/bytes/xxh64.ts';
import { loadFingerprint } from '../../../src/platform/hash/fingerprint.ts';

describe('xxh64', () => {
  // `xxhsum -H1` gives the same.
  it.each([
    ['', 0xef46db3751d8e999n],
    ['a', 0xd24ec4f1a98c6e5bn],
    ['abc', 0x44bc2cf5ad770999n],
    ['Nobody inspects the spammish repetition', 0xfbcea83c8a378bf1n],
  ])('gives the hash of %j', (text, hash) => {
    expect(xxh64(encodeText(text))).toBe(hash);
  });

  it('gives the hash of a part of a buffer alone', () => {
    expect(xxh64(encodeText('xabcx').subarray(1, 4))).toBe(0x44bc2cf5ad770999n);
  });

  it('agrees with the one that places packages, for every length of what it hashes', async () => {
    const fingerprint = await loadFingerprint();
    for (let length = 0; length <= 100; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 89 + length) % 256);
      expect(xxh64(bytes)).toBe(fingerprint(bytes));
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(xxh64(bytes)).toBe(fingerprint(bytes));
      }),
    );
  });
});
