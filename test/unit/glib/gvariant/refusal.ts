/**
 * Work that must be refused, in the way that hostile bytes are refused.
 */
import { RepomillError } from '../../../../src/errors.ts';

/** The message of the format error that work throws, undefined if it succeeds. Any other error is a defect and passes through. */
export function refusalOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof RepomillError && thrown.code === 'format') return thrown.message;
    throw thrown;
  }
}
