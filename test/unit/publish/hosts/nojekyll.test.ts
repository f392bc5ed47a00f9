import { describe, expect, it } from 'vitest';
import { nojekyllFor } from '../../../../src/publish/hosts/nojekyll.ts';

describe('.nojekyll', () => {
  it.each(['_a/b', 'a/_b', '_'])('is written for a tree with %s', async (path) => {
    const [file, ...others] = nojekyllFor(['a/b', path]);
    expect([file?.path, others]).toEqual(['.nojekyll', []]);
    expect(await file?.content()).toHaveLength(0);
  });

  it.each(['a_b', 'a/b_', 'a-_b/c', 'a'])('is not written for one with %s', (path) => {
    expect(nojekyllFor([path])).toEqual([]);
  });
});
