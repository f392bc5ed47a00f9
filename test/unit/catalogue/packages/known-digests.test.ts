import { describe, expect, it } from 'vitest';
import { KnownDigests } from '../../../../src/catalogue/packages/known-digests.ts';
import type { FileStamp } from '../../../../src/platform/files/file-stamp.ts';
import { digestOf } from '../../../../src/platform/hash/sha256.ts';
import { openWorkspace } from '../../../../src/platform/workspace/workspace.ts';
import { listPaths, makeWorkspace } from '../../../workspace.ts';

const SECOND = 1_000_000_000n;
const sha256 = digestOf(new Uint8Array());
const other = digestOf(new Uint8Array(1));
/** A stamp of 5 bytes that last changed at a second and a bit. */
const stampAt = (seconds: number, inode = 1): FileStamp => {
  const time = BigInt(seconds) * SECOND + 7n;
  return { size: 5, text: `5 ${time} ${time} ${inode}`, changedAt: time };
};

/** Builds on one cache: each is begun at a second of its own. */
function builds() {
  const temporary = makeWorkspace();
  return {
    temporary,
    begin: (second: number, directory = '/packages') =>
      new KnownDigests(directory, openWorkspace({ cache: undefined, temporary }), BigInt(second) * SECOND),
  };
}

describe('a digest', () => {
  it('is known to the next build as long as the stamp is the same', () => {
    const { begin } = builds();
    const first = begin(100);
    expect(first.find('/packages/a', stampAt(10))).toBeUndefined();
    first.add('/packages/a', stampAt(10), sha256);
    first.save();
    const second = begin(200);
    expect(second.find('/packages/a', stampAt(10))).toBe(sha256);
    expect(second.find('/packages/a', stampAt(11))).toBeUndefined();
    expect(second.find('/packages/a', stampAt(10, 2))).toBeUndefined();
    expect(second.find('/packages/b', stampAt(10))).toBeUndefined();
    expect(begin(200, '/other').find('/packages/a', stampAt(10))).toBeUndefined();
  });

  it('is not remembered of a file that changed a moment before it was hashed, or afterwards', () => {
    const { begin } = builds();
    const first = begin(100);
    first.add('/packages/just-now', { ...stampAt(100), changedAt: 100n * SECOND - 1n }, sha256);
    first.add('/packages/meanwhile', stampAt(101), sha256);
    first.add('/packages/settled', stampAt(99), sha256);
    first.save();
    const second = begin(200);
    expect(second.find('/packages/just-now', stampAt(100))).toBeUndefined();
    expect(second.find('/packages/meanwhile', stampAt(101))).toBeUndefined();
    expect(second.find('/packages/settled', stampAt(99))).toBe(sha256);
  });

  it('that is computed again replaces what was known, even if the file is not settled', () => {
    const { begin } = builds();
    const first = begin(100);
    first.add('/packages/a', stampAt(10), sha256);
    first.save();
    const second = begin(200);
    second.add('/packages/a', stampAt(199), other);
    second.save({ keepsOthers: true });
    expect(begin(300).find('/packages/a', stampAt(10))).toBeUndefined();
    expect(begin(300).find('/packages/a', stampAt(199))).toBe(other);
  });

  it('is still known after a link was made, which changed the stamp', () => {
    const { begin } = builds();
    const linked = {
      ...stampAt(10),
      text: `5 ${10n * SECOND + 7n} ${150n * SECOND + 7n} 1`,
      changedAt: 150n * SECOND + 7n,
    };
    const first = begin(100);
    first.add('/packages/a', stampAt(10), sha256);
    first.save();
    first.noteLink('/packages/a', linked);
    first.save();
    expect(begin(200).find('/packages/a', linked)).toBe(sha256);
    expect(begin(200).find('/packages/a', stampAt(10))).toBeUndefined();
  });

  it('is not known any more if the file was written to since', () => {
    const { begin } = builds();
    const first = begin(100);
    first.add('/packages/a', stampAt(10), sha256);
    first.noteLink('/packages/a', stampAt(99));
    first.save();
    expect(begin(200).find('/packages/a', stampAt(99))).toBeUndefined();
  });

  it('is forgotten if a build does not ask for it, but not while it is still at work', () => {
    const { begin } = builds();
    const first = begin(100);
    for (const name of ['a', 'b']) first.add(`/packages/${name}`, stampAt(10), sha256);
    first.save();
    const second = begin(200);
    second.find('/packages/a', stampAt(10));
    second.save({ keepsOthers: true });
    expect(begin(250).find('/packages/b', stampAt(10))).toBe(sha256);
    second.save();
    expect(begin(300).find('/packages/b', stampAt(10))).toBeUndefined();
    expect(begin(300).find('/packages/a', stampAt(10))).toBe(sha256);
  });

  it('costs one file for all', () => {
    const { begin, temporary } = builds();
    const first = begin(100);
    for (let i = 0; i < 1000; i++) first.add(`/packages/${i}`, stampAt(10, i), sha256);
    first.save();
    expect(listPaths(temporary)).toHaveLength(1);
  });
});
