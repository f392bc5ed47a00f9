/**
 * Signs with a secret key in a file, by OpenPGP.js. Refuses keys whose signatures GnuPG 2.2 cannot read.
 */
import type { Key, PrivateKey, Subkey } from 'openpgp';
import { messageOf, RepomillError } from '../../errors.ts';
import type { SigningKey } from '../../model/signer.ts';
import { readKeyBlocks } from '../../openpgp/armor.ts';
import { AS_GNUPG, dateOf, messageFor, type OpenPgp } from './load-openpgp.ts';
import { PASSPHRASE_HINT } from './passphrase-hint.ts';

/** Algorithms of version 4 keys that GnuPG 2.2 knows: RSA, DSA, ECDSA and the older way to write EdDSA. */
const READABLE = new Set(['rsaEncryptSign', 'rsaSign', 'dsa', 'ecdsa', 'eddsaLegacy']);

/**
 * Algorithms whose signatures over the same bytes at the same time are the same, as gpg makes them. For these the random
 * notation that OpenPGP.js adds can go: it guards against faults of the processor, and others have a random part anyway.
 */
const REPEATABLE = new Set(['rsaEncryptSign', 'rsaSign', 'eddsaLegacy']);

/**
 * Opens the one key of a file.
 *
 * @throws RepomillError `usage` if there is no such key, or if it needs a passphrase and has none. A wrong passphrase is found
 *   when something is signed: unlocking a key is slow on purpose
 */
export async function openFileKey(
  openpgp: OpenPgp,
  file: string,
  content: Uint8Array,
  passphrase: string | undefined,
): Promise<SigningKey> {
  const key = await readOneKey(openpgp, file, content);
  if (!key.isDecrypted() && passphrase === undefined) {
    const hint = PASSPHRASE_HINT;
    throw new RepomillError('usage', 'the key is locked: expected a passphrase, found none', { path: file, hint });
  }
  let unlocked: Promise<PrivateKey> | undefined;
  return {
    name: file,
    fingerprint: key.getFingerprint(),
    created: BigInt(Math.floor(key.getCreationTime().getTime() / 1000)),
    packets: key.toPublic().write(),
    sign: async (bytes, { form, time } = {}) => {
      unlocked ??= unlock(openpgp, file, key, passphrase);
      const signingKeys = await unlocked;
      const at = dateOf(time);
      const { keyPacket } = await findSigningKey(openpgp, file, signingKeys, at.date);
      const { algorithm } = keyPacket.getAlgorithmInfo();
      if (keyPacket.version !== 4 || !READABLE.has(algorithm)) {
        const found = `version ${keyPacket.version} with ${algorithm}`;
        throw problem(file, `expected a key that GnuPG 2.2 can read, found ${found}`);
      }
      const message = await messageFor(openpgp, bytes, form);
      const nonDeterministicSignaturesViaNotation = time === undefined || !REPEATABLE.has(algorithm);
      const config = { ...AS_GNUPG, nonDeterministicSignaturesViaNotation };
      return openpgp.sign({ message, signingKeys, detached: true, format: 'binary', config, ...at });
    },
  };
}

async function readOneKey(openpgp: OpenPgp, file: string, content: Uint8Array): Promise<PrivateKey> {
  const blocks = readKeyBlocks(content, 'PRIVATE');
  const keys: PrivateKey[] = [];
  try {
    if ('binary' in blocks) keys.push(...(await openpgp.readPrivateKeys({ binaryKeys: blocks.binary })));
    else for (const armoredKeys of blocks.armored) keys.push(...(await openpgp.readPrivateKeys({ armoredKeys })));
  } catch (cause) {
    throw problem(file, `expected an OpenPGP secret key: ${messageOf(cause)}`, cause);
  }
  const [key, ...more] = keys;
  if (key === undefined) throw problem(file, 'expected an OpenPGP secret key, found none');
  if (more.length > 0) throw problem(file, `expected one secret key, found ${keys.length}`);
  return key;
}

async function unlock(
  openpgp: OpenPgp,
  file: string,
  privateKey: PrivateKey,
  passphrase: string | undefined,
): Promise<PrivateKey> {
  if (privateKey.isDecrypted() || passphrase === undefined) return privateKey;
  try {
    return await openpgp.decryptKey({ privateKey, passphrase });
  } catch (cause) {
    throw problem(file, messageOf(cause), cause);
  }
}

async function findSigningKey(openpgp: OpenPgp, file: string, key: Key, date: Date | undefined): Promise<Key | Subkey> {
  try {
    return await key.getSigningKey(undefined, date, undefined, { ...openpgp.config, ...AS_GNUPG });
  } catch (cause) {
    throw problem(file, `expected a key that can sign: ${messageOf(cause)}`, cause);
  }
}

function problem(file: string, message: string, cause?: unknown): RepomillError {
  return new RepomillError('usage', message, { path: file, cause });
}
