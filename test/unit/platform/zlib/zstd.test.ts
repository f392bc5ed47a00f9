import { describe, expect, it } from 'vitest';
import { readZstd } from '../../../../src/platform/zlib/zstd.ts';

const hex = (digits: string): Buffer => Buffer.from(digits, 'hex');

// What `printf 'hello zst\n' | zstd` writes, the same from a file, with --no-check, by pzstd, with --ultra --long=31, and with a
// dictionary; `printf '' | zstd`; and 300,000 times the letter a.
const streamed = hex('28b52ffd045851000068656c6c6f207a73740ace7b536c');
const sized = hex('28b52ffd240a51000068656c6c6f207a73740ace7b536c');
const unchecked = hex('28b52ffd200a51000068656c6c6f207a73740a');
const parallel = hex('502a4d18040000001700000028b52ffd045851000068656c6c6f207a73740ace7b536c');
const wide = hex('28b52ffd04a851000068656c6c6f207a73740ace7b536c');
const withDictionary = hex('28b52ffd275162053f0a51000068656c6c6f207a73740ace7b536c');
const empty = hex('28b52ffd240001000099e9d851');
const long = hex('28b52ffd04585400001061610100fbff39c00202001061039f04618d5f04a6');

// `zstd -19` of the text below.
const compressed = Buffer.from(
  'KLUv/WQoIb0gAGpg6AoUkJtyQMtmO2rsx6K0RLaswCTjMC6zAKQAogAhEToThlWyIL0Kc+hduuNPG2yJ2kJW7Kv1/Qi3E/QYYpYc8qZxqSNGXkYQx8IiVIh4Z+UahlSBlMmcSELJVL5VcHqRod7oCkWp42vfWTSM9QLUU2WPbiIWggsQnMTW0CI0xvyFdMU6ZycMzxDoYFNooYOUpwQ7JdeOUsU5vjJmH4ZZ6Akp89fdi7Xjxm3StM3reYPDQvH6KDcAABRAwAIGCR44OEAAgBoEEHAAQQEFBgoMCHz1uRy8sFCjOELfRj2Rm5lkdWO81Td3CH4t5Ews78dRlvPCJl2x1e/EnPOCw1hocYiek0VnuHpSxc3rXn4+DpZayJj47x2iFY4xaZy2zbz2vA0OWqhNvOnlqMqJk7Rp/lf+/OrDPd4X6nLHTP964nWH33B2aaOPD582hJlbQhg/gkfIIGNR6HzGMWUwZxZvpFqz0g8decJ5CcEhiIPQIsGh0nAGDppYaHGYpGeIDl+uM6lTkfNfynwUGiy2kK74oXdIoz1HmbRW48avGZ13gqMWihXPvbhGNZw6SarEya/4mGuCVws1IQ73ZYioh5tOmkPfGN6GxNwPvljIhlimn0a5CM5hUjVbxXjHc8YiONxCiwMVPR8d4cpz0hU2y0sO5zPBIhYyUPzpLdHS5PhJlreh8PXndXCEhSrFC70a1YKcZpJINpEBAABM/byauTgTPFuoMOKop+9ETRluPGkdnaPEvP3cwQl+sJAbsbgfaaKUB86f1AkarvMOQ5gzBIc5WGhxkISe0hCdc22ESVfgHAwvZz5cCJZgIRXEd+/d0ZrjxpMsc6Pg1zKv7OAQCyUWT3qpjko4KTxJJJxEv5K5NAdPLJQsDumrS9TCjUYmWeW4IG899yzBt4UUEUvoh5Uoh3OETLqCaynvfE4JAYJWqBKAdY3N99/Cj1JpDBJ4TgGywA+4dXoG4i5WGbhJWY2InFzz0YxRaP4h3RmgZqvWVYeveC0A9hKMnhrGPEnPTL5GId2DYtumo+JrlJLYC5H3oHFE53RCbb1VXR23LFL4snGck1RjyNg/ERCBq+78CRii7Z0tC52yQBDpzfFPQgBxVqj7WIsBdpkfKlGW51+P4Rum2tJ2vWH23KitCcpcP6+2rKNMxQFSzY5yQmOVyq7ZEdtLyFXIHRpCd41QgVX6JTbkkGT2s4NAg8aRjp7ISqTOrncwZcoUKNJMg2DKlClQpEmDwpQpU6BIkwbBlFOmQJEmDYIpU6aBIk0aBFOmTIFimjQIpkyZAkWadFACPjxFA1ltkQwa1ph/kczIkhwihUxalIyK1hD22eDabQw/XH2wZX5Es/fbyJl94cx+N8TPDnQPXA+/Z3JkdgbU5fYblmUKCwi3ArxGM4s=',
  'base64',
);
const text = Array.from({ length: 300 }, (_, i) => `Package: p${i}\nVersion: ${i * i}\n\n`).join('');

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Uint8Array, size = 1000): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of readZstd(chunksOf(bytes, size))) parts.push(part);
  return Buffer.concat(parts).toString('latin1');
}

describe('readZstd', () => {
  it.each([
    ['from a stream', streamed, 'hello zst\n'],
    ['with a size', sized, 'hello zst\n'],
    ['without a checksum', unchecked, 'hello zst\n'],
    ['after a frame to skip', parallel, 'hello zst\n'],
    ['without content', empty, ''],
    ['of several blocks', long, 'a'.repeat(300_000)],
    ['with tables and references', compressed, text],
    ['after another', Buffer.concat([streamed, parallel, empty, unchecked]), 'hello zst\n'.repeat(3)],
  ])('reads a frame %s, in chunks of any size', async (_title, bytes, content) => {
    for (const size of [1, 2, 7, 5000]) expect((await read(bytes, size)) === content, `chunks of ${size}`).toBe(true);
  });

  it.each([
    ['a frame', sized],
    ['a frame without a checksum', unchecked],
    ['a frame to skip and another', parallel],
  ])('refuses %s wherever it is cut', async (_title, bytes) => {
    for (let length = 0; length < bytes.length; length++) {
      // After a frame to skip, the file may end.
      if (bytes === parallel && length === 12) continue;
      await expect(read(bytes.subarray(0, length)), `${length} bytes`).rejects.toThrow(/^unexpected end of file$/);
    }
  });

  it('refuses a file whichever of its bytes is changed, unless it has the same content', async () => {
    for (const [bytes, content] of [
      [sized, 'hello zst\n'],
      [compressed, text],
    ] as const) {
      for (let at = 0; at < bytes.length; at++) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 0x40;
        const outcome = await read(changed).then(
          (found) => found === content,
          (error: unknown) => /zstd data|^unexpected end of file$/.test(String(Object(error).message)),
        );
        expect(outcome, `byte ${at}`).toBe(true);
      }
    }
  });

  it.each([
    ['a dictionary that is not there', withDictionary, 'zstd data that needs a dictionary'],
    ['a window of two gigabytes', wide, 'zstd data with a window of 2147483648 bytes: expected at most 134217728'],
    [
      'something else after it',
      Buffer.concat([sized, Buffer.from('hello')]),
      'not zstd data, or something else after it',
    ],
    ['zeros after it', Buffer.concat([sized, Buffer.alloc(8)]), 'not zstd data, or something else after it'],
    [
      'another size than it says',
      Buffer.concat([unchecked.subarray(0, 5), hex('0b'), unchecked.subarray(6)]),
      'corrupt zstd data',
    ],
    ['a reserved type of block', hex('28b52ffd200a57000068656c6c6f207a73740a'), 'corrupt zstd data'],
    ['a block larger than its content', hex('28b52ffd2001510000616161616161616161'), 'corrupt zstd data'],
    ['a reserved bit', hex('28b52ffd280a51000068656c6c6f207a73740a'), 'corrupt zstd data'],
  ])('refuses a frame with %s', async (_title, bytes, message) => {
    await expect(read(bytes)).rejects.toThrow(new RegExp(`^${message}$`));
  });

  it('closes its source when the reader stops', async () => {
    let isClosed = false;
    async function* source(): AsyncGenerator<Uint8Array, void> {
      try {
        yield* chunksOf(long, 8);
      } finally {
        isClosed = true;
      }
    }
    for await (const part of readZstd(source())) {
      expect(part.length).toBeGreaterThan(0);
      break;
    }
    expect(isClosed).toBe(true);
  });
});
