import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatReleaseDate, parseReleaseDate } from '../../../src/deb/release-date.ts';
import { RepomillError } from '../../../src/errors.ts';

describe('formatReleaseDate', () => {
  it.each([
    [0n, 'Thu, 01 Jan 1970 00:00:00 UTC'],
    [1_696_671_679n, 'Sat, 07 Oct 2023 09:41:19 UTC'],
    [253_402_300_799n, 'Fri, 31 Dec 9999 23:59:59 UTC'],
  ])('writes %s as apt reads it', (seconds, text) => {
    expect(formatReleaseDate(seconds)).toBe(text);
  });

  it.each([-1n, 253_402_300_800n])('refuses %s, a year that has not four digits or is before 1970', (seconds) => {
    const message = `expected a date from 1970 to 9999, found ${seconds} seconds since 1970`;
    expect(() => formatReleaseDate(seconds)).toThrow(new RepomillError('usage', message));
  });
});

describe('parseReleaseDate', () => {
  it('reads what formatReleaseDate writes', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 253_402_300_799n), (seconds) => {
        expect(parseReleaseDate(formatReleaseDate(seconds))).toBe(seconds);
      }),
    );
  });

  it.each([
    ['Debian', 'Sat, 07 Oct 2023 09:41:19 UTC'],
    ['aptly, whose days have one digit', 'Sat, 7 Oct 2023 09:41:19 UTC'],
    ['apt-ftparchive', 'Sat, 07 Oct 2023 09:41:19 +0000'],
    ['RFC 1123', 'Sat, 07 Oct 2023 09:41:19 GMT'],
    ['some script', 'Sat, 07 Oct 2023 09:41:19 Z'],
    ['some script that has the wrong day of the week', 'Mon, 07 Oct 2023 09:41:19 UTC'],
  ])('reads the date of %s', (_, text) => {
    expect(parseReleaseDate(text)).toBe(1_696_671_679n);
  });

  it.each([
    '',
    '2023-10-07T09:41:19Z',
    'Sat, 07 Oct 2023 09:41:19 +0100',
    'Sat, 07 Oct 2023 09:41:19',
    'Sat, 07 Oct 2023 09:41 UTC',
    'Sat, 07 oct 2023 09:41:19 UTC',
    'Sat, 07 Oct 23 09:41:19 UTC',
    'Sat, 00 Oct 2023 09:41:19 UTC',
    'Sat, 32 Oct 2023 09:41:19 UTC',
    'Thu, 31 Nov 2023 09:41:19 UTC',
    'Wed, 29 Feb 2023 09:41:19 UTC',
    'Sat, 07 Oct 2023 24:00:00 UTC',
    'Sat, 07 Oct 2023 09:60:19 UTC',
    'Sat, 07 Oct 2023 09:41:60 UTC',
    'Wed, 31 Dec 1969 23:59:59 UTC',
    'Sam, 07 Okt 2023 09:41:19 UTC',
    ' Sat, 07 Oct 2023 09:41:19 UTC',
    'Sat, 07 Oct 2023 09:41:19 UTC ',
  ])('knows no date in %j', (text) => {
    expect(parseReleaseDate(text)).toBeUndefined();
  });
});
