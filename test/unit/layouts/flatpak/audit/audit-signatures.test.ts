import { createMessage, generateKey, readPrivateKey, sign } from 'openpgp';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeText } from '../../../../../src/bytes/bytes.ts';
import { packBytes } from '../../../../../src/glib/gvariant/pack.ts';
import { signaturePath } from '../../../../../src/layouts/flatpak/format/paths.ts';
import { encodeSignatures } from '../../../../../src/ostree/signatures.ts';
import { auditFiles, digestOf, draftRepository, type Files, writeRepository } from './tiny-repository.ts';

interface Key {
  readonly secret: string;
  readonly public: Uint8Array;
}

let own: Key;
let other: Key;

beforeAll(async () => {
  [own, other] = [await makeKey('own'), await makeKey('other')];
});

async function makeKey(name: string): Promise<Key> {
  const userIDs = [{ name, email: `${name}@example.org` }];
  const pair = await generateKey({ type: 'ecc', curve: 'ed25519Legacy', userIDs, format: 'object' });
  return { secret: pair.privateKey.armor(), public: pair.publicKey.write() };
}

async function signed(bytes: Uint8Array, key: Key): Promise<Uint8Array> {
  const signingKeys = await readPrivateKey({ armoredKey: key.secret });
  const message = await createMessage({ binary: bytes });
  const signature = await sign({ message, signingKeys, detached: true, format: 'binary' });
  if (!(signature instanceof Uint8Array)) throw new TypeError('expected bytes');
  return encodeSignatures([signature]);
}

/** A signed repository. */
async function signedFiles(key = own, isAnnounced = false): Promise<Files> {
  const draft = draftRepository();
  if (isAnnounced) {
    draft.config += `gpg-keys=${Buffer.from(own.public).toString('base64')}\n`;
    for (const metadata of [draft.metadata, draft.oldMetadata]) metadata.push(['xa.gpg-keys', packBytes(own.public)]);
  }
  const { files } = writeRepository(draft);
  const index = files.get('summary.idx') ?? new Uint8Array(0);
  const ofIndex = await signed(index, key);
  files.set(signaturePath(digestOf(index)), ofIndex);
  files.set('summary.idx.sig', ofIndex);
  files.set('summary.sig', await signed(files.get('summary') ?? new Uint8Array(0), key));
  return files;
}

const audit = auditFiles;

const nameOf = (files: Files): string => signaturePath(digestOf(files.get('summary.idx') ?? new Uint8Array(0)));

describe('verify, of signatures', () => {
  it('counts them, and remarks that they cannot be checked without a key', async () => {
    const files = await signedFiles();
    expect(await audit(files)).toMatchObject({
      signatures: 2,
      goodSignatures: 0,
      findings: [],
      remarks: [{ path: nameOf(files), message: 'signatures were not checked: no key is known' }],
    });
  });

  it.each([
    ['the user names', false],
    ['the repository announces', true],
  ])('checks them with the key that %s', async (_, isAnnounced) => {
    const report = await audit(await signedFiles(own, isAnnounced), isAnnounced ? [] : [own.public]);
    expect(report).toMatchObject({ signatures: 2, goodSignatures: 2, findings: [], remarks: [] });
  });

  it('finds those of unknown keys', async () => {
    const files = await signedFiles(other);
    const { findings, goodSignatures } = await audit(files, [own.public]);
    expect(goodSignatures).toBe(0);
    expect(findings.map(({ path }) => path)).toEqual([nameOf(files), 'summary.idx.sig', 'summary.sig']);
    expect(findings[0]?.message).toMatch(
      /^expected a good signature of the index by a known key, found one by [0-9a-f]{40}$/,
    );
    expect(findings[1]?.message).toMatch(/^stale: /);
    expect(findings[2]?.message).toMatch(/a good signature of summary by a known key/);
  });

  it.each([[true], [false]])('finds a summary.idx.sig of an older index, with keys: %s', async (isKnown) => {
    const files = await signedFiles();
    files.set('summary.idx.sig', await signed(encodeText('an older index'), own));
    const { findings } = await audit(files, isKnown ? [own.public] : []);
    expect(findings).toEqual([{ path: 'summary.idx.sig', message: expect.stringMatching(/^stale: expected/) }]);
  });

  it('finds an old summary that has changed since it was signed', async () => {
    const files = await signedFiles();
    files.set('summary.sig', await signed(encodeText('an older summary'), own));
    const { findings } = await audit(files, [own.public]);
    expect(findings).toEqual([{ path: 'summary.sig', message: expect.stringContaining('of summary by a known key') }]);
  });

  it.each([
    ['the index', nameOf, /^expected a signature of the index, found none/],
    ['the old summary', () => 'summary.sig', /^expected a signature of the old summary, found none/],
  ])('finds that %s is not signed, though the other is', async (_, pathOf, message) => {
    const files = await signedFiles();
    const path = pathOf(files);
    files.delete(path);
    expect((await audit(files)).findings).toEqual([{ path, message: expect.stringMatching(message) }]);
  });

  it('finds that nothing is signed where a key is known', async () => {
    const { files } = writeRepository(draftRepository());
    const paths = (await audit(files, [own.public])).findings.map(({ path }) => path);
    expect(paths).toEqual([nameOf(files), 'summary.sig']);
  });

  it('accepts a good signature among those of unknown keys', async () => {
    const files = await signedFiles();
    const index = files.get('summary.idx') ?? new Uint8Array(0);
    const both = encodeSignatures([...(await packetsOf(index, other)), ...(await packetsOf(index, own))]);
    files.set(nameOf(files), both).set('summary.idx.sig', both);
    expect(await audit(files, [own.public])).toMatchObject({ signatures: 3, goodSignatures: 2, findings: [] });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['no signatures', encodeSignatures([]), /^expected signatures, found none$/],
    ['no packet', encodeSignatures([Uint8Array.of(1, 2, 3)]), /^signature 1: expected one OpenPGP signature/],
    ['no dictionary', Uint8Array.of(1), /GVariant/],
  ])('finds a kept signature that holds %s', async (_, bytes, message) => {
    const files = await signedFiles();
    const path = signaturePath(digestOf(encodeText('an older index')));
    files.set(path, bytes);
    expect((await audit(files, [own.public])).findings).toEqual([{ path, message: expect.stringMatching(message) }]);
  });

  it('finds announced keys that are not keys', async () => {
    const draft = draftRepository();
    draft.config += 'gpg-keys=AAAA\n';
    const { files } = writeRepository(draft);
    const { findings } = await audit(files);
    expect(findings).toContainEqual({ path: 'config', message: expect.stringContaining('gpg-keys of [flatpak]: ') });
  });

  it('refuses a user’s key file that is not one', async () => {
    const files = await signedFiles();
    await expect(audit(files, [encodeText('no key')])).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/^expected OpenPGP public keys/),
    });
  });
});

async function packetsOf(bytes: Uint8Array, key: Key): Promise<readonly Uint8Array[]> {
  const { parseSignatures } = await import('../../../../../src/ostree/signatures.ts');
  return parseSignatures(await signed(bytes, key));
}
