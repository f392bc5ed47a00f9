import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeText } from '../../../src/bytes/bytes.ts';
import { formatRelease } from '../../../src/deb/release-file.ts';
import { formatSourcesEntry, formatSourcesLines } from '../../../src/layouts/apt/format/sources-entry.ts';
import { type SignedRelease, signRelease } from '../../../src/layouts/apt/generate/sign-release.ts';
import type { Signer } from '../../../src/model/signer.ts';
import { formatArmor } from '../../../src/openpgp/armor.ts';
import { openSigner } from '../../../src/platform/openpgp/open-signer.ts';
import { failureOf } from '../../failure.ts';
import { makeWorkspace } from '../../workspace.ts';
import { requireProgram } from '../programs.ts';

const isReady = ['gpg', 'gpgv', 'apt-get'].map(requireProgram).every((present) => present);
/** The checker of apt 3, where it is installed. */
const hasSqv = spawnSync('sqv', ['--version']).status === 0;
const workspace = makeWorkspace();
const homedir = join(workspace, 'home');

/** The keys: name and algorithm. `locked` has a passphrase, `sub` a second key that signs. */
const KEYS = [
  ['rsa2048', 'rsa2048'],
  ['rsa4096', 'rsa4096'],
  ['ed', 'ed25519'],
  ['p256', 'nistp256'],
  ['p384', 'nistp384'],
  ['p521', 'nistp521'],
  ['sub', 'ed25519'],
  ['locked', 'ed25519'],
] as const;
const names = KEYS.map(([name]) => name);
const PASSPHRASE = 'open sesame';

/** When the keys are made, and when the build is: a day later. */
const MADE = '20240501T000000';
const TIME = 1_714_608_000n;

const packages = 'Package: alpha\nVersion: 1.0\nArchitecture: amd64\nFilename: pool/a.deb\nSize: 1\n\n';
const release = formatRelease({
  ...{ origin: 'Example', suite: 'stable', codename: 'bookworm', date: TIME, description: 'Grüße - from an archive' },
  ...{ notAutomatic: false, butAutomaticUpgrades: false, acquireByHash: false, allInEachArch: true },
  ...{ architectures: ['amd64'], components: ['main'] },
  sha256: [
    {
      path: 'main/binary-amd64/Packages',
      size: packages.length,
      digest: createHash('sha256').update(packages).digest('hex'),
    },
  ],
});

beforeAll(() => {
  if (!isReady) return;
  mkdirSync(homedir, { mode: 0o700 });
  for (const [name, algorithm] of KEYS) {
    const args = ['--faked-system-time', MADE, '--passphrase', passphraseOf(name), '--quick-gen-key'];
    gpg([...args, `${name} <${name}@example.org>`, algorithm, 'sign', 'never']);
    const publicHalf = gpg(['--export', `<${name}@example.org>`]);
    writeFileSync(join(workspace, `${name}.pub.gpg`), publicHalf);
  }
  gpg(['--faked-system-time', MADE, '--passphrase', '', '--quick-add-key', fingerprintOf('sub'), 'ed25519', 'sign']);
  writeFileSync(join(workspace, 'sub.pub.gpg'), gpg(['--export', '<sub@example.org>']));
});
afterAll(() => {
  if (isReady) execFileSync('gpgconf', ['--homedir', homedir, '--kill', 'all']);
});

describe.skipIf(!isReady)('signRelease', () => {
  describe.each(['a file', 'gpg'])('with a key of %s', (where) => {
    const open = (...keys: readonly string[]): Promise<Signer> =>
      openSigner({
        keys: keys.map((name) => (where === 'gpg' ? `<${name}@example.org>` : secretFile(name))),
        ...{ homedir, passphrase: keys.includes('locked') ? PASSPHRASE : undefined },
      });

    it.each(names)('signs as gpg, gpgv and sqv accept it: %s', async (name) => {
      const signed = await sign(await open(name));
      expect(verdictsOn(signed, [name])).toEqual({ inRelease: [name], detached: [name] });
      expect(gpg(['--decrypt', write('InRelease', signed.inRelease)]).toString()).toBe(release);
    });

    it('signs with two keys in one block, each known by itself', async () => {
      const signed = await sign(await open('rsa2048', 'ed'));
      expect(decodeText(signed.inRelease).match(/BEGIN PGP SIGNATURE/g)).toHaveLength(1);
      expect(verdictsOn(signed, ['rsa2048', 'ed'])).toEqual({
        inRelease: ['ed', 'rsa2048'],
        detached: ['ed', 'rsa2048'],
      });
      for (const name of ['rsa2048', 'ed']) expect(verdictsOn(signed, [name]).inRelease).toEqual([name]);
    });

    it('keeps what the same keys signed, and signs anew for other keys, another text, or damaged files', async () => {
      const signer = await open('rsa2048', 'p256');
      const published = await sign(signer);
      const again = await sign(signer, release, published, TIME + 1000n);
      expect(again).toEqual(published);
      const changed = await sign(signer, `${release} 0 0 x\n`, published);
      expect(changed.inRelease).not.toEqual(published.inRelease);
      expect(changed.detached).not.toEqual(published.detached);
      const fewer = await sign(await open('rsa2048'), release, published);
      expect(verdictsOn(fewer, ['rsa2048', 'p256'])).toEqual({ inRelease: ['rsa2048'], detached: ['rsa2048'] });
      const damaged = { inRelease: published.inRelease.subarray(0, -9), detached: Buffer.from('\xff', 'latin1') };
      expect(verdictsOn(await sign(signer, release, damaged), ['rsa2048', 'p256'])).toEqual({
        inRelease: ['p256', 'rsa2048'],
        detached: ['p256', 'rsa2048'],
      });
    });

    it('refuses a time before the key, with the time of both', async () => {
      const [key] = (await open('ed')).keys;
      expect(await failureOf(sign(await open('ed'), release, {}, 0n))).toMatchObject({
        code: 'usage',
        path: key,
        message: 'expected a key from before 1970-01-01T00:00:00Z, found one of 2024-05-01T00:00:00Z',
        hint: 'signatures have the time of the build: check SOURCE_DATE_EPOCH, or the time in the request',
      });
    });
  });

  it.each(['rsa2048', 'rsa4096', 'ed', 'locked'])('gives the same bytes by file and by gpg: %s', async (name) => {
    const passphrase = name === 'locked' ? PASSPHRASE : undefined;
    const byFile = await sign(await openSigner({ keys: [secretFile(name)], passphrase }));
    const again = await sign(await openSigner({ keys: [secretFile(name)], passphrase }));
    expect(again).toEqual(byFile);
    const byGpg = (): Promise<Signer> => openSigner({ keys: [`<${name}@example.org>`], homedir, passphrase });
    expect(await sign(await byGpg())).toEqual(await sign(await byGpg()));
  });

  it.each(['p256', 'p384', 'p521'])('gives the same bytes by gpg: %s', async (name) => {
    const open = (): Promise<Signer> => openSigner({ keys: [`<${name}@example.org>`], homedir });
    expect(await sign(await open())).toEqual(await sign(await open()));
  });

  it('signs with the very subkey that an exclamation mark insists on, or with the primary key', async () => {
    const listed = gpg(['--with-colons', '--list-keys', '<sub@example.org>']).toString();
    const fingerprints = [...listed.matchAll(/^fpr:+(\w+)/gm)].map(([, fingerprint = '']) => fingerprint);
    expect(fingerprints).toHaveLength(2);
    let published: Partial<SignedRelease> = {};
    for (const fingerprint of fingerprints) {
      const signer = await openSigner({ keys: [`${fingerprint}!`], homedir });
      // What the other one has signed is not kept.
      const signed = await sign(signer, release, published);
      expect(statusOf(['--verify', write('InRelease', signed.inRelease)])).toContain(`VALIDSIG ${fingerprint} `);
      expect(await sign(signer, release, signed, TIME + 1n)).toEqual(signed);
      published = signed;
    }
  });

  it('is not believed by gpg where the text was changed', async () => {
    const { inRelease, detached } = await sign(await openSigner({ keys: [secretFile('ed')] }));
    const changed = Buffer.from(decodeText(inRelease).replace('amd64', 'i386'));
    expect(statusOf(['--verify', write('InRelease', changed)])).toContain('BADSIG');
    const args = ['--verify', write('Release.gpg', detached), write('Release', `${release} \n`)];
    expect(statusOf(args)).toContain('BADSIG');
  });
});

describe.skipIf(!isReady)('apt-get update', () => {
  it.each(names)('accepts a suite signed with %s', async (name) => {
    const signed = await sign(await openSigner({ keys: [secretFile(name)], passphrase: PASSPHRASE }));
    expect(update(signed, [name])).toEqual({ code: 0, errors: [] });
  });

  it('accepts Release.gpg where there is no InRelease', async () => {
    const { detached } = await sign(await openSigner({ keys: [secretFile('ed')] }));
    expect(update({ detached }, ['ed'])).toEqual({ code: 0, errors: [] });
  });

  it('accepts one known key of two, as in the middle of a rotation', async () => {
    const signed = await sign(await openSigner({ keys: [secretFile('rsa2048'), secretFile('ed')] }));
    expect(update(signed, ['ed']).code).toBe(0);
    expect(update(signed, ['rsa2048']).code).toBe(0);
    expect(update(signed, ['rsa2048', 'ed'])).toEqual({ code: 0, errors: [] });
  });

  it('refuses a key that it does not know, and a text that was changed', async () => {
    const signed = await sign(await openSigner({ keys: [secretFile('ed')] }));
    const unknown = update(signed, ['rsa2048']);
    expect(unknown.code).toBe(100);
    expect(unknown.errors.join('\n')).toContain('NO_PUBKEY');
    const inRelease = Buffer.from(decodeText(signed.inRelease).replace('Origin: Example', 'Origin: Another'));
    const changed = update({ inRelease }, ['ed']);
    expect(changed.code).toBe(100);
    expect(changed.errors.join('\n')).toContain('BADSIG');
  });

  it('accepts the line for older programs, with the keys in a file', async () => {
    const signed = await sign(await openSigner({ keys: [secretFile('ed')] }));
    const keyFile = write('archive.asc', armoredKeys(['rsa2048', 'ed']));
    expect(update(signed, ['ed'], keyFile)).toEqual({ code: 0, errors: [] });
  });

  it('takes an archive without signatures where the stanza says that it is trusted', () => {
    expect(update({}, [])).toEqual({ code: 0, errors: [] });
  });
});

async function sign(
  signer: Signer,
  text = release,
  published: Partial<SignedRelease> = {},
  time = TIME,
): Promise<SignedRelease> {
  return signRelease({ text, signer, time, published });
}

/** Whose signatures gpg calls good, in order; gpgv and sqv, who know only these keys, have to agree. */
function verdictsOn(
  { inRelease, detached }: SignedRelease,
  known: readonly string[],
): { inRelease: readonly string[]; detached: readonly string[] } {
  const files = { inRelease: write('InRelease', inRelease), detached: write('Release.gpg', detached) };
  const text = write('Release', release);
  const keyring = write('known.gpg', Buffer.concat(known.map((name) => readFileSync(publicFile(name)))));
  const makers = (args: readonly string[]): readonly string[] => {
    const { stdout } = spawnSync('gpgv', ['--status-fd', '1', '--keyring', keyring, ...args], { encoding: 'utf8' });
    const good = [...stdout.matchAll(/^\[GNUPG:\] GOODSIG \w+ (\w+) /gm)].map(([, name = '']) => name);
    const byGpg = statusOf(['--verify', ...args]);
    for (const name of good) expect(byGpg).toMatch(new RegExp(`GOODSIG \\w+ ${name} `));
    expect(stdout).not.toContain('BADSIG');
    return good.sort();
  };
  if (hasSqv) {
    const sqv = spawnSync('sqv', ['--keyring', keyring, files.detached, text], { encoding: 'utf8' });
    expect(sqv).toMatchObject({ status: 0 });
  }
  return { inRelease: makers([files.inRelease]), detached: makers([files.detached, text]) };
}

interface Update {
  readonly code: number | null;
  /** Lines that start with E: or W:. */
  readonly errors: readonly string[];
}

let updates = 0;

/** What apt-get says of a suite on this disk, whose entry has the keys inside; or their path, if there is a file of them. */
function update(signed: Partial<SignedRelease>, known: readonly string[], keyFile?: string): Update {
  const root = join(workspace, `apt-${updates++}`);
  const suite = join(root, 'www/dists/stable');
  mkdirSync(join(suite, 'main/binary-amd64'), { recursive: true });
  writeFileSync(join(suite, 'main/binary-amd64/Packages'), packages);
  writeFileSync(join(suite, 'Release'), release);
  if (signed.inRelease !== undefined) writeFileSync(join(suite, 'InRelease'), signed.inRelease);
  if (signed.detached !== undefined) writeFileSync(join(suite, 'Release.gpg'), signed.detached);
  for (const directory of [
    'etc/apt/sources.list.d',
    'etc/apt/apt.conf.d',
    'etc/apt/preferences.d',
    'etc/apt/trusted.gpg.d',
    'lib/lists/partial',
    'cache/archives/partial',
    'dpkg',
  ]) {
    mkdirSync(join(root, directory), { recursive: true });
  }
  const entry = {
    ...{
      url: `file:${root}/www`,
      suites: ['stable'],
      components: ['main'],
      architectures: ['amd64'],
      hasSources: false,
    },
    keys: known.length === 0 ? undefined : armoredKeys(known),
  };
  const sources = join(root, 'etc/apt/sources.list.d');
  if (keyFile === undefined) writeFileSync(join(sources, 'example.sources'), formatSourcesEntry(entry));
  else writeFileSync(join(sources, 'example.list'), formatSourcesLines(entry, keyFile));
  writeFileSync(join(root, 'dpkg/status'), '');
  writeFileSync(
    join(root, 'apt.conf'),
    `Dir "${root}/"; Dir::State "${root}/lib/"; Dir::State::status "${root}/dpkg/status"; Dir::Cache "${root}/cache/";
APT::Architecture "amd64"; APT::Architectures {"amd64";}; APT::Sandbox::User "root"; Acquire::Languages "none";
Dir::Bin::methods "/usr/lib/apt/methods";\n`,
  );
  const env = { PATH: process.env.PATH, APT_CONFIG: join(root, 'apt.conf'), LC_ALL: 'C' };
  const { status, stdout, stderr } = spawnSync('apt-get', ['update'], { env, encoding: 'utf8' });
  return { code: status, errors: `${stdout}${stderr}`.split('\n').filter((line) => /^[EW]: /.test(line)) };
}

function armoredKeys(known: readonly string[]): string {
  return formatArmor('PUBLIC KEY BLOCK', Buffer.concat(known.map((name) => readFileSync(publicFile(name)))));
}

/** What gpg writes on its status channel. */
function statusOf(args: readonly string[]): string {
  const options = ['--homedir', homedir, '--batch', '--quiet', '--status-fd', '1'];
  return spawnSync('gpg', [...options, ...args], { encoding: 'utf8' }).stdout;
}

function gpg(args: readonly string[]): Buffer {
  const options = ['--homedir', homedir, '--batch', '--quiet', '--pinentry-mode', 'loopback'];
  return execFileSync('gpg', [...options, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

function fingerprintOf(name: string): string {
  return /^fpr:+(\w+)/m.exec(gpg(['--with-colons', '--list-keys', `<${name}@example.org>`]).toString())?.[1] ?? '';
}

function passphraseOf(name: string): string {
  return name === 'locked' ? PASSPHRASE : '';
}

function publicFile(name: string): string {
  return join(workspace, `${name}.pub.gpg`);
}

function secretFile(name: string): string {
  const file = join(workspace, `${name}.secret.gpg`);
  writeFileSync(file, gpg(['--passphrase', passphraseOf(name), '--export-secret-keys', `<${name}@example.org>`]));
  return file;
}

function write(name: string, content: string | Uint8Array): string {
  const file = join(workspace, name);
  writeFileSync(file, content);
  return file;
}
