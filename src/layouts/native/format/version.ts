/**
 * The format's version: `repomill/1`. Fields may be added within a version; a reader meets another one with a clear error.
 */
import { RepomillError } from '../../../errors.ts';
import { quote } from '../../../text/printable.ts';

/** What every index and summary header says in `format`. */
export const FORMAT = 'repomill/1';

/** Throws a format error unless the text names this version of the format. */
export function requireFormat(found: string, what: string): void {
  if (found === FORMAT) return;
  const newer = /^repomill\/(\d+)$/.test(found);
  throw new RepomillError(
    'format',
    `${what}: expected format ${FORMAT}, found ${quote(found)}`,
    newer ? { hint: 'the tree was written by a newer repomill; update repomill to read it' } : {},
  );
}
