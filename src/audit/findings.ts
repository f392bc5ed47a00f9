/**
 * The findings of an audit. A failed check becomes a finding with its path, and the audit continues.
 */
import { formatError, RepomillError } from '../errors.ts';

/** One problem in a published tree. */
export interface Finding {
  readonly path: string;
  /** Does not repeat the path. */
  readonly message: string;
}

/** Reads a file of at most `maxBytes` from the tree. Throws a not-found error if it is missing. */
export type ReadFile = (path: string, maxBytes: number) => Promise<Uint8Array>;

/**
 * Runs a check of one path, turning an error into a finding unless the audit was aborted. Resolves to the check's result, or
 * undefined if it failed.
 */
export async function check<Result>(
  path: string,
  findings: Finding[],
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RepomillError) || error.code === 'interrupted') throw error;
    findings.push({ path, message: isPlace(error.path, path) ? error.message : formatError(error) });
    return undefined;
  }
}

/** Whether a place is this path of the tree, or its URL. */
function isPlace(place: string | undefined, path: string): boolean {
  const url = path.split('/').map(encodeURIComponent).join('/');
  return place === path || place?.endsWith(`/${url}`) === true;
}

/** Compares what was promised with what was found. Throws an integrity error if they differ. */
export function expect<Value extends string | number | bigint | undefined>(
  what: string,
  expected: Value,
  found: Value,
): void {
  if (expected === found) return;
  throw new RepomillError('integrity', `${what}: expected ${expected ?? 'none'}, found ${found ?? 'none'}`);
}
