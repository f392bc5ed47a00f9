/** Runs of digits in versions. They may be longer than any number of JavaScript. */
import { compareText } from '../order.ts';

/** Compares runs of digits of any length as numbers. Leading zeros do not count, and no digits are 0. */
export function compareDigits(a: string, b: string): number {
  const x = a.replace(/^0+/, '');
  const y = b.replace(/^0+/, '');
  return x.length - y.length || compareText(x, y);
}
