import { gunzipSync } from 'node:zlib';
import { gzip as pako, Z_FILTERED } from 'pako';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../src/bytes/bytes.ts';
import { digestOf } from '../../../../src/platform/hash/sha256.ts';
import { gzip } from '../../../../src/platform/zlib/gzip.ts';
import { gzipMember, gzipSample, gzipText, SAMPLE_DIGEST } from '../../../../src/platform/zlib/gzip-text.ts';

describe('gzipText', () => {
  const digests = encodeText(Array.from({ length: 200 }, (_, i) => `${digestOf(encodeText(`${i}`))}\n`).join(''));

  it('gives one member that Node reads, without name and time', () => {
    for (const text of [digests, encodeText('a'), new Uint8Array(), new Uint8Array(100_000).fill(65)]) {
      const stored = gzipText(text);
      expect(digestOf(gunzipSync(stored))).toBe(digestOf(text));
      expect([...stored.subarray(0, 8)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
    }
  });

  it('gives the same bytes on every machine', () => {
    expect(digestOf(gzipText(digests))).toBe('e9e16882f2c1c11152f396cf5e55f5355057c3d2d2b67e807ea0e0ca50b8adbc');
  });

  it('gives fewer bytes than fflate for text with digests', () => {
    expect(gzipText(digests).length).toBeLessThan(gzip(digests).length * 0.98);
  });
});

describe('gzipMember', () => {
  it('makes what pako makes, whichever of the two compresses', () => {
    const sample = gzipSample();
    const expected = pako(sample, { level: 9, strategy: Z_FILTERED });
    expect(digestOf(expected)).toBe(SAMPLE_DIGEST);
    for (const size of [0, 1, 300, 70_000, sample.length]) {
      const text = sample.subarray(0, size);
      expect(gzipMember(text)).toEqual(pako(text, { level: 9 }));
    }
  });
});
