/**
 * Checks signatures by the program gpg. Keys are imported once, into a home directory that is removed at once; what is kept
 * of them is the ring that gpg made, in memory, and each check gets a directory of its own.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RepomillError } from '../../errors.ts';
import type { SignatureChecker } from '../../model/signer.ts';
import { readSignatureFacts } from '../../openpgp/packets.ts';
import { makeTemporaryDirectory } from '../files/temporary-directory.ts';
import { runGpg, withGpgHome } from './gpg.ts';

/** Opens key rings, as `openChecker` does. */
export async function openGpgChecker(publicKeys: readonly Uint8Array[]): Promise<SignatureChecker> {
  const ring = await joinRings(publicKeys);
  return {
    check: async (bytes, signature) =>
      readSignatureFacts(signature) === undefined ? undefined : verify(ring, bytes, signature),
  };
}

function joinRings(publicKeys: readonly Uint8Array[]): Promise<Uint8Array> {
  const subject = 'public keys';
  return withGpgHome(async (homedir) => {
    for (const input of publicKeys) {
      const { status, lastLine } = await runGpg({ subject, homedir, args: ['--import'], input });
      if (!status.some(({ keyword }) => keyword === 'IMPORT_OK')) {
        throw new RepomillError('format', `${subject}: expected OpenPGP keys, found none: ${lastLine}`);
      }
    }
    const { output } = await runGpg({ subject, homedir, args: ['--export'] });
    return output;
  });
}

async function verify(ring: Uint8Array, bytes: Uint8Array, signature: Uint8Array): Promise<string | undefined> {
  const home = await makeTemporaryDirectory();
  try {
    const ringFile = join(home.path, 'ring.gpg');
    const signatureFile = join(home.path, 'signature');
    await Promise.all([writeFile(ringFile, ring), writeFile(signatureFile, signature)]);
    const { ok, status } = await runGpg({
      subject: 'a signature',
      homedir: home.path,
      // All keys of the ring are trusted, and no others are looked for.
      args: [
        ...['--trust-model', 'always', '--no-default-keyring', '--keyring', ringFile, '--no-auto-key-retrieve'],
        ...['--verify', '--', signatureFile, '-'],
      ],
      input: bytes,
    });
    // A key that expired or was revoked has EXPKEYSIG or REVKEYSIG in its place. The tenth field is the primary key.
    if (!ok || !status.some(({ keyword }) => keyword === 'GOODSIG')) return undefined;
    return status.find(({ keyword }) => keyword === 'VALIDSIG')?.args[9]?.toLowerCase();
  } finally {
    await home.remove();
  }
}
