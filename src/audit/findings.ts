/**
 * What an audit finds. A check that fails is a finding with the path that it is about; the audit continues.
 */
import { messageOf, RepomillError } from '../errors.ts';

/** One thing that is wrong with a published tree. */
export interface Finding {
  readonly path: string;
  readonly message: string;
}

/** Runs a check of one path. Its error becomes a finding. Resolves to what the check gives, or undefined if it failed. */
export async function check<Result>(
  path: string,
  findings: Finding[],
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    const message = messageOf(error);
    findings.push({ path, message: message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message });
    return undefined;
  }
}

/** What can be compared as it is. */
type Comparable = string | number | bigint | undefined;

/** Compares what is promised with what is found. Throws an integrity error if they differ. */
export function expect(what: string, expected: Comparable, found: Comparable): void {
  if (expected === found) return;
  throw new RepomillError('integrity', `${what}: expected ${expected ?? 'none'}, found ${found ?? 'none'}`);
}
