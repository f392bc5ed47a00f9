/**
 * A key that archives are signed with: as a file, for ours, and in a home of gpg, for the others.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKey } from 'openpgp';
import type { Bench } from '../bench.ts';
import { isInstalled } from '../programs.ts';

/** A key without a passphrase. */
export interface SigningKey {
  /** The secret key, armored. */
  readonly file: string;
  /** `GNUPGHOME` with this key alone; gone when the case is over, and its agent with it. */
  readonly home: string;
}

/** The key of the bench, made once. Without gpg, its home is empty. */
export async function signingKey(bench: Bench): Promise<SigningKey> {
  const folder = await bench.workshop.made('signing-key', 'ed25519', async (made) => {
    const userIDs = [{ name: 'Example Archive', email: 'archive@example.org' }];
    const { privateKey } = await generateKey({ type: 'ecc', curve: 'ed25519Legacy', userIDs, format: 'armored' });
    writeFileSync(join(made, 'secret.asc'), privateKey);
  });
  const file = join(folder, 'secret.asc');
  const home = bench.workshop.scratch('gpg');
  bench.workshop.renew(home);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  if (isInstalled('gpg')) {
    bench.run({ program: 'chmod', words: ['700', home] });
    bench.run({ program: 'gpg', words: ['--batch', '--import', file], environment: { GNUPGHOME: home } });
  }
  return { file, home };
}
