/**
 * Signs with a secret key in a file, by OpenPGP.js. Refuses keys whose signatures GnuPG 2.2 cannot read.
 */
import type { Key, PrivateKey, Subkey } from 'openpgp';
import { messageOf, RepomillError } from '../../errors.ts';
import type { SigningKey } from '../../model/signer.ts';
import { readKeyBlocks } from '../../openpgp/armor.ts';
import { AS_GNUPG, type OpenPgp } from './load-openpgp.ts';

/** Algorithms of version 4 keys that GnuPG 2.2 knows: RSA, DSA, ECDSA and the older way to write EdDSA. */
const READABLE = new Set(['rsaEncryptSign', 'rsaSign', 'dsa', 'ecdsa', 'eddsaLegacy']);

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
  if (!key.isDecrypted() && passphrase === undefined)
    throw problem(file, 'the key is locked: expected a passphrase, found none');
  let unlocked: Promise<PrivateKey> | undefined;
  return {
    name: file,
    fingerprint: key.getFingerprint(),
    publicKey: key.toPublic().write(),
    sign: async (bytes) => {
      unlocked ??= unlock(openpgp, file, key, passphrase);
      const signingKeys = await unlocked;
      const { keyPacket } = await findSigningKey(openpgp, file, signingKeys);
      const { algorithm } = keyPacket.getAlgorithmInfo();
      if (keyPacket.version !== 4 || !READABLE.has(algorithm)) {
        const found = `version ${keyPacket.version} with ${algorithm}`;
        throw problem(file, `expected a key that GnuPG 2.2 can read, found ${found}`);
      }
      const message = await openpgp.createMessage({ binary: bytes });
      return openpgp.sign({ message, signingKeys, detached: true, format: 'binary', config: AS_GNUPG });
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

async function findSigningKey(openpgp: OpenPgp, file: string, key: Key): Promise<Key | Subkey> {
  try {
    return await key.getSigningKey(undefined, undefined, undefined, { ...openpgp.config, ...AS_GNUPG });
  } catch (cause) {
    throw problem(file, `expected a key that can sign: ${messageOf(cause)}`, cause);
  }
}

function problem(file: string, message: string, cause?: unknown): RepomillError {
  return new RepomillError('usage', message, { path: file, cause });
}
