/**
 * The audit of signatures, and of the files that people install to use a suite: `<name>.asc` and `<name>.sources`. Signatures have to
 * be good by a key that the archive announces, and by one that the user names.
 */
import { check, expect, type Finding } from '../../../audit/findings.ts';
import { decodeText } from '../../../bytes/bytes.ts';
import { formatReleaseDate } from '../../../deb/release-date.ts';
import type { ParsedRelease } from '../../../deb/release-file.ts';
import { RepomillError } from '../../../errors.ts';
import type { SignatureChecker, SignatureForm } from '../../../model/signer.ts';
import { signedTextOf } from '../../../openpgp/cleartext.ts';
import { readSignatureFacts } from '../../../openpgp/packets.ts';
import { MAX_KEY_FILE, readPublicKeys } from '../../../openpgp/public-keys.ts';
import { openChecker } from '../../../platform/openpgp/open-checker.ts';
import { formatList } from '../../../text/word-list.ts';
import { suiteDirectory } from '../format/paths.ts';
import { parseSourcesEntry } from '../format/sources-entry.ts';
import type { ArchiveFiles } from './archive-files.ts';
import type { SuiteRelease } from './audit-release.ts';

/** What is checked with. */
export interface KeyAudit {
  /** Key rings that the user named. */
  readonly keys: readonly Uint8Array[];
  /** The name of the files for clients; undefined if the state file does not say. */
  readonly name: string | undefined;
  readonly files: ArchiveFiles;
  readonly findings: Finding[];
  readonly remarks: Finding[];
}

/** Signatures of a suite, and how many of them are good by a known key. */
export interface KeyCounts {
  readonly signatures: number;
  readonly goodSignatures: number;
}

/** The most bytes of a `.sources` file: one with a large key ring. */
const MAX_SOURCES_SIZE = 8_000_000;

/** Audits the signatures and the client files of a suite. */
export async function auditKeys(release: SuiteRelease, audit: KeyAudit): Promise<KeyCounts> {
  const { suite, isSigned } = release;
  const { name, keys, findings, remarks } = audit;
  const directory = suiteDirectory(suite);
  const armored = name === undefined ? undefined : await readClientFiles(`${directory}/${name}`, release, audit);
  if (!isSigned) {
    if (keys.length > 0 || armored !== undefined) {
      findings.push({ path: `${directory}/InRelease`, message: 'expected a signed Release file, found none' });
    } else if (release.plain !== undefined) {
      remarks.push({ path: release.path, message: 'not signed: clients need "Trusted: yes" to use it' });
    }
    return { signatures: 0, goodSignatures: 0 };
  }
  const given = await openGiven(keys);
  const announced = armored === undefined ? undefined : await openAnnounced(`${directory}/${name}.asc`, armored, audit);
  const signed = [
    ['InRelease', release.signed && signedTextOf(release.signed.text), release.signed?.signatures, 'text'],
    ['Release.gpg', release.plain, release.detached, 'binary'],
  ] as const;
  const counts = { signatures: 0, goodSignatures: 0 };
  for (const [file, bytes, signatures, form] of signed) {
    if (bytes === undefined || signatures === undefined) continue;
    counts.signatures += signatures.length;
    const good = new Set<Uint8Array>();
    for (const [checker, whose] of [
      [announced, `a key of ${name}.asc`],
      [given, 'a given key'],
    ] as const) {
      if (checker === undefined) continue;
      const found = await goodOf(signatures, bytes, form, checker);
      for (const signature of found) good.add(signature);
      if (found.length > 0) continue;
      const message = `expected a good signature by ${whose}, found one by ${formatList(signatures.map((one) => makerOf(one, form)))}: clients refuse it`;
      findings.push({ path: `${directory}/${file}`, message });
    }
    counts.goodSignatures += good.size;
  }
  if (given === undefined && announced === undefined && counts.signatures > 0) {
    remarks.push({ path: release.path, message: 'signatures were not checked: no key is known' });
  }
  return counts;
}

/** Who made a signature, and when: a clock that is wrong makes signatures that are not valid yet. */
function makerOf(signature: Uint8Array, form: SignatureForm): string {
  const facts = readSignatureFacts(signature, form);
  if (facts === undefined) return 'an unknown key';
  return `${facts.issuer ?? 'an unknown key'} of ${formatReleaseDate(BigInt(facts.created))}`;
}

async function goodOf(
  signatures: readonly Uint8Array[],
  bytes: Uint8Array,
  form: SignatureForm,
  checker: SignatureChecker,
): Promise<readonly Uint8Array[]> {
  const good: Uint8Array[] = [];
  for (const signature of signatures) {
    if ((await checker.check(bytes, signature, { form })) !== undefined) good.push(signature);
  }
  return good;
}

/** A checker with the user's keys. If they are wrong, that is no fault of the tree. */
async function openGiven(keys: readonly Uint8Array[]): Promise<SignatureChecker | undefined> {
  if (keys.length === 0) return undefined;
  return openChecker(keys).catch((thrown: unknown) => {
    if (!(thrown instanceof RepomillError) || thrown.code !== 'format') throw thrown;
    throw new RepomillError('usage', thrown.message, { cause: thrown });
  });
}

/** A checker with the keys that the archive announces; undefined if there is no program to check with. */
async function openAnnounced(
  path: string,
  armored: Uint8Array,
  { findings, remarks }: KeyAudit,
): Promise<SignatureChecker | undefined> {
  try {
    return await openChecker([readPublicKeys(armored)]);
  } catch (error) {
    if (!(error instanceof RepomillError) || error.code === 'interrupted') throw error;
    (error.code === 'usage' ? remarks : findings).push({ path, message: error.message });
    return undefined;
  }
}

/** Audits the files that people install. Resolves to the armored keys, if there are any. */
async function readClientFiles(
  base: string,
  release: SuiteRelease,
  { files, findings }: KeyAudit,
): Promise<Uint8Array | undefined> {
  const keyPath = `${base}.asc`;
  const keys = await check(keyPath, findings, () => files.find(keyPath, MAX_KEY_FILE));
  if (keys === undefined && release.isSigned && !findings.some(({ path }) => path === keyPath)) {
    findings.push({ path: keyPath, message: 'expected the public keys, found none: users cannot fetch them' });
  }
  const path = `${base}.sources`;
  await check(path, findings, async () => {
    const text = decodeText(await files.read(path, MAX_SOURCES_SIZE));
    auditSources(text, keys && decodeText(keys), release);
  });
  return keys;
}

/** Throws an integrity error unless a `.sources` file leads to the suite, its components and its keys. */
function auditSources(text: string, keys: string | undefined, { suite, release, isSigned }: SuiteRelease): void {
  const { types, uris, suites, components, trusted, signedBy } = parseSourcesEntry(text);
  const expectWords = (name: string, expected: readonly string[], found: readonly string[]): void =>
    expect(name, expected.join(' ') || 'nothing', found.join(' ') || 'nothing');
  if (uris.length !== 1) throw new RepomillError('integrity', `URIs: expected an address, found ${uris.length}`);
  expectWords('Suites', [suite], suites);
  if (release === undefined) return;
  expectWords('Types', hasSources(release) ? ['deb', 'deb-src'] : ['deb'], types);
  expectWords('Components', release.components, components);
  expectWords('Trusted', isSigned ? [] : ['yes'], trusted);
  if (!isSigned || keys === undefined || signedBy === keys.trim()) return;
  throw new RepomillError('integrity', 'Signed-By: expected the keys of the .asc file next to it, found others');
}

function hasSources({ sha256 }: ParsedRelease): boolean {
  return sha256.some(({ path }) => /^[^/]+\/source\/Sources(?:\.\w+)?$/.test(path));
}
