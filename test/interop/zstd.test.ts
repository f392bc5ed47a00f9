import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readZstd } from '../../src/platform/zlib/zstd.ts';
import { requireProgram } from './programs.ts';

const hasZstd = requireProgram('zstd');

const text = Buffer.from(
  Array.from({ length: 30_000 }, (_, i) => `Package: p${i % 977}\nVersion: ${i * i}\n\n`).join(''),
);
const noise = Buffer.from(Array.from({ length: 300_000 }, (_, i) => Math.imul(i ^ (i >> 7), 2654435761) >>> 13));
const contents: readonly (readonly [title: string, content: Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['a byte', Buffer.from('a')],
  ['text', text],
  ['bytes without a pattern', noise],
  ['zeros', Buffer.alloc(5_000_000)],
  ['text, bytes and the same text from far away', Buffer.concat([text, noise, noise, noise, text])],
];

function compress(content: Buffer, options: readonly string[]): Buffer {
  return execFileSync('zstd', ['-q', '-c', ...options], { input: content, maxBuffer: 1 << 28 });
}

async function read(bytes: Buffer): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  async function* chunks(): AsyncGenerator<Uint8Array, void> {
    for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
  }
  for await (const part of readZstd(chunks())) parts.push(part);
  return Buffer.concat(parts);
}

describe.skipIf(!hasZstd)('readZstd', () => {
  it.each(contents)(
    'reads what zstd writes at any level: %s',
    async (_title, content) => {
      for (const options of [['-1'], ['-3', '--no-check'], ['-19'], ['--fast=9'], ['-9', '--long=27']]) {
        const found = await read(compress(content, options));
        expect(found.equals(content), options.join(' ')).toBe(true);
      }
    },
    60_000,
  );

  it('reads any bytes', async () => {
    const content = fc.array(fc.oneof(fc.nat(3), fc.nat(255)), { maxLength: 3000 });
    await fc.assert(
      fc.asyncProperty(content, fc.constantFrom('-1', '-6', '-19'), async (bytes, level) => {
        const compressed = compress(Buffer.from(bytes), [level]);
        expect([...(await read(compressed))]).toEqual(bytes);
      }),
      { numRuns: 30 },
    );
  }, 60_000);
});
