import { describe, expect, it } from 'vitest';
import { deflate, gunzipInJs, gunzipWithin, gzip, inflate } from '../../../../src/platform/zlib/gzip.ts';

/** Bytes that nothing compresses: a linear congruential generator. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

const hello = new TextEncoder().encode('hello, hello, hello');

describe('gzip', () => {
  it('gives the same bytes at any time', () => {
    expect(Buffer.from(gzip(hello)).toString('hex')).toBe(Buffer.from(gzip(hello)).toString('hex'));
    expect([...gzip(hello).subarray(4, 8)]).toEqual([0, 0, 0, 0]);
  });

  it('is undone by gunzipInJs, in one member or several', () => {
    const two = Buffer.concat([gzip(hello), gzip(hello)]);
    expect(gunzipInJs(gzip(hello), hello.length)).toEqual(hello);
    expect(Buffer.from(gunzipInJs(two, 2 * hello.length)).toString()).toBe('hello, hello, hellohello, hello, hello');
  });
});

describe('gunzipInJs', () => {
  it.each([
    ['one byte too few is expected', gzip(hello), hello.length - 1],
    ['one byte too many is expected', gzip(hello), hello.length + 1],
    ['the file is cut', gzip(noise(1000, 1)).subarray(0, 500), 1000],
    ['it is no gzip file', hello, hello.length],
    ['a bomb exceeds what is expected', gzip(new Uint8Array(10_000_000)), 1000],
  ])('refuses a file where %s', (_, stored, size) => {
    expect(() => gunzipInJs(stored, size)).toThrow(/gzip/);
  });

  it('gives up a bomb at the bound', { timeout: 30_000 }, () => {
    expect(() => gunzipWithin(gzip(new Uint8Array(10_000_000)), 9_999_999)).toThrow(/more than the expected 9999999/);
    expect(gunzipWithin(gzip(new Uint8Array(10_000_000)), 10_000_000).length).toBe(10_000_000);
  });
});

describe('deflate', () => {
  it.each([
    ['no dictionary', hello, undefined],
    ['a dictionary', hello, new TextEncoder().encode('hello, ')],
    ['a short dictionary and incompressible content', noise(1000, 2), noise(4, 1)],
    ['a long dictionary and incompressible content', noise(1000, 2), noise(32_768, 1)],
    ['empty content', new Uint8Array(), hello],
  ])('is undone by inflate with %s', (_, content, dictionary) => {
    expect(inflate(deflate(content, dictionary), content.length, dictionary)).toEqual(content);
  });

  it('is refused by inflate where the content is longer or shorter than expected', () => {
    expect(() => inflate(deflate(hello, undefined), hello.length - 1, undefined)).toThrow(/zlib: expected/);
    expect(() => inflate(deflate(hello, undefined), hello.length + 1, undefined)).toThrow(/zlib: expected/);
  });
});
