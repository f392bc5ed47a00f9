/**
 * Keys of tests, made by gpg in a home of the tests' own.
 */
import { join } from 'node:path';
import { type Environment, mustRun } from './programs.ts';

/** Makes a key pair without a passphrase, and resolves to its fingerprint. gpg starts an agent for it: see `openStage`. */
export async function makeKey(environment: Environment, name = 'test'): Promise<string> {
  await gpg(
    ['--passphrase', '', '--quick-generate-key', `${name} <${name}@example.org>`, 'rsa2048', 'sign', 'never'],
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
