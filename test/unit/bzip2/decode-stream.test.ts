import { describe, expect, it } from 'vitest';
import { decodeBzip2Stream } from '../../../src/bzip2/decode-stream.ts';
import { encodeBzip2 } from '../../../src/bzip2/encoder.ts';
import { failureOf } from '../../failure.ts';

const text = new TextEncoder().encode(Array.from({ length: 300 }, (_, i) => `Package: p${i}\n`).join(''));
const two = Buffer.concat([encodeBzip2([text]), encodeBzip2([text.subarray(0, 10), 200_000])]);
const contentOfTwo = Buffer.concat([text, text.subarray(0, 10), Buffer.alloc(200_000)]);

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function decode(bytes: Uint8Array, size: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of decodeBzip2Stream(chunksOf(bytes, size))) parts.push(part);
  return Buffer.concat(parts);
}

describe('decodeBzip2Stream', () => {
  it.each([1, 7, 100, 10_000])('decodes streams that arrive in chunks of %i bytes', async (size) => {
    expect((await decode(two, size)).equals(contentOfTwo)).toBe(true);
  });

  it('decodes more compressed bytes than it holds', async () => {
    const noise = makeNoise(500_000);
    const streams = Array<Uint8Array>(8).fill(encodeBzip2([noise]));
    expect(Buffer.concat(streams).length).toBeGreaterThan(3_500_000);
    const content = await decode(Buffer.concat(streams), 100_000);
    expect(content.equals(Buffer.concat(Array<Buffer>(8).fill(noise)))).toBe(true);
  }, 60_000);

  it('refuses a file wherever it is cut, except between streams', async () => {
    const between = encodeBzip2([text]).length;
    for (let length = 0; length < two.length; length++) {
      if (length === between) continue;
      const { code, message } = await failureOf(decode(two.subarray(0, length), 64));
      expect([code, message]).toEqual(['format', `bzip2: cut off after ${length} bytes`]);
    }
  });

  it('refuses a changed byte, and anything after the last stream', async () => {
    const changed = Buffer.from(two);
    changed[60] = (changed[60] ?? 0) ^ 1;
    expect((await failureOf(decode(changed, 1000))).code).toBe('format');
    const longer = Buffer.concat([two, Buffer.from('more and more')]);
    expect((await failureOf(decode(longer, 1000))).message).toBe('bzip2: expected a stream that begins with BZh');
  });

  it('passes on an error of the source', async () => {
    async function* broken(): AsyncGenerator<Uint8Array, void> {
      yield two.subarray(0, 50);
      throw new Error('lost');
    }
    await expect(decodeBzip2Stream(broken()).next()).rejects.toThrow('lost');
  });
});

function makeNoise(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = 1;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}
