import { appendFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileStampOf } from '../../../../src/platform/files/file-stamp.ts';
import { hashFile, readFileChunks } from '../../../../src/platform/files/hash-file.ts';
import { makeWorkspace, sha256Of } from '../../../workspace.ts';

const workspace = makeWorkspace();

describe('hashing a file', () => {
  it.each([0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3_000_000])(
    'gives the SHA-256 of %i bytes, and its stamp',
    async (size) => {
      const file = join(workspace, String(size));
      const bytes = Buffer.alloc(size, 'repomill');
      writeFileSync(file, bytes);
      const stamp = fileStampOf(statSync(file, { bigint: true }));
      expect(await hashFile(file)).toEqual({ sha256: sha256Of(bytes), stamp });
    },
  );

  it('refuses a file that grows meanwhile', async () => {
    const file = join(workspace, 'growing');
    // Larger than a turn: the append happens between two.
    writeFileSync(file, Buffer.alloc(80 << 20));
    const hashing = hashFile(file);
    appendFileSync(file, 'more');
    await expect(hashing).rejects.toMatchObject({
      code: 'transport',
      path: file,
      message: 'changed while it was read',
    });
  });

  it('refuses what is missing, and what is no file', async () => {
    mkdirSync(join(workspace, 'folder'));
    await expect(hashFile(join(workspace, 'none'))).rejects.toMatchObject({
      code: 'not-found',
      message: 'cannot read: no such file or directory',
    });
    await expect(hashFile(join(workspace, 'folder'))).rejects.toMatchObject({
      code: 'transport',
      message: 'expected a file, found a directory',
    });
  });

  it('reads a file piece by piece', async () => {
    const file = join(workspace, 'pieces');
    writeFileSync(file, Buffer.alloc(2_500_000, 'x'));
    const lengths: number[] = [];
    for await (const chunk of readFileChunks(file)) lengths.push(chunk.length);
    expect(lengths).toEqual([1 << 20, 1 << 20, 2_500_000 - (2 << 20)]);
  });
});
