import { describe, expect, it } from 'vitest';
import { concatBytes, encodeText } from '../../../../src/bytes/bytes.ts';
import { gunzip } from '../../../../src/platform/zlib/gunzip.ts';
import { gzip } from '../../../../src/platform/zlib/gzip.ts';
import { asBrowser } from '../as-browser.ts';

const hello = encodeText('hello, hello, hello');
const zeros = new Uint8Array(10_000_000);
// More than is inflated at once.
const large = concatBytes([zeros, hello, zeros]);

// What runs in a browser gives and refuses the same.
describe.each([['in Node'], ['in a browser']])('gunzip %s', (place) => {
  const run = (stored: Uint8Array, size: number): Promise<Uint8Array> =>
    place === 'in a browser' ? asBrowser(() => gunzip(stored, size)) : gunzip(stored, size);

  it.each([
    ['one member', gzip(hello), hello],
    ['several members', concatBytes([gzip(hello), gzip(hello)]), concatBytes([hello, hello])],
    ['no content', gzip(new Uint8Array()), new Uint8Array()],
    ['more than a piece of content', gzip(zeros), zeros],
    ['large content', gzip(large), large],
    ['large content in several members', concatBytes([gzip(large), gzip(hello)]), concatBytes([large, hello])],
  ])('undoes gzip of %s', async (_, stored, content) => {
    const found = await run(stored, content.length);
    expect(found.constructor).toBe(Uint8Array);
    expect(Buffer.compare(found, content)).toBe(0);
  });

  it.each([
    ['one byte too few is expected', gzip(hello), hello.length - 1],
    ['one byte too many is expected', gzip(hello), hello.length + 1],
    ['nothing is expected', gzip(hello), 0],
    ['the file is cut', gzip(encodeText('abcdefghijklmnopqrstuvwxyz'.repeat(9))).subarray(0, 20), 234],
    ['it is no gzip file', hello, hello.length],
    ['a bomb exceeds what is expected', gzip(zeros), 1000],
    ['large content exceeds what is expected', gzip(large), large.length - 1],
    ['large content is less than what is expected', gzip(large), large.length + 1],
    ['large content is cut', gzip(large).subarray(0, 5000), large.length],
  ])('refuses a file where %s', async (_, stored, size) => {
    await expect(run(stored, size)).rejects.toMatchObject({ code: 'format', message: expect.stringContaining('gzip') });
  });
});
