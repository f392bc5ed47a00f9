/**
 * OpenPGP.js, if the user has it. It is under the LGPL and of some size, so it is neither bundled nor required: it is loaded
 * here alone, and only when a signature is made or checked. It asks the clock whether a key has expired.
 */
import type { Message, PartialConfig } from 'openpgp';
import { decodeText } from '../../bytes/bytes.ts';
import { messageOf, RepomillError } from '../../errors.ts';
import type { SignatureForm } from '../../model/signer.ts';

/** The package `openpgp`, version 6. */
export type OpenPgp = typeof import('openpgp');

/**
 * Loads OpenPGP.js.
 *
 * @param load - replaces the import, for tests
 * @throws RepomillError `usage` if it is not installed, `transport` if it cannot be loaded
 */
export async function loadOpenPgp(load: () => Promise<OpenPgp> = () => import('openpgp')): Promise<OpenPgp> {
  try {
    return await load();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND') {
      throw new RepomillError('usage', 'OpenPGP signatures need the npm package openpgp, which is not installed', {
        hint: 'npm install openpgp (with --global if repomill was installed so)',
        cause,
      });
    }
    throw new RepomillError('transport', `the npm package openpgp cannot be loaded: ${messageOf(cause)}`, { cause });
  }
}

/** What is signed or checked, in the form that its signature has. Text that is not UTF-8 is a `format` error. */
export async function messageFor(
  openpgp: OpenPgp,
  bytes: Uint8Array,
  form: SignatureForm = 'binary',
): Promise<Message<Uint8Array<ArrayBufferLike> | string>> {
  return form === 'binary'
    ? openpgp.createMessage({ binary: bytes })
    : openpgp.createMessage({ text: decodeText(bytes) });
}

/** A time in seconds as OpenPGP.js takes it. Without one it asks the clock. */
export function dateOf(time: bigint | undefined): { readonly date?: Date } {
  return time === undefined ? {} : { date: new Date(Number(time) * 1000) };
}

/**
 * What is accepted in spite of OpenPGP.js's own defaults: short RSA keys, DSA, the curve of Bitcoin. GnuPG accepts them, and so
 * does flatpak's client, whose verdict is the one that counts.
 */
export const AS_GNUPG: PartialConfig = {
  minRSABits: 1024,
  rejectPublicKeyAlgorithms: new Set(),
  rejectCurves: new Set(),
};
