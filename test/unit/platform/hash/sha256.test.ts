import { describe, expect, it, vi } from 'vitest';
import { encodeText } from '../../../../src/bytes/bytes.ts';
import { sha256 } from '../../../../src/platform/hash/sha256.ts';
import { asBrowser } from '../as-browser.ts';

const places = {
  'in Node': (work) => work(),
  'in a browser': asBrowser,
  // A page over plain http has random numbers of `crypto`, and no `subtle`.
  'in a browser, on a page over plain http': (work) => {
    vi.stubGlobal('crypto', {});
    return asBrowser(work);
  },
  'in a browser without crypto': (work) => {
    vi.stubGlobal('crypto', undefined);
    return asBrowser(work);
  },
} satisfies Record<string, (work: () => Promise<string>) => Promise<string>>;

// FIPS 180-4, examples; `sha256sum` gives the same.
describe.each(Object.entries(places))('sha256 %s', (_, place) => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  ])('gives the digest of %.10j', async (text, digest) => {
    expect(await place(() => sha256(encodeText(text)))).toBe(digest);
  });

  it('gives the digest of a part of a buffer alone', async () => {
    const part = encodeText('xabcx').subarray(1, 4);
    expect(await place(() => sha256(part))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
