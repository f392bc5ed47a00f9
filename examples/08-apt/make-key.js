/** Writes a key to sign with, for this example alone: `node make-key.js FILE`. Yours is better made by gpg (docs/apt.md). */
import { writeFileSync } from 'node:fs';
import { generateKey } from 'openpgp';

const [file] = process.argv.slice(2);
const { privateKey } = await generateKey({
  type: 'ecc',
  curve: 'ed25519Legacy',
  userIDs: [{ name: 'Greetings', email: 'packages@example.org' }],
  // A signature must not be older than its key, and the time of this example's builds is in 2023.
  date: new Date(1_600_000_000_000),
});
writeFileSync(file, privateKey, { mode: 0o600 });
