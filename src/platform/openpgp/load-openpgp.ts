/**
 * OpenPGP.js, if the user has it. It is under the LGPL and of some size, so it is not bundled and not required: this is the
 * one place that loads it, and only when something is to be signed or checked.
 */
import type { PartialConfig } from 'openpgp';
import { messageOf, RepomillError } from '../../errors.ts';

/** The package `openpgp`, version 6. */
export type OpenPgp = typeof import('openpgp');

/** Gives the package, or undefined where it is not installed. */
export type LoadOpenPgp = () => Promise<OpenPgp | undefined>;

/** Loads OpenPGP.js. Throws a transport error where it is installed but cannot be loaded. */
export const loadOpenPgp: LoadOpenPgp = async () => {
  try {
    return await import('openpgp');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw new RepomillError('transport', `openpgp: cannot be loaded: ${messageOf(cause)}`, { cause });
  }
};

/**
 * What is accepted beyond OpenPGP.js's own taste: short RSA keys, DSA, the curve of Bitcoin. GnuPG accepts them, and so does
 * flatpak's client; where both can do the work, they have to come to the same end.
 */
export const AS_GNUPG: PartialConfig = {
  minRSABits: 1024,
  rejectPublicKeyAlgorithms: new Set(),
  rejectCurves: new Set(),
};
