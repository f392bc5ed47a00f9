import { describe, expect, it } from 'vitest';
import { type Digest, isDigest } from '../../../src/model/digest.ts';
import { olderVersions } from '../../../src/publish/older-versions.ts';

const [now, was, first] = [digest('a'), digest('b'), digest('c')];

describe('older versions of a summary', () => {
  it('are the published one and those before it, newest first', () => {
    expect(olderVersions({ sha256: was, history: [first] }, now)).toEqual([was, first]);
  });

  it('are only those before it if the published one is the newest', () => {
    expect(olderVersions({ sha256: now, history: [was, first] }, now)).toEqual([was, first]);
  });

  it('leave out a version that became the newest again', () => {
    expect(olderVersions({ sha256: was, history: [now, first] }, now)).toEqual([was, first]);
  });

  it('have each version once', () => {
    expect(olderVersions({ sha256: was, history: [first, was, first] }, now)).toEqual([was, first]);
  });
});

function digest(letter: string): Digest {
  const text = letter.repeat(64);
  if (!isDigest(text)) throw new Error(`${text}: no digest`);
  return text;
}
