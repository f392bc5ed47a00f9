/**
 * Signs by the program gpg: with a key of the user's own ring, or with one in a file. For a file there is a home directory
 * only while gpg works, so that the secret lies about nowhere else.
 */
import { RepomillError } from '../../errors.ts';
import { type GpgOutcome, runGpg, withGpgHome } from './gpg.ts';
import type { SigningKey } from './signing-key.ts';

/**
 * Opens a key of the user's ring.
 *
 * @param name - anything by which gpg knows one key: an id, a fingerprint, a user id; an id with `!` insists on a subkey
 */
export async function openGpgRingKey(
  name: string,
  homedir: string | undefined,
  passphrase: string | undefined,
): Promise<SigningKey> {
  const args = ['--with-colons', '--list-secret-keys', '--', name];
  const listed = await runGpg({ subject: `key ${name}`, homedir, args });
  const fingerprint = onlyOne(name, primaryFingerprints(listed), 'a file or a secret key that gpg has', listed);
  const publicKey = await exportPublicKey(name, homedir, fingerprint);
  const user = name.endsWith('!') ? name : fingerprint;
  return {
    name,
    fingerprint: fingerprint.toLowerCase(),
    publicKey,
    sign: (bytes) => signDetached({ name, homedir, user, passphrase }, bytes),
  };
}

/** Opens the one secret key of a file, of which `content` are the bytes. */
export async function openGpgFileKey(
  name: string,
  content: Uint8Array,
  passphrase: string | undefined,
): Promise<SigningKey> {
  const importInto = async (homedir: string): Promise<string> => {
    const imported = await runGpg({ subject: `key ${name}`, homedir, args: ['--import'], input: content });
    return onlyOne(name, importedSecrets(imported), 'an OpenPGP secret key', imported);
  };
  const { fingerprint, publicKey } = await withGpgHome(async (homedir) => {
    const fingerprint = await importInto(homedir);
    return { fingerprint, publicKey: await exportPublicKey(name, homedir, fingerprint) };
  });
  return {
    name,
    fingerprint: fingerprint.toLowerCase(),
    publicKey,
    sign: (bytes) =>
      withGpgHome(async (homedir) => {
        const user = await importInto(homedir);
        // Without a passphrase nobody is asked for one: of this agent the user knows nothing.
        return signDetached({ name, homedir, user, passphrase: passphrase ?? '' }, bytes);
      }),
  };
}

interface GpgUser {
  readonly name: string;
  readonly homedir: string | undefined;
  readonly user: string;
  readonly passphrase: string | undefined;
}

async function signDetached({ name, homedir, user, passphrase }: GpgUser, bytes: Uint8Array): Promise<Uint8Array> {
  // SHA-512 is the one digest that is long enough for every kind of key.
  const form = ['--no-armor', '--no-textmode', '--digest-algo', 'SHA512'];
  const args = [...form, '--local-user', user, '--detach-sign'];
  const signed = await runGpg({ subject: `key ${name}`, homedir, args, input: bytes, passphrase });
  const made = signed.status.filter(({ keyword }) => keyword === 'SIG_CREATED').length;
  if (signed.ok && made === 1) return signed.output;
  if (made > 1) {
    throw new RepomillError('usage', `key ${name}: expected one signature, found ${made}`, {
      hint: 'a configuration of gpg (gpg.conf) may name further keys with local-user',
    });
  }
  throw new RepomillError(isKeyAtFault(signed) ? 'usage' : 'transport', `key ${name}: ${signed.lastLine}`);
}

/** Codes of libgpg-error, with where it came from above them: bad passphrase, no secret key, unusable one, no passphrase. */
const KEY_FAULTS = new Set([11, 17, 54, 177]);

function isKeyAtFault({ status }: GpgOutcome): boolean {
  return status.some(({ keyword, args }) => keyword === 'FAILURE' && KEY_FAULTS.has(Number(args[1]) & 0xffff));
}

async function exportPublicKey(name: string, homedir: string | undefined, fingerprint: string): Promise<Uint8Array> {
  const args = ['--no-armor', '--export-options', 'export-minimal', '--export', '--', fingerprint];
  const { ok, output, lastLine } = await runGpg({ subject: `key ${name}`, homedir, args });
  if (!ok || output.length === 0) throw new RepomillError('transport', `key ${name}: ${lastLine}`);
  return output;
}

/** Of a list with colons (doc/DETAILS of GnuPG): the line `fpr` that follows a line `sec`, in its tenth field. */
function primaryFingerprints({ output }: GpgOutcome): readonly string[] {
  const lines = new TextDecoder()
    .decode(output)
    .split('\n')
    .map((line) => line.split(':'));
  return lines.flatMap((fields, i) => {
    const fingerprint = lines[i + 1]?.[9];
    return fields[0] === 'sec' && fingerprint !== undefined ? [fingerprint] : [];
  });
}

/** Bit 16 of a line IMPORT_OK says that it was a secret key. */
function importedSecrets({ status }: GpgOutcome): readonly string[] {
  const secrets = status.filter(({ keyword, args }) => keyword === 'IMPORT_OK' && (Number(args[0]) & 16) !== 0);
  return [...new Set(secrets.flatMap(({ args }) => args[1] ?? []))];
}

function onlyOne(name: string, fingerprints: readonly string[], expected: string, { lastLine }: GpgOutcome): string {
  const [fingerprint, ...more] = fingerprints;
  if (fingerprint === undefined) {
    throw new RepomillError('usage', `key ${name}: expected ${expected}, found none: ${lastLine}`);
  }
  if (more.length > 0) {
    throw new RepomillError('usage', `key ${name}: expected one secret key, found ${fingerprints.join(', ')}`);
  }
  return fingerprint;
}
