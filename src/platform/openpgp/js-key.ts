/**
 * Signs with a secret key in a file, by OpenPGP.js. Refuses keys whose signatures GnuPG 2.2 cannot read.
 */
import type { Key, PrivateKey, Subkey } from 'openpgp';
import { messageOf, RepomillError } from '../../errors.ts';
import { readKeyBlocks } from '../../openpgp/armor.ts';
import { AS_GNUPG, type OpenPgp } from './load-openpgp.ts';
import type { SigningKey } from './signing-key.ts';

/** Algorithms of version 4 keys that GnuPG 2.2 knows: RSA, DSA, ECDSA and the older way to write EdDSA. */
const READABLE = new Set(['rsaEncryptSign', 'rsaSign', 'dsa', 'ecdsa', 'eddsaLegacy']);

/**
 * Opens the one key of a file.
 *
 * @param name - of the file, for messages
 * @throws RepomillError `usage` where there is no such key, or where it needs a passphrase and has none; a wrong one shows
 *   only when something is signed, because unlocking a key takes as long as somebody who guesses should need
 */
export async function openJsKey(
  openpgp: OpenPgp,
  name: string,
  content: Uint8Array,
  passphrase: string | undefined,
): Promise<SigningKey> {
  const key = await readOneKey(openpgp, name, content);
  if (!key.isDecrypted() && passphrase === undefined)
    throw problem(name, 'is locked: expected a passphrase, found none');
  let unlocked: Promise<PrivateKey> | undefined;
  return {
    name,
    fingerprint: key.getFingerprint(),
    publicKey: key.toPublic().write(),
    sign: async (bytes) => {
      unlocked ??= unlock(openpgp, name, key, passphrase);
      const signingKeys = await unlocked;
      const { keyPacket } = await findSigningKey(openpgp, name, signingKeys);
      const { algorithm } = keyPacket.getAlgorithmInfo();
      if (keyPacket.version !== 4 || !READABLE.has(algorithm)) {
        throw problem(
          name,
          `expected a key that GnuPG 2.2 can read, found version ${keyPacket.version} with ${algorithm}`,
        );
      }
      const message = await openpgp.createMessage({ binary: bytes });
      return openpgp.sign({ message, signingKeys, detached: true, format: 'binary', config: AS_GNUPG });
    },
  };
}

async function readOneKey(openpgp: OpenPgp, name: string, content: Uint8Array): Promise<PrivateKey> {
  const blocks = readKeyBlocks(content, 'PRIVATE');
  const keys: PrivateKey[] = [];
  try {
    if ('binary' in blocks) keys.push(...(await openpgp.readPrivateKeys({ binaryKeys: blocks.binary })));
    else for (const armoredKeys of blocks.armored) keys.push(...(await openpgp.readPrivateKeys({ armoredKeys })));
  } catch (cause) {
    throw problem(name, `expected an OpenPGP secret key: ${messageOf(cause)}`, cause);
  }
  const [key, ...more] = keys;
  if (key === undefined) throw problem(name, 'expected an OpenPGP secret key, found none');
  if (more.length > 0) throw problem(name, `expected one secret key, found ${keys.length}`);
  return key;
}

async function unlock(
  openpgp: OpenPgp,
  name: string,
  privateKey: PrivateKey,
  passphrase: string | undefined,
): Promise<PrivateKey> {
  if (privateKey.isDecrypted() || passphrase === undefined) return privateKey;
  try {
    return await openpgp.decryptKey({ privateKey, passphrase });
  } catch (cause) {
    throw problem(name, messageOf(cause), cause);
  }
}

async function findSigningKey(openpgp: OpenPgp, name: string, key: Key): Promise<Key | Subkey> {
  try {
    return await key.getSigningKey(undefined, undefined, undefined, { ...openpgp.config, ...AS_GNUPG });
  } catch (cause) {
    throw problem(name, `expected a key that can sign: ${messageOf(cause)}`, cause);
  }
}

function problem(name: string, message: string, cause?: unknown): RepomillError {
  return new RepomillError('usage', `key ${name}: ${message}`, { cause });
}
