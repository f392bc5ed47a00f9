/**
 * Exit codes. Zero means that everything requested was done, to the last byte. Callers should treat unlisted codes as
 * failures too, so that codes can be added.
 */
import type { ErrorCode } from '../errors.ts';

export const exitCodes: Readonly<Record<ErrorCode, number>> = {
  metadata: 1,
  conflict: 1,
  'not-found': 1,
  transport: 1,
  usage: 2,
  format: 3,
  integrity: 3,
  interrupted: 130,
};

/** Everything was done. */
export const SUCCESS = 0;

/** Of `diff --exit-code`: everything was done, and the two differ. No error has it, so that a script can tell them apart. */
export const DIFFERENT = 4;

/** An internal error: a bug in repomill. */
export const DEFECT = 70;
