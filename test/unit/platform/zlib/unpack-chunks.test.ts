import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { concatBytes, encodeText } from '../../../../src/bytes/bytes.ts';
import { RepomillError } from '../../../../src/errors.ts';
import { isUnpackable, type UnpackedSuffix, unpackChunks } from '../../../../src/platform/zlib/unpack-chunks.ts';
import { storedXz } from '../../../debian-package.ts';

const text = encodeText('a line of text\n'.repeat(5000));
const packed: Readonly<Record<UnpackedSuffix, Uint8Array>> = {
  '': text,
  '.gz': concatBytes([gzipSync(text.subarray(0, 100)), gzipSync(text.subarray(100))]),
  '.xz': storedXz(text),
};

async function* inParts(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function unpack(suffix: UnpackedSuffix, chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of unpackChunks(suffix, chunks)) parts.push(part.slice());
  return concatBytes(parts);
}

describe('unpacking piece by piece', () => {
  it.each<UnpackedSuffix>(['', '.gz', '.xz'])('gives the content of a file: "%s"', async (suffix) => {
    for (const size of [7, 1000, 1e6]) expect(await unpack(suffix, inParts(packed[suffix], size))).toEqual(text);
    expect(isUnpackable(suffix)).toBe(true);
    expect(isUnpackable('.bz2')).toBe(false);
  });

  it.each<[string, UnpackedSuffix, Uint8Array, string]>([
    ['a gzip file that is cut off', '.gz', packed['.gz'].subarray(0, -5), 'gzip: unexpected end of file'],
    ['an empty gzip file', '.gz', new Uint8Array(0), 'gzip: unexpected end of file'],
    ['a gzip file with something after it', '.gz', concatBytes([packed['.gz'], encodeText('x')]), 'gzip: '],
    ['something else for gzip', '.gz', text, 'gzip: incorrect header check'],
    ['an xz file that is cut off', '.xz', packed['.xz'].subarray(0, -5), 'xz: '],
    ['something else for xz', '.xz', text, 'xz: corrupt xz data'],
  ])('refuses %s', async (_, suffix, bytes, message) => {
    await expect(unpack(suffix, inParts(bytes, 1000))).rejects.toMatchObject({
      code: 'format',
      message: expect.stringContaining(message),
    });
  });

  it.each<UnpackedSuffix>(['', '.gz', '.xz'])('passes on what the source throws: "%s"', async (suffix) => {
    const failing = async function* (): AsyncGenerator<Uint8Array, void> {
      yield packed[suffix].subarray(0, 20);
      throw new RepomillError('transport', 'the host is gone');
    };
    await expect(unpack(suffix, failing())).rejects.toMatchObject({ code: 'transport', message: 'the host is gone' });
  });

  it('reads one xz file after another that was left in the middle', async () => {
    for await (const part of unpackChunks('.xz', inParts(packed['.xz'], 1000))) {
      expect(part.length).toBeGreaterThan(0);
      break;
    }
    expect(await unpack('.xz', inParts(packed['.xz'], 1000))).toEqual(text);
  });
});
