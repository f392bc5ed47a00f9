/**
 * Signs with a key of the user's own ring, by the program gpg.
 */
import { RepomillError } from '../../errors.ts';
import type { SigningKey } from '../../model/signer.ts';
import { type GpgOutcome, runGpg } from './gpg.ts';

/** Where gpg has its keys, and what unlocks one. */
export interface RingOptions {
  readonly homedir?: string | undefined;
  readonly passphrase?: string | undefined;
}

/**
 * Opens a key of the user's ring.
 *
 * @param name - anything by which gpg knows one key: an id, a fingerprint, a user id; an id with `!` insists on a subkey
 * @throws RepomillError `usage` if no key or several have that name, or if there is no gpg; `transport` if it fails
 */
export async function openRingKey(name: string, { homedir, passphrase }: RingOptions): Promise<SigningKey> {
  const subject = `key ${name}`;
  const listed = await runGpg({ subject, homedir, args: ['--with-colons', '--list-secret-keys', '--', name] });
  const fingerprint = onlyOne(subject, listed);
  const publicKey = await exportPublicKey(subject, homedir, fingerprint);
  const user = name.endsWith('!') ? name : fingerprint;
  return {
    name,
    fingerprint: fingerprint.toLowerCase(),
    publicKey,
    sign: (bytes, request) => signDetached({ subject, homedir, user, passphrase }, bytes, request?.signal),
  };
}

function onlyOne(subject: string, listed: GpgOutcome): string {
  const [fingerprint, ...more] = primaryFingerprints(listed);
  if (fingerprint === undefined) {
    const message = `${subject}: expected a file or a secret key that gpg has, found none: ${listed.lastLine}`;
    throw new RepomillError('usage', message);
  }
  if (more.length > 0) {
    const found = [fingerprint, ...more].join(', ');
    throw new RepomillError('usage', `${subject}: expected one secret key, found ${found}`);
  }
  return fingerprint;
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

async function exportPublicKey(subject: string, homedir: string | undefined, fingerprint: string): Promise<Uint8Array> {
  const args = ['--no-armor', '--export-options', 'export-minimal', '--export', '--', fingerprint];
  const { ok, output, lastLine } = await runGpg({ subject, homedir, args });
  if (!ok || output.length === 0) throw new RepomillError('transport', `${subject}: ${lastLine}`);
  return output;
}

interface GpgUser {
  readonly subject: string;
  readonly homedir: string | undefined;
  readonly user: string;
  readonly passphrase: string | undefined;
}

async function signDetached(
  { subject, homedir, user, passphrase }: GpgUser,
  bytes: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  // SHA-512 is the one digest that is long enough for every kind of key.
  const form = ['--no-armor', '--no-textmode', '--digest-algo', 'SHA512'];
  const args = [...form, '--local-user', user, '--detach-sign'];
  const signed = await runGpg({ subject, homedir, args, input: bytes, passphrase, signal });
  const made = signed.status.filter(({ keyword }) => keyword === 'SIG_CREATED').length;
  if (signed.ok && made === 1) return signed.output;
  if (made > 1) {
    throw new RepomillError('usage', `${subject}: expected one signature, found ${made}`, {
      hint: 'a configuration of gpg (gpg.conf) may name further keys with local-user',
    });
  }
  throw new RepomillError(isKeyAtFault(signed) ? 'usage' : 'transport', `${subject}: ${signed.lastLine}`);
}

/** Codes of libgpg-error, in the lower 16 bits: bad passphrase, no secret key, unusable secret key, no passphrase. */
const KEY_FAULTS = new Set([11, 17, 54, 177]);

function isKeyAtFault({ status }: GpgOutcome): boolean {
  return status.some(({ keyword, args }) => keyword === 'FAILURE' && KEY_FAULTS.has(Number(args[1]) & 0xffff));
}
