/**
 * Dates of Release files: as RFC 1123 writes them, in UTC. Reads what apt reads (`RFC1123StrToTime` of
 * `apt-pkg/contrib/strutl.cc`) in this form: a day of one digit, as aptly has it, and any name of UTC. The name of the week's day is
 * not compared, as in apt.
 */
import { RepomillError } from '../errors.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:UTC|GMT|Z|[+-]0000)$/;

/** 9999-12-31, 23:59:59: the last second that has four digits for its year. */
const LAST = 253_402_300_799n;

/**
 * `Sat, 07 Oct 2023 09:41:19 UTC`
 *
 * @param seconds - since 1970
 * @throws RepomillError `usage` for a year before 1970 or after 9999
 */
export function formatReleaseDate(seconds: bigint): string {
  if (seconds < 0n || seconds > LAST) {
    throw new RepomillError('usage', `expected a date from 1970 to 9999, found ${seconds} seconds since 1970`);
  }
  return new Date(Number(seconds) * 1000).toUTCString().replace(/GMT$/, 'UTC');
}

/** The seconds since 1970 of such a date. Undefined for any other text. */
export function parseReleaseDate(text: string): bigint | undefined {
  const [, day = '', monthName = '', ...rest] = DATE.exec(text) ?? [];
  const [year = 0, hour = 0, minute = 0, second = 0] = rest.map(Number);
  const month = MONTHS.indexOf(monthName);
  if (month === -1 || year < 1970 || hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(Date.UTC(year, month, Number(day), hour, minute, second));
  // 31 November would be 1 December.
  return date.getUTCDate() === Number(day) ? BigInt(date.getTime() / 1000) : undefined;
}
