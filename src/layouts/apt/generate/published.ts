/**
 * What is already published: the state file, the Release file of each suite, and the older versions that its patches start
 * from. All of it is compared with the digests that lead to it before it is used.
 */

import { decodeText } from '../../../bytes/bytes.ts';
import { MAX_RELEASE_SIZE, parseRelease, type Release } from '../../../deb/release-file.ts';
import { RepomillError } from '../../../errors.ts';
import { isDigest } from '../../../model/digest.ts';
import { MAX_INDEX_SIZE } from '../../../model/limits.ts';
import { parseCleartext } from '../../../openpgp/cleartext.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import type { ReadableTree, TreeFile } from '../../../publish/tree.ts';
import { byHashNextTo, byHashPath, packageFilesPath, STATE_PATH, suiteDirectory } from '../format/paths.ts';
import type { FileDigest } from '../format/pdiff-index.ts';
import { type AptState, decodeState, looksLikeState } from '../format/state-file.ts';

/** A published suite. */
export interface PublishedSuite {
  readonly name: string;
  readonly release: Release;
  /** The bytes of its entry points, which may be missing. */
  readonly bytes: { readonly release: Uint8Array; readonly inRelease?: Uint8Array; readonly signature?: Uint8Array };
}

/** A published archive. */
export interface PublishedArchive {
  readonly state: AptState;
  readonly suites: ReadonlyMap<string, PublishedSuite>;
}

/** The published archive; undefined if there is none. Throws a format error for a state that cannot be continued. */
export async function readPublishedArchive(tree: ReadableTree): Promise<PublishedArchive | undefined> {
  const bytes = await tree.read(STATE_PATH, MAX_INDEX_SIZE);
  if (bytes === undefined) return undefined;
  const state = explained(`${tree.location}/${STATE_PATH}`, () => decodeState(bytes));
  const suites = new Map<string, PublishedSuite>();
  for (const name of state.suites) {
    const suite = await readSuite(name, tree);
    if (suite !== undefined) suites.set(name, suite);
  }
  return { state, suites };
}

async function readSuite(name: string, tree: ReadableTree): Promise<PublishedSuite | undefined> {
  const directory = suiteDirectory(name);
  const release = await tree.read(`${directory}/Release`, MAX_RELEASE_SIZE);
  if (release === undefined) return undefined;
  const inRelease = await tree.read(`${directory}/InRelease`, MAX_RELEASE_SIZE);
  const signature = await tree.read(`${directory}/Release.gpg`, MAX_RELEASE_SIZE);
  return {
    name,
    release: explained(`${tree.location}/${directory}/Release`, () => parseRelease(decodeText(release))),
    bytes: { release, ...(inRelease && { inRelease }), ...(signature && { signature }) },
  };
}

function explained<Result>(path: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (cause) {
    if (!(cause instanceof RepomillError)) throw cause;
    const hint = 'name a different tree, or remove the directory dists to start a new history';
    throw new RepomillError('format', cause.message, { path, cause, hint });
  }
}

/**
 * A file that a Release file lists, by its digest or under its name.
 *
 * @param path - relative to the directory of the suite
 * @returns undefined if it is not listed, missing or damaged
 */
export async function readListed(
  { name, release }: PublishedSuite,
  path: string,
  tree: ReadableTree,
): Promise<Uint8Array | undefined> {
  const entry = listedFile(release, path);
  if (entry === undefined) return undefined;
  for (const place of [
    byHashNextTo(`${suiteDirectory(name)}/${path}`, entry.sha256),
    `${suiteDirectory(name)}/${path}`,
  ]) {
    const bytes = await readVerifiedFile(place, entry, tree);
    if (bytes !== undefined) return bytes;
  }
  return undefined;
}

/** What a Release file says of a file; undefined if it is not listed. */
export function listedFile({ sha256 }: Pick<Release, 'sha256'>, path: string): FileDigest | undefined {
  const entry = sha256.find((file) => file.path === path);
  return entry && isDigest(entry.digest) ? { sha256: entry.digest, size: entry.size } : undefined;
}

/** A file of the tree; undefined if it is missing or not the one that is meant. */
export async function readVerifiedFile(
  path: string,
  { sha256, size }: FileDigest,
  tree: ReadableTree,
): Promise<Uint8Array | undefined> {
  try {
    const bytes = await tree.read(path, size);
    return bytes !== undefined && digestOf(bytes) === sha256 ? bytes : undefined;
  } catch (error) {
    // A file that is larger than it should be is not the one that is meant.
    if (error instanceof RepomillError && ['format', 'integrity', 'not-found'].includes(error.code)) return undefined;
    throw error;
  }
}

/**
 * What the published entry points lead to by digests: indexes that are served, and the entry point itself. After an interrupted
 * build, `InRelease` may be older than `Release`, and clients ask for it first.
 */
export function reachedByRelease({ name, release, bytes }: PublishedSuite): readonly TreeFile[] {
  const own = bytes.inRelease ?? bytes.release;
  const signed = bytes.inRelease && readSigned(bytes.inRelease);
  const listed = [...listedByRelease(name, release), ...(signed === undefined ? [] : listedByRelease(name, signed))];
  return [
    { path: byHashPath(suiteDirectory(name), digestOf(own)), size: own.length },
    ...new Map(listed.map((file) => [file.path, file])).values(),
  ];
}

/** The Release file in `InRelease`; undefined if it is damaged. */
function readSigned(inRelease: Uint8Array): Release | undefined {
  try {
    return parseRelease(parseCleartext(decodeText(inRelease)).text);
  } catch (error) {
    if (error instanceof RepomillError && error.code === 'format') return undefined;
    throw error;
  }
}

/** What a Release file lists, by digests. Not all of it has to be served. */
export function listedByRelease(suite: string, { sha256 }: Pick<Release, 'sha256'>): readonly TreeFile[] {
  return sha256.flatMap(({ path, size, digest }) =>
    isDigest(digest) ? [{ path: byHashNextTo(`${suiteDirectory(suite)}/${path}`, digest), size }] : [],
  );
}

/** Paths of what a published archive needs: no other layout may prune them. */
export async function reachedByArchive(tree: ReadableTree): Promise<ReadonlySet<string>> {
  const bytes = await tree.read(STATE_PATH, MAX_INDEX_SIZE);
  if (bytes === undefined || !looksLikeState(bytes)) return new Set();
  const { packageFiles } = decodeState(bytes);
  return new Set([STATE_PATH, ...(packageFiles === undefined ? [] : [packageFilesPath(packageFiles.sha256)])]);
}
