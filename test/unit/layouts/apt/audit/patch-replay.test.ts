import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../../src/bytes/bytes.ts';
import { PatchReplay } from '../../../../../src/layouts/apt/audit/patch-replay.ts';
import { type LinePatch, patchText } from '../../../../../src/layouts/apt/format/line-patch.ts';
import { digestOf } from '../../../../../src/platform/hash/sha256.ts';

const older = encodeText('one\ntwo\nthree\nfour\nfive\n');

function replay(patch: LinePatch, size: number, text = older): unknown {
  const work = new PatchReplay(patch);
  for (let at = 0; at < text.length; at += size) work.push(text.subarray(at, at + size));
  return work.finish();
}

describe('a patch that is applied piece by piece', () => {
  it.each<[string, LinePatch, string]>([
    ['nothing', [], 'one\ntwo\nthree\nfour\nfive\n'],
    ['at the start', [{ start: 0, removed: 1, lines: ['x', 'y'] }], 'x\ny\ntwo\nthree\nfour\nfive\n'],
    ['at the end', [{ start: 5, removed: 0, lines: ['six'] }], 'one\ntwo\nthree\nfour\nfive\nsix\n'],
    ['all of it', [{ start: 0, removed: 5, lines: [] }], ''],
    [
      'two places',
      [
        { start: 1, removed: 1, lines: [] },
        { start: 3, removed: 0, lines: ['x'] },
      ],
      'one\nthree\nx\nfour\nfive\n',
    ],
  ])('%s', (_, patch, result) => {
    for (const size of [1, 3, 4, 100]) {
      expect(replay(patch, size)).toEqual({ sha256: digestOf(encodeText(result)), size: result.length });
    }
    expect(patchText(older, patch)).toEqual(encodeText(result));
  });

  it('refuses an older file with too few lines, or with half of one', () => {
    const message = 'expected an older version of at least 6 lines, found 5';
    expect(() => replay([{ start: 6, removed: 0, lines: ['x'] }], 4)).toThrow(message);
    expect(() => replay([{ start: 5, removed: 1, lines: [] }], 4)).toThrow(message);
    const cut = older.subarray(0, -1);
    expect(() => replay([{ start: 5, removed: 0, lines: ['x'] }], 4, cut)).toThrow(
      'expected an older version of at least 5 lines, found 4',
    );
  });
});
