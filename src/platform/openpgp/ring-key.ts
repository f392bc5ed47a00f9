/**
 * Signs with a key of the user's own ring, by the program gpg.
 */
import { RepomillError } from '../../errors.ts';
import { defined } from '../../model/defined.ts';
import type { SigningKey, SignRequest } from '../../model/signer.ts';
import { type GpgOutcome, runGpg, type StatusLine } from './gpg.ts';
import { PASSPHRASE_HINT } from './passphrase-hint.ts';

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
  const { fingerprint, created } = onlyOne(subject, listed);
  const part = name.endsWith('!') ? partNamed(name, listed) : undefined;
  const packets = await exportPublicKey(subject, homedir, fingerprint);
  const user = name.endsWith('!') ? name : fingerprint;
  return {
    name,
    fingerprint: fingerprint.toLowerCase(),
    created,
    packets,
    ...defined({ part }),
    sign: (bytes, request) => signDetached({ subject, homedir, user, passphrase }, bytes, request),
  };
}

interface ListedKey {
  readonly fingerprint: string;
  readonly created: bigint;
}

function onlyOne(subject: string, listed: GpgOutcome): ListedKey {
  const [key, ...more] = primaryKeys(listed);
  if (key === undefined) {
    const message = `${subject}: expected a file or a secret key that gpg has, found none: ${listed.lastLine}`;
    throw new RepomillError('usage', message);
  }
  if (more.length > 0) {
    const found = [key, ...more].map(({ fingerprint }) => fingerprint).join(', ');
    throw new RepomillError('usage', `${subject}: expected one secret key, found ${found}`);
  }
  return key;
}

/** Of a list with colons (doc/DETAILS of GnuPG): a line `sec`, and the tenth field of the line `fpr` that follows it. */
function primaryKeys({ output }: GpgOutcome): readonly ListedKey[] {
  const lines = new TextDecoder()
    .decode(output)
    .split('\n')
    .map((line) => line.split(':'));
  return lines.flatMap((fields, i) => {
    const fingerprint = lines[i + 1]?.[9];
    const created = /^\d+$/.exec(fields[5] ?? '')?.[0] ?? '0';
    return fields[0] === 'sec' && fingerprint !== undefined ? [{ fingerprint, created: BigInt(created) }] : [];
  });
}

/** The fingerprint of the primary key or subkey that an id or a fingerprint with `!` names. */
function partNamed(name: string, { output }: GpgOutcome): string | undefined {
  const id = name.slice(0, -1).replace(/^0x/i, '').toUpperCase();
  const fingerprints = [...new TextDecoder().decode(output).matchAll(/^fpr:(?:[^:]*:){8}([0-9A-F]+):/gm)];
  return fingerprints.find(([, fingerprint]) => fingerprint?.endsWith(id))?.[1]?.toLowerCase();
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
  { form = 'binary', time, signal }: SignRequest = {},
): Promise<Uint8Array> {
  // SHA-512 is the one digest that is long enough for every kind of key.
  const options = ['--no-armor', form === 'text' ? '--textmode' : '--no-textmode', '--digest-algo', 'SHA512'];
  // The exclamation mark stops the clock.
  const clock = time === undefined ? [] : ['--faked-system-time', `${time}!`];
  const args = [...options, ...clock, '--local-user', user, '--detach-sign'];
  const signed = await runGpg({ subject, homedir, args, input: bytes, passphrase, signal });
  const made = signed.status.filter(({ keyword }) => keyword === 'SIG_CREATED').length;
  if (signed.ok && made === 1) return signed.output;
  if (made > 1) {
    throw new RepomillError('usage', `${subject}: expected one signature, found ${made}`, {
      hint: 'a configuration of gpg (gpg.conf) may name further keys with local-user',
    });
  }
  // gpg's agent asked for a passphrase, and there was no terminal, or no answer.
  const asked = passphrase === undefined && signed.status.some(isQuestion);
  const code = asked || isKeyAtFault(signed) ? 'usage' : 'transport';
  throw new RepomillError(code, `${subject}: ${signed.lastLine}`, asked ? { hint: PASSPHRASE_HINT } : {});
}

/** The code of libgpg-error where there is no program to ask with. */
const NO_PINENTRY = 85;

function isQuestion({ keyword, args }: StatusLine): boolean {
  return keyword === 'PINENTRY_LAUNCHED' || (keyword === 'FAILURE' && (Number(args[1]) & 0xffff) === NO_PINENTRY);
}

/** Codes of libgpg-error, in the lower 16 bits: bad passphrase, no secret key, unusable secret key, no passphrase. */
const KEY_FAULTS = new Set([11, 17, 54, 177]);

function isKeyAtFault({ status }: GpgOutcome): boolean {
  return status.some(({ keyword, args }) => keyword === 'FAILURE' && KEY_FAULTS.has(Number(args[1]) & 0xffff));
}
