import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Pace, watchPace } from '../../../../src/platform/http/pace.ts';

let reasons: string[];

beforeEach(() => {
  reasons = [];
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

function watch(lowestRate: number, timeout = 30_000): Pace {
  return watchPace({ timeout, lowestRate }, ({ message }) => void reasons.push(message));
}

/** Receives as many bytes every second, for some seconds. */
function trickle(pace: Pace, bytes: number, seconds: number, before = 0): void {
  for (let second = 1; second <= seconds && reasons.length === 0; second++) {
    vi.advanceTimersByTime(1000);
    pace.received(before + second * bytes);
  }
}

describe('the pace of an attempt', () => {
  it('is too slow if nothing comes', () => {
    watch(1000);
    vi.advanceTimersByTime(29_999);
    expect(reasons).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(reasons).toEqual(['nothing received for 30000 ms']);
  });

  it('is too slow if a byte a second comes, although something always comes', () => {
    trickle(watch(1000), 1, 3600);
    expect(reasons).toEqual(['expected at least 30000 bytes in 30000 ms, found 30']);
  });

  it('is too slow if it becomes so after a good start', () => {
    const pace = watch(1000);
    trickle(pace, 50_000, 60);
    expect(reasons).toEqual([]);
    trickle(pace, 1, 3600, 3_000_000);
    expect(reasons).toEqual(['expected at least 30000 bytes in 30000 ms, found 30']);
  });

  it('is good for as long as it is the lowest', () => {
    trickle(watch(1000), 1000, 86_400);
    expect(reasons).toEqual([]);
  });

  it('does not matter before the first byte, and of a file that is there in time', () => {
    const pace = watch(1000);
    vi.advanceTimersByTime(29_000);
    pace.received(10);
    vi.advanceTimersByTime(29_000);
    pace.stop();
    vi.advanceTimersByTime(3_600_000);
    expect(reasons).toEqual([]);
  });

  it('may be any if the lowest is 0', () => {
    trickle(watch(0), 1, 86_400);
    expect(reasons).toEqual([]);
  });

  it('may have no limit of time', () => {
    watch(1000, Number.POSITIVE_INFINITY);
    vi.advanceTimersByTime(86_400_000);
    expect(reasons).toEqual([]);
  });
});
