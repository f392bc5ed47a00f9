/**
 * The audit of a suite's entry points: `Release`, `InRelease` and `Release.gpg` have to say the same, be signed by keys that clients
 * have, and name what apt needs. ARCHIVE.md, "Release". Facts about apt: `apt-pkg/deb/debmetaindex.cc`.
 */
import { check, type Finding } from '../../../audit/findings.ts';
import { decodeText } from '../../../bytes/bytes.ts';
import { formatReleaseDate } from '../../../deb/release-date.ts';
import { MAX_RELEASE_SIZE, type ParsedRelease, parseRelease } from '../../../deb/release-file.ts';
import { RepomillError } from '../../../errors.ts';
import { parseArmor } from '../../../openpgp/armor.ts';
import { type Cleartext, parseCleartext } from '../../../openpgp/cleartext.ts';
import { MAX_SIGNATURE_SIZE, splitSignatures } from '../../../openpgp/packets.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { byHashPath, STATE_PATH, suiteDirectory } from '../format/paths.ts';
import type { AptState } from '../format/state-file.ts';
import type { ArchiveFiles } from './archive-files.ts';

/** The entry points of a suite. */
export interface SuiteRelease {
  readonly suite: string;
  /** The entry point that says this: the path of `InRelease` or `Release`. */
  readonly path: string;
  /** Undefined if it cannot be read, or if it is an older one: then nothing follows from it. */
  readonly release: ParsedRelease | undefined;
  /** The bytes of `Release`. */
  readonly plain: Uint8Array | undefined;
  readonly signed: Cleartext | undefined;
  /** Signature packets of `Release.gpg`. */
  readonly detached: readonly Uint8Array[] | undefined;
  readonly isSigned: boolean;
  /** The copy of the entry point by its digest. */
  readonly copy: string | undefined;
}

/** Reads and audits the entry points of a suite. */
export async function auditRelease(
  suite: string,
  state: AptState,
  files: ArchiveFiles,
  findings: Finding[],
): Promise<SuiteRelease> {
  const directory = suiteDirectory(suite);
  const at = (name: string): string => `${directory}/${name}`;
  const find = (name: string, max: number): Promise<Uint8Array | undefined> =>
    check(at(name), findings, () => files.find(at(name), max));
  const plain = await find('Release', MAX_RELEASE_SIZE);
  const inline = await find('InRelease', MAX_RELEASE_SIZE);
  const signature = await find('Release.gpg', MAX_SIGNATURE_SIZE);
  const isSigned = inline !== undefined || signature !== undefined;
  for (const [name, file] of [
    ['Release', plain],
    ...(isSigned
      ? ([
          ['InRelease', inline],
          ['Release.gpg', signature],
        ] as const)
      : []),
  ] as const) {
    if (file !== undefined || findings.some(({ path }) => path === at(name))) continue;
    findings.push({ path: at(name), message: `expected a file, found none: ${NEEDED_BY[name]}` });
  }
  const signed = inline && (await check(at('InRelease'), findings, async () => parseCleartext(decodeText(inline))));
  const text = plain && (await check(at('Release'), findings, async () => decodeText(plain)));
  const detached = signature && (await check(at('Release.gpg'), findings, async () => readDetached(signature)));
  const entryPoint = at(inline === undefined ? 'Release' : 'InRelease');
  const said = await newestOf(
    [
      { path: at('InRelease'), text: signed?.text },
      { path: at('Release'), text },
    ],
    findings,
  );
  const { path = entryPoint, release } = said ?? {};
  if (release !== undefined) auditFields(suite, path, release, state, findings);
  const own = inline ?? plain;
  const copy = own && byHashPath(directory, digestOf(own));
  const common = { suite, path, plain, signed, detached, isSigned, copy };
  if (copy === undefined || path !== entryPoint) return { ...common, release };
  if (state.retained.some((file) => file.path === copy)) {
    findings.push({ path, message: 'is an older one: the state file says that it was replaced' });
    // What it leads to is not what the archive has.
    return { ...common, release: undefined };
  }
  await auditCopy(copy, path, files, findings);
  return { ...common, release };
}

/** What one of the entry points says. */
interface SaidRelease {
  readonly path: string;
  readonly release: ParsedRelease;
}

/** The newer one of two texts, which should be the same; undefined if none can be read. */
async function newestOf(
  texts: readonly { readonly path: string; readonly text: string | undefined }[],
  findings: Finding[],
): Promise<SaidRelease | undefined> {
  const found: SaidRelease[] = [];
  const known = new Set<string>();
  for (const { path, text } of texts) {
    if (text === undefined || known.has(text)) continue;
    known.add(text);
    const release = await check(path, findings, async () => parseRelease(text));
    if (release !== undefined) found.push({ path, release });
  }
  const [first, second] = found;
  if (first === undefined || second === undefined) return first;
  const growth = Number((second.release.date ?? 0n) - (first.release.date ?? 0n));
  const [newer, older] = growth > 0 ? [second, first] : [first, second];
  const what = growth === 0 ? 'has a different text than' : 'is older than';
  findings.push({ path: older.path, message: `${what} ${newer.path}: clients see either of two states` });
  return newer;
}

/** Who asks for each file. */
const NEEDED_BY = {
  Release: 'clients that know no InRelease ask for it, and the next build starts from it',
  InRelease: 'clients ask for it first',
  'Release.gpg': 'clients that know no InRelease check Release with it',
} as const;

function readDetached(bytes: Uint8Array): readonly Uint8Array[] {
  const found = splitSignatures(parseArmor('SIGNATURE', decodeText(bytes)));
  if (found === undefined || found.length === 0) throw new RepomillError('format', 'expected signatures, found none');
  return found;
}

/** What apt refuses or passes over. */
function auditFields(suite: string, path: string, release: ParsedRelease, state: AptState, findings: Finding[]): void {
  const found = (message: string): void => void findings.push({ path, message });
  const { date, validUntil, acquireByHash, architectures, components, sha512 } = release;
  if (date === undefined) found('expected a Date, found none: clients cannot tell whether it is newer than theirs');
  else if (date > BigInt(state.date)) {
    const expected = `expected a date of at least ${formatReleaseDate(date)}, as in ${path}`;
    findings.push({ path: STATE_PATH, message: `${expected}, found ${formatReleaseDate(BigInt(state.date))}` });
  }
  if (date !== undefined && validUntil !== undefined && validUntil <= date) {
    found(`Valid-Until: expected a time after ${formatReleaseDate(date)}, found ${formatReleaseDate(validUntil)}`);
  }
  if (!acquireByHash) {
    found('expected "Acquire-By-Hash: yes", found none: clients fail while the tree is being published');
  }
  if (architectures.length === 0) found('expected Architectures, found none');
  if (components.length === 0) found('expected Components, found none');
  if (sha512.length > 0) {
    found('SHA512: expected SHA256 alone: clients ask for by-hash/SHA512, which the tree does not have');
  }
  if (release.suite !== suite && release.codename !== suite) {
    const names = [release.suite, release.codename].filter((name) => name !== undefined).join(' and ') || 'neither';
    found(`expected the Suite or the Codename ${suite}, found ${names}: clients warn of a conflicting distribution`);
  }
}

/** Clients that look for a state by its digest get the entry point itself. */
async function auditCopy(copy: string, entryPoint: string, files: ArchiveFiles, findings: Finding[]): Promise<void> {
  const bytes = await check(copy, findings, () => files.find(copy, MAX_RELEASE_SIZE));
  if (bytes === undefined) {
    if (!findings.some(({ path }) => path === copy)) {
      findings.push({ path: copy, message: `expected a copy of ${entryPoint}, found none` });
    }
  } else if (digestOf(bytes) !== copy.slice(copy.lastIndexOf('/') + 1)) {
    findings.push({ path: copy, message: `expected the bytes of ${entryPoint}, found others` });
  }
}
