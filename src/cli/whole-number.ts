/**
 * Whole numbers on the command line. They are read as text, so that a message can say what was found.
 */
import { RepomillError } from '../errors.ts';

/** The number of `--limit`. */
export function parseLimit(text: string): number {
  return parseWhole('--limit', text, 0, Number.MAX_SAFE_INTEGER, 'a whole number from 0 up');
}

/** A whole number of the command line, in decimal digits, with the text that was found in the message of the error. */
export function parseWhole(option: string, text: string, least: number, most: number, expected?: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const wanted = expected ?? `a whole number from ${least} to ${most}`;
  throw new RepomillError('usage', `${option}: expected ${wanted}, found ${text === '' ? 'nothing' : text}`);
}
