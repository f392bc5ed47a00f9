import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../src/bytes/bytes.ts';
import { sha256 } from '../../../../src/platform/hash/sha256.ts';
import { asBrowser } from '../as-browser.ts';

// FIPS 180-4, examples; `sha256sum` gives the same.
describe.each([['in Node'], ['in a browser']])('sha256 %s', (place) => {
  const run = (bytes: Uint8Array): Promise<string> =>
    place === 'in a browser' ? asBrowser(() => sha256(bytes)) : sha256(bytes);

  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ])('gives the digest of %j', async (text, digest) => {
    expect(await run(encodeText(text))).toBe(digest);
  });

  it('gives the digest of a part of a buffer alone', async () => {
    const part = encodeText('xabcx').subarray(1, 4);
    expect(await run(part)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
