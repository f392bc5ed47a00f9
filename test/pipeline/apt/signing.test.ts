/**
 * Signed archives: what is signed, by whom, and what happens when keys come and go.
 */
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  createMessage,
  generateKey,
  type PublicKey,
  readCleartextMessage,
  readKey,
  readSignature,
  verify,
} from 'openpgp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Signer } from '../../../src/model/signer.ts';
import { parseCleartext } from '../../../src/openpgp/cleartext.ts';
import { readSignatureFacts } from '../../../src/openpgp/packets.ts';
import { openSigner } from '../../../src/platform/openpgp/open-signer.ts';
import { buildArchive, DAY, parseFields, START } from '../../apt-archive.ts';
import { failureOf } from '../../failure.ts';
import { asLines, sampleRecord } from '../../sample-records.ts';
import { digestsOf, listPaths, makeWorkspace, stateOf, writeFiles } from '../../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));
const UNSIGNED = 'not signed: apt takes it only from sources with [trusted=yes]; sign it with --sign KEY';
const inputOf = (version: string, suites = ''): string =>
  writeFiles(freshPath(), {
    'all.jsonl': asLines([sampleRecord('alpha', version, 'amd64')]),
    'repomill.yaml': `name: sample\napt: { url: "https://packages.example.org"${suites} }\n`,
  });
const copyOf = (directory: string): string => {
  const copy = freshPath();
  cpSync(directory, copy, { recursive: true });
  return copy;
};
const read = (out: string, name: string): string => readFileSync(join(out, 'dists/stable', name), 'utf8');

interface Key {
  readonly file: string;
  readonly publicKey: PublicKey;
}

let [own, other]: readonly [Key, Key] | readonly [] = [];
let [older, newer] = ['', ''];
/** After the older input, signed by one key. */
let tree = '';

async function makeKey(name: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKey({
    ...{ type: 'ecc', curve: 'ed25519Legacy', userIDs: [{ name, email: `${name}@example.org` }] },
    ...{ format: 'armored', date: new Date((START - DAY) * 1000) },
  });
  const file = join(writeFiles(freshPath(), { [`${name}.asc`]: privateKey }), `${name}.asc`);
  return { file, publicKey: await readKey({ armoredKey: publicKey }) };
}

const keyFiles = (...keys: readonly (Key | undefined)[]): readonly string[] => keys.flatMap((key) => key?.file ?? []);
const signedBy = (...keys: readonly (Key | undefined)[]): Promise<Signer> => openSigner({ keys: keyFiles(...keys) });

beforeAll(async () => {
  [own, other] = [await makeKey('own'), await makeKey('other')];
  [older, newer] = [inputOf('1.0'), inputOf('2.0')];
  tree = freshPath();
  await buildArchive(older, tree, { signer: await signedBy(own) });
});

/** How many signatures of an `InRelease` this key verifies at the time of the build, and the text that they are of. */
async function verifiedText(out: string, key: Key | undefined, at = START): Promise<readonly [string, number]> {
  const message = await readCleartextMessage({ cleartextMessage: read(out, 'InRelease') });
  const verificationKeys = key === undefined ? [] : [key.publicKey];
  const { data, signatures } = await verify({ message, verificationKeys, date: new Date(at * 1000) });
  const outcomes = await Promise.allSettled(signatures.map(({ verified }) => verified));
  return [data, outcomes.filter(({ status }) => status === 'fulfilled').length];
}

describe('a signed archive', () => {
  it('has the Release file in InRelease, and a signature of its bytes in Release.gpg', async () => {
    expect(await verifiedText(tree, own)).toEqual([read(tree, 'Release').trimEnd(), 1]);
    expect(await verifiedText(tree, other)).toEqual([read(tree, 'Release').trimEnd(), 0]);
    const signature = await readSignature({ armoredSignature: read(tree, 'Release.gpg') });
    const message = await createMessage({ binary: Buffer.from(read(tree, 'Release')) });
    const verificationKeys = own === undefined ? [] : [own.publicKey];
    const { signatures } = await verify({ message, signature, verificationKeys, date: new Date(START * 1000) });
    await expect(signatures[0]?.verified).resolves.toBe(true);
  });

  it('gives clients the public key, alone and in the file that they install', () => {
    const armored = read(tree, 'sample.asc');
    expect(armored).toMatch(/^-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n/);
    expect(read(tree, 'sample.sources')).toContain(
      `Signed-By:\n${armored
        .trimEnd()
        .split('\n')
        .map((line) => ` ${line === '' ? '.' : line}\n`)
        .join('')}`,
    );
    expect(read(tree, 'sample.sources')).not.toContain('Trusted');
  });

  it('has no warning, and the secret key nowhere', async () => {
    const report = await buildArchive(older, freshPath(), { signer: await signedBy(own) });
    expect(report.warnings).toEqual([]);
    for (const path of listPaths(tree)) expect(readFileSync(join(tree, path), 'latin1')).not.toContain('PRIVATE');
  });

  it('is the same to the byte in every build, and a later one writes nothing', async () => {
    const out = freshPath();
    await buildArchive(older, out, { signer: await signedBy(own) });
    expect(digestsOf(out)).toEqual(digestsOf(tree));
    const before = stateOf(out);
    const report = await buildArchive(older, out, { signer: await signedBy(own), at: START + DAY });
    expect(report.changed).toBe(false);
    expect(stateOf(out)).toEqual(before);
  });

  it('names older entry points by their digests', async () => {
    const out = copyOf(tree);
    await buildArchive(newer, out, { signer: await signedBy(own), at: START + DAY });
    const copies = listPaths(join(out, 'dists/stable/by-hash/SHA256')).map((digest) =>
      read(out, `by-hash/SHA256/${digest}`),
    );
    expect(new Set(copies)).toEqual(new Set([read(tree, 'InRelease'), read(out, 'InRelease')]));
  });
});

describe('a build without a key', () => {
  it('warns where nothing was signed', async () => {
    const out = freshPath();
    expect((await buildArchive(older, out)).warnings).toEqual([UNSIGNED]);
    expect(listPaths(join(out, 'dists/stable')).filter((path) => /gpg|InRelease|asc/.test(path))).toEqual([]);
  });

  it('leaves a signed archive alone that would not change', async () => {
    const out = copyOf(tree);
    const before = stateOf(out);
    const report = await buildArchive(older, out, { at: START + DAY });
    expect(report).toMatchObject({ changed: false, warnings: [] });
    expect(stateOf(out)).toEqual(before);
  });

  it('is refused where a signed archive would change, and touches nothing', async () => {
    const out = copyOf(tree);
    const before = stateOf(out);
    expect(await failureOf(buildArchive(newer, out, { at: START + DAY }))).toMatchObject({
      code: 'usage',
      path: 'dists/stable',
      message: 'is signed, and this build has no key: clients would refuse what it publishes',
      hint: 'pass the key with --sign; to publish without signatures, remove InRelease and Release.gpg first',
    });
    expect(stateOf(out)).toEqual(before);
  });

  it('is refused where a suite would be new in a signed archive', async () => {
    const out = freshPath();
    await buildArchive(inputOf('1.0', ', suites: { a: }'), out, { signer: await signedBy(own) });
    const before = stateOf(out);
    expect(await failureOf(buildArchive(inputOf('1.0', ', suites: { a: , b: }'), out))).toMatchObject({
      code: 'usage',
      path: 'dists/b',
      message: 'is new in an archive that is signed, and this build has no key: clients would refuse it',
      hint: 'pass the key with --sign',
    });
    expect(stateOf(out)).toEqual(before);
  });

  it('does what the refusal says once the signatures are removed', async () => {
    const out = copyOf(tree);
    for (const name of ['InRelease', 'Release.gpg']) rmSync(join(out, 'dists/stable', name));
    expect((await buildArchive(newer, out, { at: START + DAY })).warnings).toEqual([UNSIGNED]);
    expect(existsSync(join(out, 'dists/stable/InRelease'))).toBe(false);
    expect(read(out, 'sample.sources')).toContain('Trusted: yes');
  });
});

describe('keys that come and go', () => {
  it('a second key signs, too, and the Release file stays what it is', async () => {
    const out = copyOf(tree);
    await buildArchive(older, out, { signer: await signedBy(own, other), at: START + DAY });
    expect(read(out, 'Release')).toBe(read(tree, 'Release'));
    expect((await verifiedText(out, own))[1]).toBe(1);
    expect((await verifiedText(out, other))[1]).toBe(1);
    const before = stateOf(out);
    await buildArchive(older, out, { signer: await signedBy(own, other), at: START + 2 * DAY });
    expect(stateOf(out)).toEqual(before);
  });

  it('the first key goes, and its signatures with it', async () => {
    const out = copyOf(tree);
    await buildArchive(newer, out, { signer: await signedBy(other), at: START + DAY });
    expect((await verifiedText(out, own, START + DAY))[1]).toBe(0);
    expect((await verifiedText(out, other, START + DAY))[1]).toBe(1);
  });

  it('an archive that was not signed is signed without a new date', async () => {
    const out = freshPath();
    await buildArchive(older, out);
    await buildArchive(older, out, { signer: await signedBy(own), at: START + DAY });
    expect(parseFields(read(out, 'InRelease')).fields.Date).toBe('Tue, 14 Nov 2023 22:13:20 UTC');
    expect((await verifiedText(out, own))[1]).toBe(1);
  });
});

describe('damaged signatures', () => {
  it.each(['InRelease', 'Release.gpg'])('in %s are made anew', async (name) => {
    const out = writeFiles(copyOf(tree), { [`dists/stable/${name}`]: 'damaged' });
    await buildArchive(older, out, { signer: await signedBy(own), at: START + DAY });
    expect(read(out, name)).toBe(read(tree, name));
  });

  it('of one suite do not touch another', async () => {
    const suites = ', suites: { a: , b: }';
    const out = freshPath();
    const input = inputOf('1.0', suites);
    await buildArchive(input, out, { signer: await signedBy(own) });
    const before = stateOf(join(out, 'dists/b'));
    rmSync(join(out, 'dists/a/InRelease'));
    await buildArchive(input, out, { signer: await signedBy(own), at: START + DAY });
    expect(existsSync(join(out, 'dists/a/InRelease'))).toBe(true);
    expect(stateOf(join(out, 'dists/b'))).toEqual(before);
  });
});

describe('a change within the second of the publication before', () => {
  it('has a later date, and signatures that are not from the future', async () => {
    const out = copyOf(tree);
    await buildArchive(newer, out, { signer: await signedBy(own) });
    expect(parseFields(read(out, 'Release')).fields.Date).toBe(
      new Date((START + 1) * 1000).toUTCString().replace('GMT', 'UTC'),
    );
    const times = parseCleartext(read(out, 'InRelease')).signatures.map(
      (signature) => readSignatureFacts(signature, 'text')?.created,
    );
    expect(times).toEqual([START]);
  });
});
