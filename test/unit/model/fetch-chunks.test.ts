import { describe, expect, it } from 'vitest';
import { memorySource } from '../../../src/client/in-memory.ts';
import { fetchChunks } from '../../../src/model/fetch-chunks.ts';
import type { FetchRequest, Source } from '../../../src/model/source.ts';

const MiB = 1024 * 1024;

/** A source that holds one file, and what it was asked for. */
function noting(
  bytes: Uint8Array,
  hasRanges = true,
): { readonly source: Source; readonly asked: FetchRequest['range'][] } {
  const inner = memorySource(new Map([['pool/a', bytes]]));
  const asked: FetchRequest['range'][] = [];
  return {
    asked,
    source: {
      ...inner,
      fetch(path, { range, ...request }) {
        asked.push(range);
        return inner.fetch(path, range === undefined || !hasRanges ? request : { ...request, range });
      },
    },
  };
}

async function lengthsOf(source: Source, path: string, size: number): Promise<readonly number[]> {
  const lengths: number[] = [];
  for await (const chunk of fetchChunks(source, path, size)) lengths.push(chunk.length);
  return lengths;
}

describe('fetching a large file', () => {
  it('asks for eight megabytes at a time', async () => {
    const { source, asked } = noting(new Uint8Array(17 * MiB));
    expect(await lengthsOf(source, 'pool/a', 17 * MiB)).toEqual([8 * MiB, 8 * MiB, MiB]);
    expect(asked).toEqual([
      { start: 0, length: 8 * MiB },
      { start: 8 * MiB, length: 8 * MiB },
      { start: 16 * MiB, length: MiB },
    ]);
  });

  it('takes the whole from a source without ranges', async () => {
    const { source, asked } = noting(new Uint8Array(9 * MiB), false);
    expect(await lengthsOf(source, 'pool/a', 9 * MiB)).toEqual([9 * MiB]);
    expect(asked).toHaveLength(1);
  });

  it('ends early where the file does', async () => {
    expect(await lengthsOf(noting(new Uint8Array(5)).source, 'pool/a', 9)).toEqual([5, 0]);
  });

  it('gives no bytes of an empty file, and refuses a longer one', async () => {
    expect(await lengthsOf(noting(new Uint8Array(0)).source, 'pool/a', 0)).toEqual([0]);
    await expect(lengthsOf(noting(new Uint8Array(1), false).source, 'pool/a', 0)).rejects.toMatchObject({
      code: 'integrity',
    });
  });

  it('refuses a file that is missing', async () => {
    await expect(lengthsOf(noting(new Uint8Array(1)).source, 'pool/b', 3)).rejects.toMatchObject({
      code: 'not-found',
      path: 'pool/b',
    });
  });
});
