/**
 * Opens the keys that the user named. The name of a file is a secret key, for OpenPGP.js; any other name is looked up in the
 * user's key ring, by gpg. Both ask the clock when a signature is made and whether a key has expired, which is why they are
 * in `platform/`.
 */
import { RepomillError, throwIfAborted } from '../../errors.ts';
import type { SignatureChecker, Signer, SigningKey, SignRequest } from '../../model/signer.ts';
import { readSignatureFacts } from '../../openpgp/packets.ts';
import { isFile, readIfPresent } from '../files/read-files.ts';
import { openFileKey } from './file-key.ts';
import { loadOpenPgp, type OpenPgp } from './load-openpgp.ts';
import { openChecker } from './open-checker.ts';
import { openRingKey } from './ring-key.ts';

/** What to sign with. */
export interface SignerOptions {
  /** Files with one secret key each, armored or binary; or key ids, fingerprints or user ids that gpg knows. */
  readonly keys: readonly string[];
  /** The home directory of gpg, for keys that are not files; by default gpg's own. */
  readonly homedir?: string | undefined;
  /** Of every key that has one. Without it, gpg's agent may ask the user, for keys that are not files. */
  readonly passphrase?: string | undefined;
}

/**
 * Opens all keys, in their order.
 *
 * @throws RepomillError `usage` if a key is missing or is not one that signs, if OpenPGP.js is not installed, and if gpg is
 *   needed and is not; `transport` if a program fails
 *
 * @example
 * const signer = await openSigner({ keys: ['secret.asc'], passphrase: process.env.PASSPHRASE });
 * await build({ input: 'repo', out: 'repo', layout: 'flatpak', signer });
 */
export async function openSigner(options: SignerOptions): Promise<Signer> {
  // Also if all keys are gpg's: what they signed before is checked with it, and a first build should not succeed without.
  const openpgp = await loadOpenPgp();
  const keys: SigningKey[] = [];
  const files: string[] = [];
  // One after the other: gpg's agent may have questions.
  for (const name of options.keys) {
    const content = (await isFile(name)) ? await readIfPresent(name) : undefined;
    if (content !== undefined) files.push(name);
    const key = await openKey(name, content, options, openpgp);
    const same = keys.find((one) => one.fingerprint === key.fingerprint);
    if (same !== undefined) {
      throw new RepomillError('usage', `expected each key once, found the one of ${same.name} again`, { path: name });
    }
    keys.push(key);
  }
  let checker: Promise<SignatureChecker> | undefined;
  return {
    kind: 'openpgp-detached',
    keys: options.keys,
    ...(files.length === 0 && { ring: { keys: keys.map(({ fingerprint }) => fingerprint), homedir: options.homedir } }),
    sign: (bytes, request) => signWithAll(keys, bytes, request),
    publicKeys: keys.map(({ name, fingerprint, packets }) => ({ name, fingerprint, packets })),
    covers: async (bytes, signatures, expected) => {
      if (signatures.length !== keys.length) return false;
      checker ??= openChecker(keys.map((key) => key.packets));
      const { check } = await checker;
      const made = signatures.map(async (signature) => ({
        maker: await check(bytes, signature, expected),
        issuer: readSignatureFacts(signature, expected?.form)?.issuer,
      }));
      const found = await Promise.all(made);
      return keys.every(({ fingerprint, part }) =>
        found.some(({ maker, issuer }) => maker === fingerprint && (part ?? issuer) === issuer),
      );
    },
  };
}

async function openKey(
  name: string,
  content: Uint8Array | undefined,
  options: SignerOptions,
  openpgp: OpenPgp,
): Promise<SigningKey> {
  return content === undefined ? openRingKey(name, options) : openFileKey(openpgp, name, content, options.passphrase);
}

async function signWithAll(
  keys: readonly SigningKey[],
  bytes: Uint8Array,
  request: SignRequest | undefined,
): Promise<readonly Uint8Array[]> {
  const signatures: Uint8Array[] = [];
  for (const key of keys) {
    throwIfAborted(request?.signal);
    checkTime(key, request?.time);
    const signature = await key.sign(bytes, request);
    // Keys of newer versions make signatures that the client's GnuPG cannot read.
    if (readSignatureFacts(signature, request?.form) === undefined) {
      throw new RepomillError('usage', 'expected a key that makes one signature of version 4', { path: key.name });
    }
    signatures.push(signature);
  }
  return signatures;
}

const TIME_HINT = 'signatures have the time of the build: check SOURCE_DATE_EPOCH, or the time in the request';

/** The last second that a signature can have: in four bytes (RFC 9580, section 3.5). */
const LAST_TIME = 0xffff_ffffn;

/** No client accepts a signature that is older than its key, and programs say so in words that lead nowhere. */
function checkTime({ name, created }: SigningKey, time: bigint | undefined): void {
  if (time === undefined || (time >= created && time <= LAST_TIME)) return;
  if (time > LAST_TIME) {
    throw new RepomillError(
      'usage',
      `expected a time before ${timeOf(LAST_TIME + 1n)}, found ${time} seconds since 1970`,
      {
        hint: TIME_HINT,
      },
    );
  }
  throw new RepomillError('usage', `expected a key from before ${timeOf(time)}, found one of ${timeOf(created)}`, {
    path: name,
    hint: TIME_HINT,
  });
}

function timeOf(seconds: bigint): string {
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}Z`;
}
