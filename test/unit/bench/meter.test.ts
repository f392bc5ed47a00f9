import { describe, expect, it } from 'vitest';
import { parseGnuTime, parseHighWater } from '../../../bench/meter.ts';

describe('the line of GNU time', () => {
  it('is user and system seconds together, and kibibytes', () => {
    expect(parseGnuTime('1.25 0.50 2048\n')).toEqual({ cpuSeconds: 1.75, peakBytes: 2_097_152 });
  });

  it.each(['', '1.25 0.50\n', '1.25 0.50 2048', 'Command exited with non-zero status 1\n1.25 0.50 2048\n', '?? 0 1\n'])(
    'is not %j',
    (text) => {
      expect(parseGnuTime(text)).toBeUndefined();
    },
  );
});

describe('the high-water mark of /proc/PID/status', () => {
  it('is found among the other lines, in kibibytes', () => {
    expect(parseHighWater('VmPeak:\t   99 kB\nVmHWM:\t    4096 kB\nVmRSS:\t 1 kB\n')).toBe(4_194_304);
  });

  it.each(['', 'Name:\tkthreadd\nState:\tS\n', 'VmHWM: many kB\n'])('is not in %j', (text) => {
    expect(parseHighWater(text)).toBeUndefined();
  });
});
