import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SignatureChecker, Signer } from '../../src/model/signer.ts';
import { readSignatureFacts } from '../../src/openpgp/packets.ts';
import { type LoadOpenPgp, loadOpenPgp } from '../../src/platform/openpgp/load-openpgp.ts';
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

const without: LoadOpenPgp = async () => undefined;
const PROGRAMS: readonly (readonly [string, LoadOpenPgp])[] = [
  ['OpenPGP.js', loadOpenPgp],
  ['gpg', without],
];

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
  describe.each(PROGRAMS)('with keys in files, by %s', (_, load) => {
    it.each(['rsa', 'ed', 'short', 'dsa', 'nist'])('signs as gpg and OpenPGP.js accept it: %s', async (name) => {
      const signer = await openSigner({ keys: [secretFile(name)] }, load);
      await expectGood(signer, [name]);
    });

    it('reads armored and binary files', async () => {
      await expectGood(await openSigner({ keys: [secretFile('rsa', true), secretFile('ed', true)] }, load), [
        'rsa',
        'ed',
      ]);
    });

    it('signs with the subkey of a key whose primary half is elsewhere', async () => {
      const file = join(workspace, 'subkeys.gpg');
      writeFileSync(file, gpg(['--export-secret-subkeys', fingerprintOf('ed')]));
      await expectGood(await openSigner({ keys: [file] }, load), ['ed']);
    });

    it('opens a locked key with its passphrase', async () => {
      const signer = await openSigner({ keys: [secretFile('locked')], passphrase: 'open sesame' }, load);
      await expectGood(signer, ['locked']);
      expect(await signer.sign(others)).toHaveLength(1);
    });

    it('gives the passphrase to the key that needs it alone', async () => {
      const keys = [secretFile('rsa'), secretFile('locked')];
      await expectGood(await openSigner({ keys, passphrase: 'open sesame' }, load), ['rsa', 'locked']);
    });

    it('refuses to sign with a wrong passphrase, which the message does not repeat', async () => {
      const signer = await openSigner({ keys: [secretFile('locked')], passphrase: 'open barley' }, load);
      const failure = await failureOf(signer.sign(bytes));
      expect(failure).toMatchObject({ code: 'usage', message: expect.stringMatching(/locked.*passphrase/i) });
      expect(failure.message).not.toContain('barley');
    });

    it('refuses to sign with no passphrase', async () => {
      const signed = openSigner({ keys: [secretFile('locked')] }, load).then((signer) => signer.sign(bytes));
      expect(await failureOf(signed)).toMatchObject({
        code: 'usage',
        message: expect.stringMatching(/locked.*passphrase/i),
      });
    });

    it('refuses to sign with a key that has expired', async () => {
      const signer = await openSigner({ keys: [secretFile('expired')] }, load);
      expect(await failureOf(signer.sign(bytes))).toMatchObject({
        code: 'usage',
        message: expect.stringMatching(/expired\.gpg: .*(expired|unusable)/i),
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
      expect(await failureOf(openSigner({ keys: [file] }, load))).toMatchObject({
        code: 'usage',
        message: expect.stringContaining(`key ${file}: expected an OpenPGP secret key`),
      });
    });

    it('refuses a secret key that is cut off', async () => {
      const file = join(workspace, 'cut.gpg');
      writeFileSync(file, gpg(['--export-secret-keys', fingerprintOf('rsa')]).subarray(0, 600));
      const signed = openSigner({ keys: [file] }, load).then((signer) => signer.sign(bytes));
      expect(await failureOf(signed)).toMatchObject({ code: 'usage', message: expect.stringContaining(file) });
    });

    it.each([false, true])('refuses a file of a public key, armored: %s', async (armored) => {
      const file = join(workspace, 'public.gpg');
      writeFileSync(file, gpg([...(armored ? ['--armor'] : []), '--export', fingerprintOf('rsa')]));
      expect(await failureOf(openSigner({ keys: [file] }, load))).toMatchObject({ code: 'usage' });
    });

    it.each([false, true])('refuses a file of two secret keys, armored: %s', async (armored) => {
      const file = join(workspace, 'two.gpg');
      const exported = ['rsa', 'dsa'].map((name) => readFileSync(secretFile(name, armored)));
      writeFileSync(file, Buffer.concat(exported));
      expect(await failureOf(openSigner({ keys: [file] }, load))).toMatchObject({
        code: 'usage',
        message: expect.stringContaining('expected one secret key, found'),
      });
    });

    it('refuses the same key twice', async () => {
      expect(await failureOf(openSigner({ keys: [secretFile('ed'), secretFile('ed', true)] }, load))).toMatchObject({
        code: 'usage',
        message: expect.stringContaining('expected each key once'),
      });
    });

    it('covers signatures in any order, and no others, no fewer and no more', async () => {
      const keys = [secretFile('rsa'), secretFile('ed')];
      const signer = await openSigner({ keys }, load);
      const [first, second] = await signer.sign(bytes);
      const [foreign] = await (await openSigner({ keys: [secretFile('dsa')] }, load)).sign(bytes);
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
        message: expect.stringMatching(/^key example\.org: expected one secret key, found \w{40}, /),
      });
    });

    it('refuses to sign with a key that has expired', async () => {
      const signer = await openSigner({ keys: ['<expired@example.org>'], homedir });
      expect(await failureOf(signer.sign(bytes))).toMatchObject({
        code: 'usage',
        message: expect.stringMatching(/^key <expired@example\.org>: gpg: /),
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
        message: expect.stringContaining('expected one signature, found 2'),
      });
    });

    it('says what to install where there is no gpg', async () => {
      const failure = await withoutPrograms(() => failureOf(openSigner({ keys: ['<rsa@example.org>'], homedir })));
      expect(failure).toMatchObject({ code: 'usage', message: 'key <rsa@example.org>: gpg: no such program' });
      expect(failure.hint).toMatch(/install GnuPG/);
    });
  });

  it('says what to install where there is neither OpenPGP.js nor gpg', async () => {
    const keys = [secretFile('rsa')];
    const failure = await withoutPrograms(() => failureOf(openSigner({ keys }, without)));
    expect(failure).toMatchObject({ code: 'usage', hint: expect.stringMatching(/GnuPG.*openpgp/) });
  });

  it('signs with a file by OpenPGP.js where there is no gpg', async () => {
    const keys = [secretFile('rsa')];
    const signatures = await withoutPrograms(async () => (await openSigner({ keys })).sign(bytes));
    expect(signatures).toHaveLength(1);
  });

  it('refuses a key of OpenPGP.js that GnuPG 2.2 cannot read', async () => {
    const openpgp = await loadOpenPgp();
    const userIDs = { name: 'new', email: 'new@example.org' };
    const { privateKey } = await (openpgp ?? expect.fail()).generateKey({ type: 'curve25519', userIDs });
    const file = join(workspace, 'new.asc');
    writeFileSync(file, privateKey);
    expect(await failureOf((await openSigner({ keys: [file] })).sign(bytes))).toMatchObject({
      code: 'usage',
      message: `key ${file}: expected a key that GnuPG 2.2 can read, found version 4 with ed25519`,
    });
  });
});

describe.skipIf(!hasGpg).each(PROGRAMS)('openChecker, by %s', (_, load) => {
  const checkerOf = (...names: readonly string[]): Promise<SignatureChecker> =>
    openChecker(
      names.map((name) => gpg(['--export', fingerprintOf(name)])),
      load,
    );

  it('tells whose a good signature is: the primary key, where a subkey made it', async () => {
    const { check } = await checkerOf('rsa', 'ed', 'short', 'dsa', 'nist');
    for (const name of ['rsa', 'ed', 'short', 'dsa', 'nist']) {
      expect(await check(bytes, signatureBy(name))).toBe(fingerprintOf(name).toLowerCase());
    }
  });

  it('reads rings of several keys, armored blocks behind each other, and a text around them', async () => {
    const [rsa, dsa, ed] = ['rsa', 'dsa', 'ed'].map((name) => gpg(['--armor', '--export', fingerprintOf(name)]));
    const binary = gpg(['--export', fingerprintOf('short'), fingerprintOf('nist')]);
    const { check } = await openChecker([Buffer.from(`Our keys:\n\n${rsa}\n${dsa}\n\n${ed}end\n`), binary], load);
    for (const name of ['rsa', 'dsa', 'ed', 'short', 'nist']) {
      expect(await check(bytes, signatureBy(name))).toBe(fingerprintOf(name).toLowerCase());
    }
  });

  it('knows no signature of other bytes, of another key, or of no key', async () => {
    const { check } = await checkerOf('rsa');
    expect(await check(others, signatureBy('rsa'))).toBeUndefined();
    expect(await check(bytes, signatureBy('dsa'))).toBeUndefined();
    expect(await (await openChecker([], load)).check(bytes, signatureBy('rsa'))).toBeUndefined();
  });

  it('knows no signature that is changed, cut off, armored, of a text, or twice there', async () => {
    const { check } = await checkerOf('rsa');
    const signature = signatureBy('rsa');
    const bad = [
      signature.subarray(0, -1),
      signature.with(-1, (signature.at(-1) ?? 0) ^ 1),
      signature.with(12, 0x7f),
      gpg(['--local-user', fingerprintOf('rsa'), '--armor', '--detach-sign'], bytes),
      gpg(['--local-user', fingerprintOf('rsa'), '--textmode', '--detach-sign'], bytes),
      Buffer.concat([signature, signature]),
      new Uint8Array(0),
    ];
    for (const one of bad) expect(await check(bytes, one)).toBeUndefined();
  });

  it('knows no signature of a key that has expired since', async () => {
    const { check } = await checkerOf('expired', 'rsa');
    const args = ['--faked-system-time', '20200101T120000', '--local-user', fingerprintOf('expired'), '--detach-sign'];
    expect(await check(bytes, gpg(args, bytes))).toBeUndefined();
  });

  it('knows no signature of a key that was revoked since', async () => {
    const { check } = await checkerOf('revoked');
    expect(await check(bytes, readFileSync(join(workspace, 'revoked.sig')))).toBeUndefined();
  });

  it.each(['garbage', '', '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n'])(
    'refuses a ring without a key: %j',
    async (text) => {
      expect(await failureOf(openChecker([Buffer.from(text)], load))).toMatchObject({
        code: 'format',
        message: expect.stringMatching(/^public keys: expected OpenPGP keys/),
      });
    },
  );
});

describe.skipIf(!hasGpg)('what gpg is given', () => {
  const own = (): readonly string[] =>
    readdirSync(tmpdir()).filter((name) => new RegExp(`^repomill-[0-9a-f]{8}-${process.pid}-`).test(name));

  afterEach(() => expect(own()).toEqual([]));

  it('is gone when a signature is made, and so is the agent', async () => {
    const signer = await openSigner({ keys: [secretFile('rsa')] }, without);
    expect(await signer.covers(bytes, await signer.sign(bytes))).toBe(true);
    const agents = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
    expect(agents.filter((line) => line.includes(`-${process.pid}-`))).toEqual([]);
  });

  it('is gone when none could be made', async () => {
    const signer = await openSigner({ keys: [secretFile('locked')] }, without);
    await failureOf(signer.sign(bytes));
  });
});

/** Signs, and has the signatures looked at by gpg with the user's ring, by both checkers, and by the signer. */
async function expectGood(signer: Signer, names: readonly string[]): Promise<readonly Uint8Array[]> {
  const signatures = await signer.sign(bytes);
  const fingerprints = names.map((name) => fingerprintOf(name).toLowerCase());
  expect(signatures.map(whoMade)).toEqual(fingerprints);
  for (const load of [loadOpenPgp, without]) {
    const { check } = await openChecker([gpg(['--export'])], load);
    expect(await Promise.all(signatures.map((signature) => check(bytes, signature)))).toEqual(fingerprints);
  }
  expect(await signer.covers(bytes, signatures)).toBe(true);
  for (const signature of signatures) expect(readSignatureFacts(signature)?.created).toBeGreaterThan(1_700_000_000);
  return signatures;
}

/** The primary key that gpg says made a good signature of version 4 with SHA-256 or a longer digest. */
function whoMade(signature: Uint8Array): string | undefined {
  const file = join(workspace, 'signature');
  writeFileSync(file, signature);
  const status = gpg(['--status-fd', '1', '--verify', file, '-'], bytes).toString();
  expect(status).toMatch(/^\[GNUPG:\] GOODSIG /m);
  // Fields of VALIDSIG: version 4, reserved, algorithm, digest (8 to 10 are SHA-256 to SHA-512), class 00.
  return /^\[GNUPG:\] VALIDSIG (?:\S+ ){4}4 0 \d+ (?:8|9|10) 00 (\w+)$/m.exec(status)?.[1]?.toLowerCase();
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
