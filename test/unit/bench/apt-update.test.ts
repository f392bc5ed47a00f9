import { describe, expect, it } from 'vitest';
import { fetchedBesideRelease } from '../../../bench/cases/apt-update.ts';

describe('what apt says that it fetched', () => {
  it('is counted without InRelease, and each patch once', () => {
    const log = [
      'Get:1 http://127.0.0.1:1 stable InRelease [2,310 B]',
      'Get:2 http://127.0.0.1:1 stable/main amd64 Packages.diff/Index [388 B]',
      'Get:3 http://127.0.0.1:1 stable/main amd64 Packages 0123456789abcdef.pdiff [288 B]',
      'Get:3 http://127.0.0.1:1 stable/main amd64 Packages 0123456789abcdef.pdiff [288 B]',
      'Get:4 http://127.0.0.1:1 stable/contrib amd64 Packages [9,012 kB]',
      'Get:5 http://127.0.0.1:1 stable Release.gpg [1 kB]',
      'Fetched 9,014 kB in 1s (9,014 kB/s)',
      '',
    ];
    expect(fetchedBesideRelease(log.join('\n'))).toBe(388 + 288 + 9_012_000);
  });

  it('is nothing where it only looked', () => {
    expect(fetchedBesideRelease('Hit:1 http://127.0.0.1:1 stable InRelease\nReading package lists...\n')).toBe(0);
  });
});
