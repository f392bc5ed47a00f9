import { describe, expect, it } from 'vitest';
import type { Segment } from '../../../../src/delta/align/part-plan.ts';
import { checkSegments } from '../../../../src/delta/bsdiff40/check-segments.ts';

const old = Uint8Array.of(1, 2, 3, 4, 5, 6);
const next = Uint8Array.of(9, 1, 2, 0, 4);
const good: readonly Segment[] = [Uint8Array.of(9), { oldStart: 0, differences: [2, Uint8Array.of(253), 1] }];

describe('checkSegments', () => {
  it('accepts segments that make the new bytes, modulo 256', () => {
    expect(() => checkSegments(good, old, next)).not.toThrow();
    expect(() => checkSegments([], old, new Uint8Array())).not.toThrow();
  });

  it.each<[string, readonly Segment[], string]>([
    ['bring other bytes along', [Uint8Array.of(8), ...good.slice(1)], 'brings other bytes along'],
    ['copy other bytes', [...good.slice(0, 1), { oldStart: 1, differences: [4] }], 'makes other bytes'],
    [
      'add other differences',
      [...good.slice(0, 1), { oldStart: 0, differences: [2, Uint8Array.of(252), 1] }],
      'makes other bytes',
    ],
    ['end early', good.slice(0, 1), 'makes 1 of the 5 new bytes'],
    ['go on', [...good, Uint8Array.of(4)], 'makes more than the 5 new bytes'],
    ['begin before the old bytes', [...good.slice(0, 1), { oldStart: -1, differences: [4] }], 'leaves the old bytes'],
    ['go on behind the old bytes', [...good.slice(0, 1), { oldStart: 3, differences: [4] }], 'leaves the old bytes'],
  ])('refuses segments that %s', (_, segments, message) => {
    expect(() => checkSegments(segments, old, next)).toThrow(`delta: the plan of a part ${message}`);
  });
});
