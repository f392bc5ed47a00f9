import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeText, encodeText } from '../../../../../src/bytes/bytes.ts';
import { signRelease } from '../../../../../src/layouts/apt/generate/sign-release.ts';
import type { Signer } from '../../../../../src/model/signer.ts';
import { openSigner } from '../../../../../src/platform/openpgp/open-signer.ts';
import { failureOf } from '../../../../failure.ts';
import { FINGERPRINT, MESSAGE, SECRET_KEY, TEXT } from '../../../../vectors/signed-text.ts';
import { makeWorkspace } from '../../../../workspace.ts';

const file = join(makeWorkspace(), 'secret.asc');
writeFileSync(file, SECRET_KEY);
const time = 1_714_608_000n;
const open = (): Promise<Signer> => openSigner({ keys: [file] });

describe('signRelease', () => {
  it('gives the same bytes on every machine', async () => {
    const signed = await signRelease({ text: TEXT, signer: await open(), time, published: {} });
    expect(decodeText(signed.inRelease)).toMatchInlineSnapshot(`
      "-----BEGIN PGP SIGNED MESSAGE-----
      Hash: SHA512

      Origin: Example
      Suite: stable
      Description: -
       - a dash in front
      - - a dash
      - -----BEGIN PGP SIGNATURE-----
      From here

      Grüße
      -----BEGIN PGP SIGNATURE-----

      wnUEARYKACcFgmYy14AJELF4XcJUp1BnFiEEjB7IR/9aDgdJMCQCsXhdwlSnUGcA
      AOTrAQDSA4gu8ClPy7Blbm5Fj+CS7no5sdUjiZl1b8PGCdJn0gD+NzZpqXasVIjx
      jOmOi1fe+xyxhPaapCUc2Yr806B0Lgc=
      =A52/
      -----END PGP SIGNATURE-----
      "
    `);
    expect(decodeText(signed.detached)).toMatchInlineSnapshot(`
      "-----BEGIN PGP SIGNATURE-----

      wnUEABYKACcFgmYy14AJELF4XcJUp1BnFiEEjB7IR/9aDgdJMCQCsXhdwlSnUGcA
      ANUtAQDqEKnhvunfRzZinNGcsdBx3LCdfiNS1l4pqxjZ0afZHgEAkRXBWUQApfFE
      pmzNLxAOuO9huhn9R31RzKR7UZB+NQU=
      =JK5J
      -----END PGP SIGNATURE-----
      "
    `);
  });

  it('keeps what the same key has signed, also by gpg, and at any earlier time', async () => {
    const published = { inRelease: encodeText(MESSAGE) };
    const signed = await signRelease({ text: TEXT, signer: await open(), time: time + 86_400n, published });
    expect(signed.inRelease).toBe(published.inRelease);
    const again = await signRelease({ text: TEXT, signer: await open(), time: time + 90_000n, published: signed });
    expect(again).toEqual(signed);
    expect(again.detached).toBe(signed.detached);
  });

  it.each([
    ['another text', MESSAGE.replace('stable', 'testing')],
    ['the text of a message that was changed', MESSAGE.replace('Grüße', 'Grusse')],
    ['no message', 'garbage'],
    [
      'a message with the same signature twice',
      MESSAGE + MESSAGE.slice(MESSAGE.indexOf('-----BEGIN PGP SIGNATURE-----\n\n')),
    ],
  ])('signs anew where %s is published', async (_, message) => {
    const signer = await open();
    const published = { inRelease: encodeText(message), detached: encodeText(message) };
    const signed = await signRelease({ text: TEXT, signer, time, published });
    expect(signed).toEqual(await signRelease({ text: TEXT, signer, time, published: {} }));
  });

  it.each([
    [0n, 'expected a key from before 1970-01-01T00:00:00Z, found one of 2024-05-01T00:00:00Z'],
    [0x1_0000_0000n, 'expected a time before 2106-02-07T06:28:16Z, found 4294967296 seconds since 1970'],
  ])('refuses a time that the signature cannot have: %s', async (wrong, message) => {
    const work = signRelease({ text: TEXT, signer: await open(), time: wrong, published: {} });
    expect(await failureOf(work)).toMatchObject({
      code: 'usage',
      message,
      hint: 'signatures have the time of the build: check SOURCE_DATE_EPOCH, or the time in the request',
    });
  });

  it('tells the public half of the key', async () => {
    const { publicKeys } = await open();
    expect(publicKeys.map(({ name, fingerprint }) => ({ name, fingerprint }))).toEqual([
      { name: file, fingerprint: FINGERPRINT },
    ]);
  });
});
