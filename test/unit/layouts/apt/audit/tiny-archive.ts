/**
 * An archive of a few stanzas, written by the formats alone and without the generator, so that each test can change one thing before
 * digests are computed, or one file after it.
 */
import { gzipSync } from 'node:zlib';
import { createMessage, generateKey, readPrivateKey, sign } from 'openpgp';
import { encodeText } from '../../../../../src/bytes/bytes.ts';
import { memorySource } from '../../../../../src/client/in-memory.ts';
import { formatRelease, type Release } from '../../../../../src/deb/release-file.ts';
import { formatPatch } from '../../../../../src/layouts/apt/format/ed-script.ts';
import { decodeLines, type LinePatch } from '../../../../../src/layouts/apt/format/line-patch.ts';
import { byHashNextTo, packageFilesPath, STATE_PATH } from '../../../../../src/layouts/apt/format/paths.ts';
import { formatPdiffIndex, type PdiffIndex } from '../../../../../src/layouts/apt/format/pdiff-index.ts';
import { formatSourcesEntry } from '../../../../../src/layouts/apt/format/sources-entry.ts';
import { type AptState, encodeState } from '../../../../../src/layouts/apt/format/state-file.ts';
import type { PackageFile } from '../../../../../src/model/package-file.ts';
import { encodePackageList } from '../../../../../src/model/package-list.ts';
import { formatArmor } from '../../../../../src/openpgp/armor.ts';
import { formatCleartext, signedTextOf } from '../../../../../src/openpgp/cleartext.ts';
import { digestOf } from '../../../../../src/platform/hash/sha256.ts';
import { verify } from '../../../../../src/verify.ts';
import { type Audited, onlyLayout } from '../../../../audited.ts';

export { digestOf };

export type Files = Map<string, Uint8Array>;

/** What an archive is made from. A test changes it before it is written. */
export interface ArchiveDraft {
  date: number;
  /** Texts of Packages files by arch. */
  readonly packages: Map<string, string>;
  /** The Packages file of amd64 before this one. */
  older: string;
  patch: (patch: LinePatch) => LinePatch;
  index: (index: PdiffIndex) => PdiffIndex;
  release: (release: Release) => Release;
  /** Changes the text of Release. */
  text: (text: string) => string;
  state: (state: AptState) => AptState;
  pool: readonly (PackageFile & { readonly bytes: Uint8Array })[] | undefined;
  key: TestKey | undefined;
}

/** A key pair. */
export interface TestKey {
  readonly secret: string;
  readonly public: Uint8Array;
}

/** 2023-11-14, 22:13:20. */
export const DATE = 1_700_000_000;

/** A stanza; fields replace those that it has, or remove them. */
export function stanza(name: string, fields: Readonly<Record<string, string | undefined>> = {}): string {
  const all: Record<string, string | undefined> = {
    Package: name,
    Version: '1.0',
    Architecture: 'amd64',
    Filename: `pool/main/${name}_1.0_${fields.Architecture ?? 'amd64'}.deb`,
    Size: '100',
    SHA256: digestOf(encodeText(`${name} ${fields.Architecture ?? 'amd64'}`)),
    ...fields,
  };
  const lines = Object.entries(all).flatMap(([field, text]) => (text === undefined ? [] : [`${field}: ${text}\n`]));
  return lines.join('');
}

/** A file of stanzas. */
export function stanzas(...texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}

/** A good archive. */
export function draftArchive(): ArchiveDraft {
  const common = stanza('common', { Architecture: 'all' });
  return {
    date: DATE,
    packages: new Map([
      ['amd64', stanzas(stanza('alpha'), stanza('beta'), common)],
      ['arm64', stanzas(stanza('alpha', { Architecture: 'arm64' }), common)],
    ]),
    older: stanzas(stanza('alpha')),
    patch: (patch) => patch,
    index: (index) => index,
    release: (release) => release,
    text: (text) => text,
    state: (state) => state,
    pool: undefined,
    key: undefined,
  };
}

/** A key whose validity begins long ago, and signatures of the archive's date: no test depends on the clock. */
export async function makeTestKey(name: string): Promise<TestKey> {
  const userIDs = [{ name, email: `${name}@example.org` }];
  const date = new Date((DATE - 1000) * 1000);
  const pair = await generateKey({ type: 'ecc', curve: 'ed25519Legacy', userIDs, format: 'object', date });
  return { secret: pair.privateKey.armor(), public: pair.publicKey.write() };
}

/** Writes an archive. */
export async function writeArchive(draft: ArchiveDraft): Promise<Files> {
  const files: Files = new Map();
  const listed: { path: string; size: number; digest: string }[] = [];
  const add = (path: string, bytes: Uint8Array): void => {
    const whole = `dists/stable/${path}`;
    listed.push({ path, size: bytes.length, digest: digestOf(bytes) });
    files.set(whole, bytes);
    files.set(byHashNextTo(whole, digestOf(bytes)), bytes);
  };
  const base = 'main/binary-amd64/Packages';
  for (const [arch, text] of draft.packages) {
    add(`main/binary-${arch}/Packages`, encodeText(text));
    add(`main/binary-${arch}/Packages.gz`, gzipSync(text));
  }
  const older = encodeText(draft.older);
  const current = encodeText(draft.packages.get('amd64') ?? '');
  const [before, after] = [decodeLines(older), decodeLines(current)];
  const start = before.findIndex((line, i) => line !== after[i]);
  const kept = start === -1 ? before.length : start;
  const script = formatPatch(draft.patch([{ start: kept, removed: before.length - kept, lines: after.slice(kept) }]));
  const gz = gzipSync(script);
  const name = digestOf(gz).slice(0, 16);
  const index = draft.index({
    current: { sha256: digestOf(current), size: current.length },
    entries: [
      {
        ...{ name, from: { sha256: digestOf(older), size: older.length } },
        patch: { sha256: digestOf(script), size: script.length },
        download: { sha256: digestOf(gz), size: gz.length },
      },
    ],
  });
  files.set(`dists/stable/${base}.diff/${name}.gz`, gz);
  add(`${base}.diff/Index`, formatPdiffIndex(index));
  const release: Release = {
    ...{ suite: 'stable', codename: 'stable', date: BigInt(draft.date) },
    ...{ notAutomatic: false, butAutomaticUpgrades: false, acquireByHash: true, allInEachArch: true },
    ...{ architectures: [...draft.packages.keys()], components: ['main'], sha256: listed },
  };
  const text = draft.text(formatRelease(draft.release(release)));
  const retained = writeOlder(files, older, base);
  await writeEntryPoints(files, text, draft.key);
  const keys = draft.key && formatArmor('PUBLIC KEY BLOCK', draft.key.public);
  if (keys !== undefined) files.set('dists/stable/tiny.asc', encodeText(keys));
  const entry = { url: undefined, suites: ['stable'], components: ['main'], hasSources: false, keys };
  files.set('dists/stable/tiny.sources', encodeText(formatSourcesEntry(entry)));
  const packageFiles = draft.pool && writePool(files, draft.pool);
  const state: AptState = {
    ...{ date: DATE, name: 'tiny', suites: ['stable'], retained },
    ...(packageFiles && { packageFiles }),
  };
  files.set(STATE_PATH, encodeState(draft.state(state)));
  return files;
}

/** The Release file of the day before, and the index that it leads to. */
function writeOlder(files: Files, older: Uint8Array, base: string): AptState['retained'] {
  const gz = gzipSync(older);
  const text = formatRelease({
    ...{ suite: 'stable', codename: 'stable', date: BigInt(DATE - 86_400) },
    ...{ notAutomatic: false, butAutomaticUpgrades: false, acquireByHash: true, allInEachArch: true },
    ...{ architectures: ['amd64'], components: ['main'] },
    sha256: [
      { path: base, size: older.length, digest: digestOf(older) },
      { path: `${base}.gz`, size: gz.length, digest: digestOf(gz) },
    ],
  });
  const release = encodeText(text);
  return [['dists/stable/Release', release] as const, [`dists/stable/${base}.gz`, gz] as const].map(([path, bytes]) => {
    const place = byHashNextTo(path, digestOf(bytes));
    files.set(place, bytes);
    return { path: place, size: bytes.length, replaced: DATE };
  });
}

async function writeEntryPoints(files: Files, text: string, key: TestKey | undefined): Promise<void> {
  const plain = encodeText(text);
  files.set('dists/stable/Release', plain);
  let own = plain;
  if (key !== undefined) {
    own = encodeText(formatCleartext({ text, signatures: [await signWith(key, signedTextOf(text), 'text')] }));
    files.set('dists/stable/InRelease', own);
    const detached = formatArmor('SIGNATURE', await signWith(key, plain, 'binary'));
    files.set('dists/stable/Release.gpg', encodeText(detached));
  }
  files.set(byHashNextTo('dists/stable/InRelease', digestOf(own)), own);
}

async function signWith(key: TestKey, bytes: Uint8Array, form: 'text' | 'binary'): Promise<Uint8Array> {
  const signingKeys = await readPrivateKey({ armoredKey: key.secret });
  const message =
    form === 'text'
      ? await createMessage({ text: new TextDecoder().decode(bytes) })
      : await createMessage({ binary: bytes });
  const date = new Date(DATE * 1000);
  const signature = await sign({ message, signingKeys, detached: true, format: 'binary', date });
  if (!(signature instanceof Uint8Array)) throw new TypeError('expected bytes');
  return signature;
}

function writePool(files: Files, pool: NonNullable<ArchiveDraft['pool']>): NonNullable<AptState['packageFiles']> {
  for (const { path, bytes } of pool) files.set(path, bytes);
  const list = encodePackageList(pool.map(({ path, size, sha256 }) => ({ path, size, sha256 })));
  const stored = gzipSync(list);
  files.set(packageFilesPath(digestOf(list)), stored);
  return { sha256: digestOf(list), size: list.length, storedSize: stored.length, files: pool.length };
}

/** Audits an archive. */
export async function auditArchive(
  files: Files,
  options: { readonly keys?: readonly Uint8Array[]; readonly full?: boolean } = {},
): Promise<Audited> {
  const { keys: publicKeys = [], full = false } = options;
  return onlyLayout(await verify({ tree: memorySource(files), publicKeys, full }));
}
