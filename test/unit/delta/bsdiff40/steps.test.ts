import { describe, expect, it } from 'vitest';
import { checkSteps, joinSteps } from '../../../../src/delta/bsdiff40/steps.ts';

const a = Uint8Array.of(1);
const b = Uint8Array.of(2, 3);

describe('joinSteps', () => {
  it('begins at the start of the old file, even if nothing is copied from there', () => {
    expect(joinSteps([])).toEqual([{ oldStart: 0, differences: [], extra: [] }]);
    expect(joinSteps([a, { oldStart: 5, differences: [4] }])).toEqual([
      { oldStart: 0, differences: [], extra: [a] },
      { oldStart: 5, differences: [4], extra: [] },
    ]);
  });

  it('joins copies that follow each other in the old file, and their zeros', () => {
    const instructions = [
      { oldStart: 0, differences: [4] },
      { oldStart: 4, differences: [2, a] },
      { oldStart: 7, differences: [b, 1] },
    ];
    expect(joinSteps(instructions)).toEqual([{ oldStart: 0, differences: [6, a, b, 1], extra: [] }]);
  });

  it('begins a step where the old position jumps, and where a copy follows inserted bytes', () => {
    const instructions = [
      { oldStart: 0, differences: [4] },
      { oldStart: 9, differences: [2] },
      a,
      b,
      { oldStart: 11, differences: [1] },
    ];
    expect(joinSteps(instructions)).toEqual([
      { oldStart: 0, differences: [4], extra: [] },
      { oldStart: 9, differences: [2], extra: [a, b] },
      { oldStart: 11, differences: [1], extra: [] },
    ]);
  });

  it('does not change the instructions', () => {
    const first = { oldStart: 0, differences: [4] };
    joinSteps([first, { oldStart: 4, differences: [2] }]);
    expect(first.differences).toEqual([4]);
  });
});

describe('checkSteps', () => {
  const step = { oldStart: 3, differences: [4, a], extra: [b] };

  it('accepts steps that make the whole new file out of bytes of the old one', () => {
    expect(() => checkSteps([step], 8, 7)).not.toThrow();
  });

  it.each([
    ['a step that reads past the end of the old file', step, 7, 7, 'delta: a step reads 5 bytes at 3 of 7 old bytes'],
    [
      'a step before the beginning',
      { ...step, oldStart: -1 },
      8,
      7,
      'delta: a step reads 5 bytes at -1 of 8 old bytes',
    ],
    ['steps that make too little', step, 8, 8, 'delta: its steps make 7 of 8 new bytes'],
    ['steps that make too much', step, 8, 6, 'delta: its steps make 7 of 6 new bytes'],
  ])('refuses %s', (_, bad, oldSize, newSize, message) => {
    expect(() => checkSteps([bad], oldSize, newSize)).toThrow(message);
  });
});
