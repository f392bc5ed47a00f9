/**
 * Opens the keys that the user named. A name of a file is a secret key, for OpenPGP.js where it is installed and for gpg
 * where it is not; any other name is looked up in the user's key ring, by gpg. Both programs ask the clock when a signature
 * is made and whether a key has expired, which is why they stand here, in `platform/`, and nowhere below.
 */
import { RepomillError } from '../../errors.ts';
import type { SignatureChecker, Signer } from '../../model/signer.ts';
import { readSignatureFacts } from '../../openpgp/packets.ts';
import { isFile, readIfPresent } from '../files/read-files.ts';
import { openGpgFileKey, openGpgRingKey } from './gpg-keys.ts';
import { openJsKey } from './js-key.ts';
import { type LoadOpenPgp, loadOpenPgp } from './load-openpgp.ts';
import { openChecker } from './open-checker.ts';
import type { SigningKey } from './signing-key.ts';

/** What to sign with. */
export interface SignerOptions {
  /** Files with a secret key each, armored or binary; or for gpg key ids, fingerprints, user ids. */
  readonly keys: readonly string[];
  /** Where gpg has the keys that are not files; its own default where undefined. */
  readonly homedir?: string;
  /** Of every key that has one. Without it gpg's agent may ask the user, for keys that are not files. */
  readonly passphrase?: string;
}

/**
 * Opens all keys, in their order.
 *
 * @param load - gives OpenPGP.js, or undefined where gpg is to do its work
 * @throws RepomillError `usage` where a key is not there, or is not one that signs, and where neither program is installed;
 *   `transport` where a program fails
 */
export async function openSigner(options: SignerOptions, load: LoadOpenPgp = loadOpenPgp): Promise<Signer> {
  const keys: SigningKey[] = [];
  // One after the other: gpg's agent may have questions.
  for (const name of options.keys) {
    const key = await openKey(name, options, load);
    const same = keys.find((one) => one.fingerprint === key.fingerprint);
    if (same !== undefined) {
      throw new RepomillError('usage', `key ${name}: expected each key once, found that of ${same.name} again`);
    }
    keys.push(key);
  }
  let checker: Promise<SignatureChecker> | undefined;
  return {
    keys: options.keys,
    sign: (bytes) => signWithAll(keys, bytes),
    covers: async (bytes, signatures) => {
      if (signatures.length !== keys.length) return false;
      checker ??= openChecker(
        keys.map((key) => key.publicKey),
        load,
      );
      const { check } = await checker;
      const makers = await Promise.all(signatures.map((signature) => check(bytes, signature)));
      return keys.every((key) => makers.includes(key.fingerprint));
    },
  };
}

async function openKey(name: string, { homedir, passphrase }: SignerOptions, load: LoadOpenPgp): Promise<SigningKey> {
  const content = (await isFile(name)) ? await readIfPresent(name) : undefined;
  if (content === undefined) return openGpgRingKey(name, homedir, passphrase);
  const openpgp = await load();
  return openpgp === undefined
    ? openGpgFileKey(name, content, passphrase)
    : openJsKey(openpgp, name, content, passphrase);
}

async function signWithAll(keys: readonly SigningKey[], bytes: Uint8Array): Promise<readonly Uint8Array[]> {
  const signatures: Uint8Array[] = [];
  for (const key of keys) {
    const signature = await key.sign(bytes);
    // Keys of newer versions make signatures that the client's GnuPG cannot read.
    if (readSignatureFacts(signature) === undefined) {
      throw new RepomillError('usage', `key ${key.name}: expected one signature of version 4, found something else`);
    }
    signatures.push(signature);
  }
  return signatures;
}
