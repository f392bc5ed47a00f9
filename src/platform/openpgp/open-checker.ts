/**
 * Opens public keys to check signatures with, by OpenPGP.js where it is installed and by gpg where it is not. Both say what
 * the GnuPG of flatpak's client says; whether a key has expired they ask the clock.
 */
import type { SignatureChecker } from '../../model/signer.ts';
import { openGpgChecker } from './gpg-checker.ts';
import { openJsChecker } from './js-checker.ts';
import { type LoadOpenPgp, loadOpenPgp } from './load-openpgp.ts';

/**
 * Opens key rings.
 *
 * @param publicKeys - key rings, each armored or binary, of one key or more
 * @param load - gives OpenPGP.js, or undefined where gpg is to do its work
 * @throws RepomillError `format` where one has no key, `usage` where neither program is installed, `transport` where gpg fails
 */
export async function openChecker(
  publicKeys: readonly Uint8Array[],
  load: LoadOpenPgp = loadOpenPgp,
): Promise<SignatureChecker> {
  const openpgp = await load();
  return openpgp === undefined ? openGpgChecker(publicKeys) : openJsChecker(openpgp, publicKeys);
}
