/**
 * Keys of tests, made by gpg in a home of the tests' own.
 */
import { join } from 'node:path';
import { type Environment, mustRun } from './run-program.ts';

/**
 * Makes a key pair without a passphrase, and resolves to its fingerprint. gpg starts an agent for it: see `openStage`.
 *
 * @param seconds - since 1970, when it was made; for what is signed with the time of an earlier build
 */
export async function makeKey(environment: Environment, name = 'test', seconds?: number): Promise<string> {
  const time = seconds === undefined ? [] : ['--faked-system-time', `${seconds}!`];
  await gpg(
    [...time, '--passphrase', '', '--quick-generate-key', `${name} <${name}@example.org>`, 'rsa2048', 'sign', 'never'],
    environment,
  );
  const listing = await gpg(['--with-colons', '--list-keys', `${name}@example.org`], environment);
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listing)?.[1];
  if (fingerprint === undefined) throw new Error(`gpg: no fingerprint in ${listing}`);
  return fingerprint;
}

/** Writes the public or the secret key to a file, and resolves to its path. */
export async function exportKey(
  fingerprint: string,
  part: 'public' | 'secret',
  environment: Environment,
): Promise<string> {
  const file = join(environment.GNUPGHOME ?? '', `${fingerprint}-${part}.gpg`);
  const verb = part === 'public' ? '--export' : '--export-secret-keys';
  await gpg(['--yes', '--output', file, verb, fingerprint], environment);
  return file;
}

async function gpg(words: readonly string[], environment: Environment): Promise<string> {
  return mustRun('gpg', ['--batch', '--no-tty', '--quiet', ...words], environment);
}
