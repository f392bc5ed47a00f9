import { describe, expect, it } from 'vitest';
import { median, summarise } from '../../../bench/statistics.ts';

describe('median', () => {
  it('is the middle value of an odd number, in whatever order', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it('is the mean of the middle two of an even number', () => {
    expect(median([10, 1, 2, 4])).toBe(3);
  });

  it('compares numbers as numbers', () => {
    expect(median([10, 9, 100])).toBe(10);
  });

  it('refuses an empty list', () => {
    expect(() => median([])).toThrow('median: expected a value, found none');
  });
});

describe('summarise', () => {
  it('takes each median alone, and the spread as a part of the median time', () => {
    const runs = [
      { seconds: 2, cpuSeconds: 5, peakBytes: 300 },
      { seconds: 4, cpuSeconds: 3, peakBytes: 100 },
      { seconds: 1, cpuSeconds: 4, peakBytes: 200 },
    ];
    expect(summarise(runs)).toEqual({ runs: 3, seconds: 2, spread: 1.5, cpuSeconds: 4, peakBytes: 200 });
  });

  it('leaves out a figure that one run lacks', () => {
    const runs = [
      { seconds: 1, cpuSeconds: 1, peakBytes: 1 },
      { seconds: 1, peakBytes: 3 },
    ];
    expect(summarise(runs)).toEqual({ runs: 2, seconds: 1, spread: 0, peakBytes: 2 });
  });

  it('has no spread where nothing took any time', () => {
    expect(summarise([{ seconds: 0 }, { seconds: 0 }]).spread).toBe(0);
  });
});
