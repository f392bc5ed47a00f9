/**
 * How much the caches of a user's builds may take together: 2 GB, or `REPOMILL_CACHE_LIMIT`.
 */
import { RepomillError } from '../errors.ts';
import { parseQuantity } from '../query/match-query.ts';
import { truncateForMessage } from '../text/printable.ts';

/** What is asked for without `REPOMILL_CACHE_LIMIT`: ten caches of a distribution like Debian. */
export const DEFAULT_CACHE_LIMIT = 2_000_000_000;

/** The limit in bytes, from the value of `REPOMILL_CACHE_LIMIT`. Throws `usage` for what is no size. */
export function cacheLimit(value: string | undefined): number {
  return value === undefined || value === '' ? DEFAULT_CACHE_LIMIT : parseByteCount(value, 'REPOMILL_CACHE_LIMIT');
}

/** Bytes, from a text such as `500MB`. Throws `usage` with the name of what has the text. */
export function parseByteCount(text: string, name: string): number {
  const size = parseQuantity(text);
  if (size !== undefined && size >= 0) return size;
  throw new RepomillError('usage', `${name}: expected a size such as 500MB, found ${truncateForMessage(text)}`);
}
