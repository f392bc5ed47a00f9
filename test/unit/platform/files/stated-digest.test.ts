import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checkStatedBytes,
  checkStatedFile,
  checkStatedSize,
  type StatedDigest,
} from '../../../../src/platform/files/stated-digest.ts';
import { failureOf } from '../../../failure.ts';
import { makeWorkspace, writeFiles } from '../../../workspace.ts';

const bytes = new TextEncoder().encode('Package: a\n');
const file = join(writeFiles(makeWorkspace(), { Packages: bytes }), 'Packages');
const sha256 = createHash('sha256').update(bytes).digest('base64url');

/** What a Release would say of bytes. */
const statedOf = (algorithm: StatedDigest['algorithm'], content: Uint8Array = bytes): StatedDigest => {
  const name = algorithm === 'MD5Sum' ? 'md5' : algorithm.toLowerCase();
  const hex = createHash(name).update(content).digest('hex');
  return { size: content.length, algorithm, hex, by: 'InRelease' };
};

const refusalOf = async (check: () => void): Promise<readonly unknown[]> => {
  const { code, path, message } = await failureOf((async () => check())());
  return [code, path, message];
};

describe.each(['MD5Sum', 'SHA1', 'SHA256', 'SHA512'] as const)('what is stated with %s', (algorithm) => {
  const other = statedOf(algorithm, new TextEncoder().encode('Package: b\n'));
  const { hex } = statedOf(algorithm);

  it('is true of bytes and of a file', () => {
    expect(() => checkStatedBytes('p', bytes, statedOf(algorithm))).not.toThrow();
    expect(() => checkStatedFile(file, 'p', sha256, statedOf(algorithm))).not.toThrow();
  });

  it('is refused if it is not, with both digests', async () => {
    const refusal = ['integrity', 'p', `expected ${algorithm} ${other.hex}, as InRelease says, found ${hex}`];
    expect(await refusalOf(() => checkStatedBytes('p', bytes, other))).toEqual(refusal);
    expect(await refusalOf(() => checkStatedFile(file, 'p', sha256, other))).toEqual(refusal);
  });
});

describe('a size that is stated', () => {
  it('is compared before the digest', async () => {
    const stated = { ...statedOf('SHA256'), size: 12_345 };
    const refusal = ['integrity', 'p', 'expected 12,345 bytes, as InRelease says, found 11'];
    expect(await refusalOf(() => checkStatedSize('p', bytes.length, stated))).toEqual(refusal);
    expect(await refusalOf(() => checkStatedBytes('p', bytes, stated))).toEqual(refusal);
  });
});

describe('a file that is gone', () => {
  it('is told under the name that the user knows', async () => {
    const gone = join(writeFiles(makeWorkspace(), { x: '' }), 'x');
    rmSync(gone);
    expect(await refusalOf(() => checkStatedFile(gone, 'p', sha256, statedOf('SHA512')))).toEqual([
      'not-found',
      'p',
      'cannot read: no such file or directory',
    ]);
  });
});
