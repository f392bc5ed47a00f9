import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SignatureChecker, Signer } from '../../src/model/signer.ts';
import { readSignatureFacts } from '../../src/openpgp/packets.ts';
import { loadOpenPgp } from '../../src/platform/openpgp/load-openpgp.ts';
import { openChecker } from '../../src/platform/openpgp/open-checker.ts';
import { openSigner } from '../../src/platform/openpgp/open-signer.ts';
import { failureOf } from '../failure.ts';
import { makeWorkspace } from '../workspace.ts';
import { requireProgram } from './programs.ts';

const hasGpg = requireProgram('gpg');
const workspace = makeWorkspace();
const homedir = join(workspace, 'home');
const bytes = new TextEncoder().encode('an index\r\nof two lines \n');
const others = new TextEncoder().encode('another index');

/** The keys of the tests: name, algorithm, passphrase. The second one has a subkey that signs. */
const KEYS = [
  ['rsa', 'rsa2048', ''],
  ['ed', 'ed25519', ''],
  ['short', 'rsa1024', ''],
  ['dsa', 'dsa2048', ''],
  ['nist', 'nistp521', ''],
  ['locked', 'ed25519', 'open sesame'],
] as const;

beforeAll(() => {
  if (!hasGpg) return;
  mkdirSync(homedir, { mode: 0o700 });
  for (const [name, algorithm, passphrase] of KEYS) makeKey(name, algorithm, passphrase, 'never');
  makeKey('expired', 'ed25519', '', '2d', '20200101T000000');
  gpg(['--passphrase', '', '--quick-add-key', fingerprintOf('ed'), 'ed25519', 'sign']);
  makeKey('revoked', 'ed25519', '', 'never');
  writeFileSync(join(workspace, 'revoked.sig'), signatureBy('revoked'));
  // A colon keeps the certificate that gpg makes with each key from being used by mistake.
  const certificate = readFileSync(join(homedir, `openpgp-revocs.d/${fingerprintOf('revoked')}.rev`), 'utf8');
  gpg(['--import'], Buffer.from(certificate.replace(/^:/m, '')));
});
afterAll(() => {
  if (hasGpg) execFileSync('gpgconf', ['--homedir', homedir, '--kill', 'all']);
});

describe.skipIf(!hasGpg)('openSigner', () => {
  describe('with keys in files', () => {
    it.each(['rsa', 'ed', 'short', 'dsa', 'nist'])('signs as gpg and OpenPGP.js accept it: %s', async (name) => {
      const signer = await openSigner({ keys: [secretFile(name)] });
      await expectGood(signer, [name]);
    });

    it('reads armored and binary files', async () => {
      await expectGood(await openSigner({ keys: [secretFile('rsa', true), secretFile('ed', true)] }), ['rsa', 'ed']);
    });

    it('signs with the subkey of a key whose primary half is elsewhere', async () => {
      const file = join(workspace, 'subkeys.gpg');
      writeFileSync(file, gpg(['--export-secret-subkeys', fingerprintOf('ed')]));
      await expectGood(await openSigner({ keys: [file] }), ['ed']);
    });

    it('opens a locked key with its passphrase', async () => {
      const signer = await openSigner({ keys: [secretFile('locked')], passphrase: 'open sesame' });
      await expectGood(signer, ['locked']);
      expect(await signer.sign(others)).toHaveLength(1);
    });

    it('gives the passphrase to the key that needs it alone', async () => {
      const keys = [secretFile('rsa'), secretFile('locked')];
      await expectGood(await openSigner({ keys, passphrase: 'open sesame' }), ['rsa', 'locked']);
    });

    it('refuses to sign with a wrong passphrase, which the message does not repeat', async () => {
      const signer = await openSigner({ keys: [secretFile('locked')], passphrase: 'open barley' });
      const failure = await failureOf(signer.sign(bytes));
      expect(failure).toMatchObject({
        code: 'usage',
        path: expect.stringMatching(/locked\.gpg$/),
        message: expect.stringMatching(/passphrase/i),
      });
      expect(failure.message).not.toContain('barley');
    });

    it('refuses to sign with no passphrase', async () => {
      const signed = openSigner({ keys: [secretFile('locked')] }).then((signer) => signer.sign(bytes));
      expect(await failureOf(signed)).toMatchObject({
        code: 'usage',
        path: expect.stringMatching(/locked\.gpg$/),
        message: 'the key is locked: expected a passphrase, found none',
        hint: 'set REPOMILL_PASSPHRASE, or `passphrase` of openSigner',
      });
    });

    it('refuses to sign with a key that has expired', async () => {
      const signer = await openSigner({ keys: [secretFile('expired')] });
      expect(await failureOf(signer.sign(bytes))).toMatchObject({
        code: 'usage',
        path: expect.stringMatching(/expired\.gpg$/),
        message: 'expected a key that can sign: Primary key is expired',
      });
    });

    it.each([
      ['garbage', 'garbage'],
      ['nothing', ''],
      ['a header line alone', '-----BEGIN PGP PRIVATE KEY BLOCK-----\n'],
      ['bytes that look like packets', Uint8Array.from({ length: 300 }, (_, i) => 0x95 ^ (i & 0x7f))],
    ])('refuses a file of %s', async (_, content) => {
      const file = join(workspace, 'garbage.gpg');
      writeFileSync(file, content);
      expect(await failureOf(openSigner({ keys: [file] }))).toMatchObject({
        code: 'usage',
        path: file,
        message: expect.stringMatching(/^expected an OpenPGP secret key(, found none$|: )/),
      });
    });

    it('refuses a secret key that is cut off', async () => {
      const file = join(workspace, 'cut.gpg');
      writeFileSync(file, gpg(['--export-secret-keys', fingerprintOf('rsa')]).subarray(0, 600));
      const signed = openSigner({ keys: [file] }).then((signer) => signer.sign(bytes));
      expect(await failureOf(signed)).toMatchObject({ code: 'usage', path: file });
    });

    it.each([false, true])('refuses a file of a public key, armored: %s', async (armored) => {
      const file = join(workspace, 'public.gpg');
      writeFileSync(file, gpg([...(armored ? ['--armor'] : []), '--export', fingerprintOf('rsa')]));
      expect(await failureOf(openSigner({ keys: [file] }))).toMatchObject({
        code: 'usage',
        path: file,
        message: expect.stringMatching(/^expected an OpenPGP secret key(, found none$|: )/),
      });
    });

    it.each([false, true])('refuses a file of two secret keys, armored: %s', async (armored) => {
      const file = join(workspace, 'two.gpg');
      const exported = ['rsa', 'dsa'].map((name) => readFileSync(secretFile(name, armored)));
      writeFileSync(file, Buffer.concat(exported));
      expect(await failureOf(openSigner({ keys: [file] }))).toMatchObject({
        code: 'usage',
        path: file,
        message: 'expected one secret key, found 2',
      });
    });

    it('refuses the same key twice', async () => {
      expect(await failureOf(openSigner({ keys: [secretFile('ed'), secretFile('ed', true)] }))).toMatchObject({
        code: 'usage',
        path: expect.stringMatching(/ed\.asc$/),
        message: `expected each key once, found the one of ${join(workspace, 'ed.gpg')} again`,
      });
    });

    it('covers signatures in any order, and no others, no fewer and no more', async () => {
      const keys = [secretFile('rsa'), secretFile('ed')];
      const signer = await openSigner({ keys });
      const [first, second] = await signer.sign(bytes);
      const [foreign] = await (await openSigner({ keys: [secretFile('dsa')] })).sign(bytes);
      if (first === undefined || second === undefined || foreign === undefined) throw new Error('expected signatures');
      expect(await signer.covers(bytes, [first, second])).toBe(true);
      expect(await signer.covers(bytes, [second, first])).toBe(true);
      expect(await signer.covers(others, [first, second])).toBe(false);
      expect(await signer.covers(bytes, [])).toBe(false);
      expect(await signer.covers(bytes, [first])).toBe(false);
      expect(await signer.covers(bytes, [first, first])).toBe(false);
      expect(await signer.covers(bytes, [first, foreign])).toBe(false);
      expect(await signer.covers(bytes, [first, second, foreign])).toBe(false);
      expect(await signer.covers(bytes, [Buffer.concat([first, second]), second])).toBe(false);
    });
  });

  describe('with keys of a ring', () => {
    it('finds a key by its fingerprint, its id, its user id or a part of that', async () => {
      const fingerprint = fingerprintOf('rsa');
      for (const name of [fingerprint, `0x${fingerprint.slice(-16)}`, '<rsa@example.org>', 'rsa@example']) {
        await expectGood(await openSigner({ keys: [name], homedir }), ['rsa']);
      }
    });

    it('signs with several keys, in their order, beside a file', async () => {
      const keys = ['<ed@example.org>', secretFile('dsa'), '<rsa@example.org>'];
      await expectGood(await openSigner({ keys, homedir }), ['ed', 'dsa', 'rsa']);
    });

    it('signs with the very subkey that an exclamation mark insists on', async () => {
      const fingerprint = fingerprintOf('ed');
      const signer = await openSigner({ keys: [`${fingerprint}!`], homedir });
      const signatures = await expectGood(signer, ['ed']);
      expect(signatures.map((one) => readSignatureFacts(one)?.issuer)).toEqual([fingerprint.toLowerCase()]);
    });

    it('opens a locked key with its passphrase', async () => {
      const signer = await openSigner({ keys: ['<locked@example.org>'], homedir, passphrase: 'open sesame' });
      await expectGood(signer, ['locked']);
    });

    it('says what helps where gpg asks for a passphrase and there is no program to ask with', async () => {
      const signer = await openSigner({ keys: ['<locked@example.org>'], homedir });
      const agentFile = join(homedir, 'gpg-agent.conf');
      writeFileSync(agentFile, 'pinentry-program /bin/false\n');
      execFileSync('gpgconf', ['--homedir', homedir, '--kill', 'all']);
      const failure = await failureOf(signer.sign(bytes)).finally(() => writeFileSync(agentFile, ''));
      execFileSync('gpgconf', ['--homedir', homedir, '--kill', 'all']);
      expect(failure).toMatchObject({
        code: 'usage',
        message: expect.stringMatching(/^key <locked@example.org>: gpg: /),
        hint: 'set REPOMILL_PASSPHRASE, or `passphrase` of openSigner',
      });
    });

    it('does not read a second line of a passphrase as what is to be signed', async () => {
      const signer = await openSigner({ keys: ['<rsa@example.org>'], homedir, passphrase: 'open\nsesame' });
      expect(await failureOf(signer.sign(bytes))).toMatchObject({
        code: 'usage',
        message: 'key <rsa@example.org>: expected a passphrase of one line, found more',
      });
    });

    it.each(['<nobody@example.org>', '0123456789ABCDEF', '--version', ''])(
      'refuses a key that is not there: %j',
      async (name) => {
        expect(await failureOf(openSigner({ keys: [name], homedir }))).toMatchObject({
          code: 'usage',
          message: expect.stringContaining(
            `key ${name}: expected a file or a secret key that gpg has, found none: gpg: `,
          ),
        });
      },
    );

    it('refuses a name that several keys have', async () => {
      expect(await failureOf(openSigner({ keys: ['example.org'], homedir }))).toMatchObject({
        code: 'usage',
        message: expect.stringMatching(/^key example.org: expected one secret key, found \w{40}, /),
      });
    });

    it('refuses to sign with a key that has expired', async () => {
      const signer = await openSigner({ keys: ['<expired@example.org>'], homedir });
      expect(await failureOf(signer.sign(bytes))).toMatchObject({
        code: 'usage',
        message: expect.stringMatching(/^key <expired@example.org>: gpg: /),
      });
    });

    it('signs as it should in spite of a configuration that wants armor, text and SHA-1', async () => {
      const file = join(homedir, 'gpg.conf');
      writeFileSync(file, 'armor\ntextmode\ndigest-algo SHA1\n');
      const signer = await openSigner({ keys: ['<rsa@example.org>'], homedir });
      await expectGood(signer, ['rsa']).finally(() => writeFileSync(file, ''));
    });

    it('refuses the signatures of further keys that a configuration adds', async () => {
      const file = join(homedir, 'gpg.conf');
      writeFileSync(file, 'local-user <dsa@example.org>\n');
      const signer = await openSigner({ keys: ['<rsa@example.org>'], homedir });
      const failure = await failureOf(signer.sign(bytes)).finally(() => writeFileSync(file, ''));
      expect(failure).toMatchObject({
        code: 'usage',
        message: 'key <rsa@example.org>: expected one signature, found 2',
      });
    });

    it('says what to install where there is no gpg', async () => {
      const failure = await withoutPrograms(() => failureOf(openSigner({ keys: ['<rsa@example.org>'], homedir })));
      expect(failure).toMatchObject({
        code: 'usage',
        message: 'key <rsa@example.org>: gpg: no such program',
      });
      expect(failure.hint).toMatch(/install GnuPG/);
    });
  });

  it('signs with a file by OpenPGP.js where there is no gpg', async () => {
    const keys = [secretFile('rsa')];
    const signatures = await withoutPrograms(async () => (await openSigner({ keys })).sign(bytes));
    expect(signatures).toHaveLength(1);
  });

  it('refuses a key of OpenPGP.js that GnuPG 2.2 cannot read', async () => {
    const openpgp = await loadOpenPgp();
    const userIDs = { name: 'new', email: 'new@example.org' };
    const { privateKey } = await openpgp.generateKey({ type: 'curve25519', userIDs });
    const file = join(workspace, 'new.asc');
    writeFileSync(file, privateKey);
    expect(await failureOf((await openSigner({ keys: [file] })).sign(bytes))).toMatchObject({
      code: 'usage',
      path: file,
      message: 'expected a key that GnuPG 2.2 can read, found version 4 with ed25519',
    });
  });
});

describe.skipIf(!hasGpg)('openChecker', () => {
  const checkerOf = (...names: readonly string[]): Promise<SignatureChecker> =>
    openChecker(names.map((name) => gpg(['--export', fingerprintOf(name)])));

  it('tells whose a good signature is: the primary key, where a subkey made it', async () => {
    const { check } = await checkerOf('rsa', 'ed', 'short', 'dsa', 'nist');
    for (const name of ['rsa', 'ed', 'short', 'dsa', 'nist']) {
      expect(await check(bytes, signatureBy(name))).toBe(fingerprintOf(name).toLowerCase());
    }
  });

  it('reads rings of several keys, armored blocks behind each other, and a text around them', async () => {
    const [rsa, dsa, ed] = ['rsa', 'dsa', 'ed'].map((name) => gpg(['--armor', '--export', fingerprintOf(name)]));
    const binary = gpg(['--export', fingerprintOf('short'), fingerprintOf('nist')]);
    const { check } = await openChecker([Buffer.from(`Our keys:\n\n${rsa}\n${dsa}\n\n${ed}end\n`), binary]);
    for (const name of ['rsa', 'dsa', 'ed', 'short', 'nist']) {
      expect(await check(bytes, signatureBy(name))).toBe(fingerprintOf(name).toLowerCase());
    }
  });

  it('knows no signature of other bytes, of another key, or of no key', async () => {
    const { check } = await checkerOf('rsa');
    expect(await check(others, signatureBy('rsa'))).toBeUndefined();
    expect(verdictOfGpg(others, signatureBy('rsa'))).toContain('BADSIG');
    expect(await check(bytes, signatureBy('dsa'))).toBeUndefined();
    expect(await (await openChecker([])).check(bytes, signatureBy('rsa'))).toBeUndefined();
  });

  it('knows no signature that is changed, cut off, armored, of a text, or twice there', async () => {
    const { check } = await checkerOf('rsa');
    const signature = signatureBy('rsa');
    const damaged = [
      signature.subarray(0, -1),
      signature.with(-1, (signature.at(-1) ?? 0) ^ 1),
      signature.with(12, 0x7f),
      new Uint8Array(0),
    ];
    for (const one of damaged) expect(verdictOfGpg(bytes, one)).not.toContain('GOODSIG');
    // These satisfy gpg, but flatpak's client does not read them.
    const unfit = [
      gpg(['--local-user', fingerprintOf('rsa'), '--armor', '--detach-sign'], bytes),
      gpg(['--local-user', fingerprintOf('rsa'), '--textmode', '--detach-sign'], bytes),
      Buffer.concat([signature, signature]),
    ];
    for (const one of [...damaged, ...unfit]) expect(await check(bytes, one)).toBeUndefined();
  });

  it('knows no signature of a key that has expired since', async () => {
    const { check } = await checkerOf('expired', 'rsa');
    const args = ['--faked-system-time', '20200101T120000', '--local-user', fingerprintOf('expired'), '--detach-sign'];
    const signature = gpg(args, bytes);
    expect(await check(bytes, signature)).toBeUndefined();
    expect(verdictOfGpg(bytes, signature)).toContain('EXPKEYSIG');
  });

  it('knows no signature of a key that was revoked since', async () => {
    const { check } = await checkerOf('revoked');
    const signature = readFileSync(join(workspace, 'revoked.sig'));
    expect(await check(bytes, signature)).toBeUndefined();
    expect(verdictOfGpg(bytes, signature)).toContain('REVKEYSIG');
  });

  it.each(['garbage', '', '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n'])(
    'refuses a ring without a key: %j',
    async (text) => {
      expect(await failureOf(openChecker([Buffer.from(text)]))).toMatchObject({
        code: 'format',
        message: expect.stringMatching(/^expected OpenPGP public keys(, found none$|: )/),
      });
    },
  );
});

/** Signs, and has the signatures checked by gpg with the user's ring, by the checker, and by the signer. */
async function expectGood(signer: Signer, names: readonly string[]): Promise<readonly Uint8Array[]> {
  const signatures = await signer.sign(bytes);
  const fingerprints = names.map((name) => fingerprintOf(name).toLowerCase());
  expect(signatures.map(whoMade)).toEqual(fingerprints);
  const { check } = await openChecker([gpg(['--export'])]);
  expect(await Promise.all(signatures.map((signature) => check(bytes, signature)))).toEqual(fingerprints);
  expect(await signer.covers(bytes, signatures)).toBe(true);
  for (const signature of signatures) expect(readSignatureFacts(signature)?.created).toBeGreaterThan(1_700_000_000);
  return signatures;
}

/** The primary key that gpg says made a good signature of version 4 with SHA-256 or a longer digest. */
function whoMade(signature: Uint8Array): string | undefined {
  const status = verdictOfGpg(bytes, signature);
  expect(status).toMatch(/^\[GNUPG:\] GOODSIG /m);
  // Fields of VALIDSIG: version 4, reserved, algorithm, digest (8 to 10 are SHA-256 to SHA-512), class 00.
  return /^\[GNUPG:\] VALIDSIG (?:\S+ ){4}4 0 \d+ (?:8|9|10) 00 (\w+)$/m.exec(status)?.[1]?.toLowerCase();
}

/** What gpg writes on its status channel about a signature. It fails for one that is not good. */
function verdictOfGpg(signed: Uint8Array, signature: Uint8Array): string {
  const file = join(workspace, 'signature');
  writeFileSync(file, signature);
  const args = ['--homedir', homedir, '--batch', '--quiet', '--status-fd', '1', '--verify', file, '-'];
  return spawnSync('gpg', args, { input: signed, encoding: 'utf8' }).stdout;
}

function signatureBy(name: string): Uint8Array {
  return gpg(['--local-user', fingerprintOf(name), '--detach-sign'], bytes);
}

/** A file with a secret key, as it is in the ring: locked or not. */
function secretFile(name: string, armored = false): string {
  const file = join(workspace, `${name}.${armored ? 'asc' : 'gpg'}`);
  const passphrase = KEYS.find(([key]) => key === name)?.[2] ?? '';
  const args = ['--passphrase', passphrase, '--export-secret-keys', fingerprintOf(name)];
  writeFileSync(file, gpg(armored ? ['--armor', ...args] : args));
  return file;
}

function makeKey(name: string, algorithm: string, passphrase: string, expires: string, made?: string): void {
  const at = made === undefined ? [] : ['--faked-system-time', made];
  const user = `${name} <${name}@example.org>`;
  gpg([...at, '--passphrase', passphrase, '--quick-gen-key', user, algorithm, 'sign', expires]);
}

function fingerprintOf(name: string): string {
  const list = gpg(['--with-colons', '--list-keys', `<${name}@example.org>`]).toString();
  return /^fpr:{9}(\w{40}):/m.exec(list)?.[1] ?? '';
}

function gpg(args: readonly string[], input: Uint8Array = new Uint8Array(0)): Buffer {
  const manners = ['--homedir', homedir, '--batch', '--no-tty', '--quiet', '--pinentry-mode', 'loopback'];
  return execFileSync('gpg', [...manners, ...args], { input, stdio: ['pipe', 'pipe', 'ignore'] });
}

async function withoutPrograms<T>(work: () => Promise<T>): Promise<T> {
  const { PATH } = process.env;
  process.env.PATH = join(workspace, 'nothing');
  try {
    return await work();
  } finally {
    process.env.PATH = PATH;
  }
}
