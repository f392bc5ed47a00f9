import { describe, expect, it } from 'vitest';
import { applyDelta } from '../../../../src/delta/apply-delta.ts';
import { formatBsdiff40 } from '../../../../src/delta/bsdiff40/format-bsdiff40.ts';
import { parseBsdiff40 } from '../../../../src/delta/bsdiff40/parse-bsdiff40.ts';
import type { BsdiffStep } from '../../../../src/delta/bsdiff40/steps.ts';
import { formatRawDelta } from '../raw-delta.ts';

const END = 2 ** 53 - 1;

function controlsOf(steps: readonly BsdiffStep[], newSize: number): number[] {
  return [...parseBsdiff40(formatBsdiff40(steps, newSize), { maxNewSize: newSize }).controls];
}

function step(
  oldStart: number,
  differences: BsdiffStep['differences'] = [],
  extra: BsdiffStep['extra'] = [],
): BsdiffStep {
  return { oldStart, differences, extra };
}

describe('formatBsdiff40', () => {
  it('writes a control for each step, whose seek leads to the next one', () => {
    const steps = [
      step(0, [4, Uint8Array.of(1)], [Uint8Array.of(7, 8), Uint8Array.of(9)]),
      step(2, [3]),
      step(100, [1]),
    ];
    expect(controlsOf(steps, 12)).toEqual([5, 3, -3, 3, 0, 95, 1, 0, 0]);
    const delta = formatBsdiff40(steps, 12);
    const old = Uint8Array.from({ length: 101 }, (_, i) => i);
    expect([...applyDelta(old, delta, 12)]).toEqual([0, 1, 2, 3, 5, 7, 8, 9, 2, 3, 4, 100]);
  });

  it('writes the parts section by section', () => {
    const steps = [step(0, [2, Uint8Array.of(5)], [Uint8Array.of(6)]), step(1, [1])];
    const raw = formatRawDelta({
      controls: [
        [3n, 1n, -2n],
        [1n, 0n, 0n],
      ],
      diff: Uint8Array.of(0, 0, 5, 0),
      extra: Uint8Array.of(6),
    });
    expect(formatBsdiff40(steps, 5)).toEqual(raw);
  });

  it('turns a last step that makes nothing into the seek of the one before it', () => {
    expect(controlsOf([step(0, [5]), step(3)], 5)).toEqual([5, 0, -2]);
    expect(controlsOf([step(0, [5])], 5)).toEqual([5, 0, 0]);
  });

  it('keeps other steps that make nothing, as bsdiff writes them', () => {
    expect(controlsOf([step(0), step(50, [1])], 1)).toEqual([0, 0, 50, 1, 0, 0]);
    expect(controlsOf([step(0, [1]), step(9), step(5, [1])], 2)).toEqual([1, 0, 8, 0, 0, -4, 1, 0, 0]);
  });

  it('leads to a first step that does not begin at the start of the old file', () => {
    expect(controlsOf([step(50, [1])], 1)).toEqual([0, 0, 50, 1, 0, 0]);
  });

  it('writes seeks of up to 2^53 - 1 either way', () => {
    expect(controlsOf([step(END), step(0, [], [Uint8Array.of(1)])], 1)).toEqual([0, 0, END, 0, 0, -END, 0, 1, 0]);
  });

  it('writes three empty streams after the header for an empty file, with or without a last position', () => {
    const empty = formatRawDelta({ controls: [] });
    expect(formatBsdiff40([], 0)).toEqual(empty);
    expect(formatBsdiff40([step(0)], 0)).toEqual(empty);
    expect(empty.length).toBe(32 + 3 * 14);
  });

  it.each([4, 6])('refuses steps that make 5 bytes instead of %i', (newSize) => {
    expect(() => formatBsdiff40([step(0, [2, Uint8Array.of(1)], [Uint8Array.of(1, 2)])], newSize)).toThrow(
      expect.objectContaining({ code: 'format', message: `delta: its steps make 5 of ${newSize} bytes` }),
    );
  });
});
