/**
 * Checks signatures, by OpenPGP.js. A signature is good if the GnuPG of flatpak's client would call it that: the key was not
 * only valid when it signed, it still is.
 */
import type { Key, Signature } from 'openpgp';
import { messageOf, RepomillError } from '../../errors.ts';
import type { SignatureChecker, SignedForm } from '../../model/signer.ts';
import { readKeyBlocks } from '../../openpgp/armor.ts';
import { readSignatureFacts } from '../../openpgp/packets.ts';
import { AS_GNUPG, dateOf, loadOpenPgp, messageFor, type OpenPgp } from './load-openpgp.ts';

/**
 * Opens key rings to check signatures with.
 *
 * @param publicKeys - key rings, each armored or binary, of one key or more
 * @throws RepomillError `format` if a ring has no key, `usage` if OpenPGP.js is not installed
 */
export async function openChecker(publicKeys: readonly Uint8Array[]): Promise<SignatureChecker> {
  const openpgp = await loadOpenPgp();
  const rings: Key[][] = [];
  for (const ring of publicKeys) rings.push(await readRing(openpgp, ring));
  const keys = rings.flat();
  return {
    check: async (bytes, binarySignature, expected = {}) => {
      if (readSignatureFacts(binarySignature, expected.form) === undefined) return undefined;
      const signature = await openpgp.readSignature({ binarySignature }).catch(() => undefined);
      if (signature === undefined) return undefined;
      // Ids are short enough to be forged, so there may be several keys of one id.
      for (const key of keys) if (await isGood(openpgp, bytes, signature, key, expected)) return key.getFingerprint();
      return undefined;
    },
  };
}

async function readRing(openpgp: OpenPgp, ring: Uint8Array): Promise<Key[]> {
  const blocks = readKeyBlocks(ring, 'PUBLIC');
  const keys: Key[] = [];
  try {
    if ('binary' in blocks) keys.push(...(await openpgp.readKeys({ binaryKeys: blocks.binary })));
    else for (const armoredKeys of blocks.armored) keys.push(...(await openpgp.readKeys({ armoredKeys })));
  } catch (cause) {
    throw new RepomillError('format', `expected OpenPGP public keys: ${messageOf(cause)}`, { cause });
  }
  if (keys.length === 0) throw new RepomillError('format', 'expected OpenPGP public keys, found none');
  return keys;
}

async function isGood(
  openpgp: OpenPgp,
  bytes: Uint8Array,
  signature: Signature,
  key: Key,
  { form, time }: SignedForm,
): Promise<boolean> {
  const [id] = signature.getSigningKeyIDs();
  if (id === undefined || key.getKeys(id).length === 0) return false;
  const at = dateOf(time);
  try {
    const message = await messageFor(openpgp, bytes, form);
    const options = { signature, verificationKeys: [key], config: AS_GNUPG, ...at };
    const result = await openpgp.verify({ message, format: 'binary', ...options });
    const verified = await Promise.all(result.signatures.map((one) => one.verified));
    await key.getSigningKey(id, at.date, undefined, { ...openpgp.config, ...AS_GNUPG });
    return verified.length === 1;
  } catch {
    // OpenPGP.js says no by throwing.
    return false;
  }
}
