/**
 * One side of a comparison: an archive at one moment. Its Release files are read as clients read them, but without their signatures,
 * and everything that they lead to is compared with its digest before it is used. ARCHIVE.md, "Release" and "What stays".
 */
import { decodeText } from '../../../bytes/bytes.ts';
import { MAX_RELEASE_SIZE, type ParsedRelease, parseRelease } from '../../../deb/release-file.ts';
import { messageOf, missingFile, RepomillError, throwIfAborted } from '../../../errors.ts';
import { defined } from '../../../model/defined.ts';
import { type Digest, isDigest } from '../../../model/digest.ts';
import { fetchChunks } from '../../../model/fetch-chunks.ts';
import { MAX_INDEX_SIZE } from '../../../model/limits.ts';
import { compareText } from '../../../model/order.ts';
import type { Source } from '../../../model/source.ts';
import { parseCleartext } from '../../../openpgp/cleartext.ts';
import { digestOf, startDigest } from '../../../platform/hash/sha256.ts';
import { isUnpackable, unpackChunks } from '../../../platform/zlib/unpack-chunks.ts';
import type { ComparedPlace } from '../../layout.ts';
import { compressionSuffix, parseIndexName } from '../format/index-name.ts';
import { byHashNextTo, STATE_PATH, suiteDirectory } from '../format/paths.ts';
import type { FileDigest } from '../format/pdiff-index.ts';
import { type AptState, decodeState } from '../format/state-file.ts';

/** An index of a state. */
export interface StateIndex {
  /** `stable/main/amd64` */
  readonly label: string;
  /** An architecture, or `source`. */
  readonly arch: string;
  /** Of the uncompressed bytes. */
  readonly sha256: Digest;
  /** Its uncompressed bytes, piece by piece. Throws an integrity error at their end if they are not what the Release file says. */
  content(): AsyncIterable<Uint8Array>;
}

/** An archive at one moment. */
export interface ArchiveState {
  /** For messages. */
  readonly location: string;
  readonly indexes: readonly StateIndex[];
  /** Suites that have no version that old, and are read as they first were. */
  readonly shorter: readonly string[];
}

/** Opens one side. Throws what its files are refused for; `not-found` if it has no history of so many steps. */
export async function openArchive(place: ComparedPlace, signal: AbortSignal | undefined): Promise<ArchiveState> {
  const { source, steps = 0, label } = place;
  if (source === undefined) throw new RepomillError('usage', 'expected a source, found none');
  const location = label ?? source.location;
  const read = (path: string, max: number): Promise<Uint8Array> => readFile(source, path, max, signal);
  const state = decodeState(await read(STATE_PATH, MAX_INDEX_SIZE));
  const suites = await Promise.all(state.suites.map((suite) => readVersions(suite, state, steps, read)));
  const longest = Math.max(0, ...suites.map(({ older }) => older.length));
  if (steps > longest) throw noSuchStep(location, steps, longest);
  return {
    location,
    indexes: suites.flatMap(({ suite, newest, older }) => {
      const release = steps === 0 ? newest : (older[Math.min(steps, older.length) - 1] ?? newest);
      return indexesOf(suite, release, source, signal);
    }),
    shorter: suites.flatMap(({ suite, older }) => (older.length < steps ? [suite] : [])),
  };
}

/** The Release files of a suite. */
interface SuiteVersions {
  readonly suite: string;
  readonly newest: ParsedRelease;
  /** Those that are kept, newest first. */
  readonly older: readonly ParsedRelease[];
}

type ReadBounded = (path: string, max: number) => Promise<Uint8Array>;

async function readVersions(suite: string, state: AptState, steps: number, read: ReadBounded): Promise<SuiteVersions> {
  const directory = suiteDirectory(suite);
  const newest = await readRelease(`${directory}/InRelease`, read).catch((error: unknown) => {
    // An archive that is not signed has none.
    if (!(error instanceof RepomillError) || error.code !== 'not-found') throw error;
    return readRelease(`${directory}/Release`, read);
  });
  if (steps === 0) return { suite, newest, older: [] };
  const older: ParsedRelease[] = [];
  for (const { path } of state.retained) {
    if (!path.startsWith(`${directory}/by-hash/SHA256/`)) continue;
    const bytes = await read(path, MAX_RELEASE_SIZE);
    if (!path.endsWith(`/${digestOf(bytes)}`)) {
      throw new RepomillError('integrity', 'expected bytes that match its digest, found others', { path });
    }
    older.push(parseVersion(path, bytes));
  }
  // A suite that was signed later has two files of one time: both say the same.
  const before = older
    .filter(({ date }) => date !== newest.date)
    .sort((a, b) => Number((b.date ?? 0n) - (a.date ?? 0n)));
  return { suite, newest, older: before };
}

async function readRelease(path: string, read: ReadBounded): Promise<ParsedRelease> {
  return parseVersion(path, await read(path, MAX_RELEASE_SIZE));
}

function parseVersion(path: string, bytes: Uint8Array): ParsedRelease {
  try {
    const text = decodeText(bytes);
    return parseRelease(text.startsWith('-----BEGIN PGP') ? parseCleartext(text).text : text);
  } catch (cause) {
    throw new RepomillError('format', messageOf(cause), { path, cause });
  }
}

function indexesOf(
  suite: string,
  release: ParsedRelease,
  source: Source,
  signal: AbortSignal | undefined,
): readonly StateIndex[] {
  return release.sha256.flatMap(({ path, digest, size }): readonly StateIndex[] => {
    const name = parseIndexName(path);
    if (name === undefined || name.base !== path || !isDigest(digest)) return [];
    if (name.kind !== 'packages' && name.kind !== 'sources') return [];
    const forms = release.sha256.flatMap((entry) => {
      const isForm = parseIndexName(entry.path)?.base === path;
      return isForm && isDigest(entry.digest) ? [{ ...entry, sha256: entry.digest }] : [];
    });
    const plain = { sha256: digest, size };
    return [
      {
        label: `${suite}/${name.component}/${name.arch}`,
        arch: name.arch,
        sha256: digest,
        content: () => readIndex(forms, plain, { suite, source, signal }),
      },
    ];
  });
}

/** A form of an index: uncompressed, or in a compression. */
type IndexForm = FileDigest & { readonly path: string };

interface IndexPlace {
  readonly suite: string;
  readonly source: Source;
  readonly signal: AbortSignal | undefined;
}

async function* readIndex(
  forms: readonly IndexForm[],
  plain: FileDigest,
  { suite, source, signal }: IndexPlace,
): AsyncGenerator<Uint8Array, void> {
  for (const { path, sha256, size } of forms.toSorted((a, b) => a.size - b.size || compareText(a.path, b.path))) {
    const suffix = compressionSuffix(path);
    const place = byHashNextTo(`${suiteDirectory(suite)}/${path}`, sha256);
    if (!isUnpackable(suffix) || !(await isPresent(source, place, size, signal))) continue;
    const digest = startDigest();
    let found = 0;
    for await (const chunk of unpackChunks(suffix, fetchChunks(source, place, size, signal))) {
      throwIfAborted(signal);
      found += chunk.length;
      if (found > plain.size) break;
      digest.update(chunk);
      yield chunk;
    }
    if (found === plain.size && digest.finish() === plain.sha256) return;
    throw new RepomillError('integrity', 'expected the bytes that the Release file names, found others', {
      path: place,
    });
  }
  const [first] = forms;
  throw missingFile(first === undefined ? suiteDirectory(suite) : `${suiteDirectory(suite)}/${first.path}`);
}

/** Whether there is a file: asks for its first byte. */
async function isPresent(
  source: Source,
  path: string,
  size: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const range = size === 0 ? undefined : { start: 0, length: 1 };
  const options = defined({ maxBytes: size, range, forbiddenIsMissing: true, signal });
  const { kind } = await source.fetch(path, options);
  return kind === 'full' || kind === 'partial';
}

async function readFile(
  source: Source,
  path: string,
  maxBytes: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  throwIfAborted(signal);
  const result = await source.fetch(path, { maxBytes, ...defined({ signal }) });
  if (result.kind === 'full') return result.bytes;
  throw missingFile(path);
}

function noSuchStep(location: string, steps: number, longest: number): RepomillError {
  const found = longest === 0 ? 'it has no older versions' : `it has ${longest}`;
  return new RepomillError('not-found', `@${steps}: ${found}`, {
    path: location,
    hint: '@1 is the version before the newest, and so on, as long as the tree keeps them (`apt.keep:` in repomill.yaml)',
  });
}
