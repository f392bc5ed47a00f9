/**
 * Work that must fail, in the way that repomill fails on purpose.
 */
import { RepomillError } from '../src/errors.ts';

/** The error that the work ends with. Rejects where it succeeds, and where the failure is a defect. */
export async function failureOf(work: Promise<unknown>): Promise<RepomillError> {
  const outcome = await work.then(
    () => new Error('expected a failure, found success'),
    (thrown: unknown) => thrown,
  );
  if (outcome instanceof RepomillError) return outcome;
  throw outcome;
}
