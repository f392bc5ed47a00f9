import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Digest } from '../../../../src/model/digest.ts';
import type { FileStamp } from '../../../../src/platform/files/file-stamp.ts';
import type { DigestMemory } from '../../../../src/platform/files/hash-file.ts';
import { noDigests, type StoredFile, withStoredFile } from '../../../../src/platform/files/stored-file.ts';
import { failureOf } from '../../../failure.ts';
import { makeWorkspace } from '../../../workspace.ts';

const directory = makeWorkspace();
const content = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * i) >> 7);
const large = join(directory, 'large');
writeFileSync(large, content);
writeFileSync(join(directory, 'small'), 'hello world');

const sha256Of = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** A memory that keeps what it is told. */
function memory(): DigestMemory & { readonly asked: string[] } {
  const known = new Map<string, { readonly stamp: FileStamp; readonly sha256: Digest }>();
  const asked: string[] = [];
  return {
    asked,
    find(file, stamp) {
      asked.push(file);
      const found = known.get(file);
      return found?.stamp.text === stamp.text ? found.sha256 : undefined;
    },
    add: (file, stamp, sha256) => void known.set(file, { stamp, sha256 }),
  };
}

describe('a file on disk', () => {
  it('is read in any order, and has a size and a digest', async () => {
    await withStoredFile(large, noDigests, async (file) => {
      expect(file.size).toBe(3_000_000);
      for (const [start, length] of [
        [2_999_990, 10],
        [0, 20],
        [32_760, 16],
        [32_768, 5],
        [100, 0],
      ] as const) {
        expect(file.read(start, length)).toEqual(content.subarray(start, start + length));
      }
      expect(await file.sha256()).toBe(sha256Of(content));
    });
  });

  it('has no bytes after its end or before its beginning', async () => {
    const readAt = (start: number, length: number) =>
      failureOf(withStoredFile(large, noDigests, async (file) => file.read(start, length)));
    expect((await readAt(2_999_999, 2)).message).toBe('unexpected end of file');
    expect((await readAt(4_000_000, 1)).message).toBe('unexpected end of file');
    expect((await readAt(-1, 1)).message).toBe('unexpected end of file');
  });

  it('says the size and the digest of a file beside it, or that there is none', async () => {
    await withStoredFile(large, noDigests, async (file) => {
      expect(await file.neighbour('small')).toEqual({ size: 11, sha256: sha256Of('hello world') });
      expect(await file.neighbour('none')).toBeUndefined();
    });
  });

  it('is not hashed if its digest is known for its stamp', async () => {
    const digests = memory();
    const both = async (file: StoredFile) => [await file.sha256(), (await file.neighbour('small'))?.sha256];
    const first = await withStoredFile(large, digests, both);
    expect(await withStoredFile(large, { ...digests, add: () => expect.fail('hashed again') }, both)).toEqual(first);
    expect(new Set(digests.asked)).toEqual(new Set([large, join(directory, 'small')]));
  });

  it('that changes while it is read, is a directory, or is missing is an error', async () => {
    const changing = join(directory, 'changing');
    writeFileSync(changing, 'a');
    const failure = await failureOf(withStoredFile(changing, noDigests, async () => appendFileSync(changing, 'b')));
    expect([failure.code, failure.message]).toEqual(['transport', 'changed while it was read']);
    mkdirSync(join(directory, 'folder'));
    const use = async (): Promise<void> => expect.fail('opened');
    expect((await failureOf(withStoredFile(join(directory, 'folder'), noDigests, use))).message).toBe(
      'expected a file, found a directory',
    );
    expect((await failureOf(withStoredFile(join(directory, 'none'), noDigests, use))).code).toBe('not-found');
  });
});
