/**
 * The audit of refs against their commits: each object is compared with its digest, and what the summaries say about it is derived
 * again. After it has fetched an app, a client makes the same comparison and refuses what differs.
 */

import { inParallel } from '../../../async/parallel.ts';
import { check, expect, type Finding } from '../../../audit/findings.ts';
import { decodeText } from '../../../bytes/bytes.ts';
import { RepomillError, wrongBytes } from '../../../errors.ts';
import type { Keyfile } from '../../../glib/keyfile.ts';
import type { Digest } from '../../../model/digest.ts';
import { MAX_TEXT_LENGTH } from '../../../model/limits.ts';
import { compareText } from '../../../model/order.ts';
import type { Reporter } from '../../../model/progress.ts';
import { type Commit, type InstallSizes, parseCommit, totalSizes } from '../../../ostree/commit.ts';
import { MAX_OBJECT_SIZE } from '../../../ostree/limits.ts';
import { objectPath } from '../../../ostree/paths.ts';
import { type Directory, parseDirectory, parseFileHead } from '../../../ostree/tree-object.ts';
import { digestOf } from '../../../platform/hash/sha256.ts';
import { inflateRaw } from '../../../platform/zlib/gunzip.ts';
import { announcedCollection } from '../format/repository-config.ts';
import { isFlatpak } from '../format/summary.ts';
import type { ListedFiles } from './listed-files.ts';
import { differs, factDifferences, noFacts, type PublishedFacts, type PublishedRef } from './published-ref.ts';

/** How many commits are fetched from a web host, one request each. A repository has tens of thousands. */
export const COMMIT_SAMPLE = 64;

/** The most requests at a time. */
const PARALLEL = 8;

/** What commits are compared with. */
export interface CommitAudit {
  readonly read: (path: string, maxBytes: number) => Promise<Uint8Array>;
  /** The repository's files, if they can be listed: what a commit does not state is then derived from its tree. */
  readonly listed: ListedFiles | undefined;
  readonly config: Keyfile | undefined;
  readonly findings: Finding[];
  readonly remarks: Finding[];
  readonly progress: Reporter;
}

/** The commits of refs that match their digests, by digest. */
export type AuditedCommits = ReadonlyMap<Digest, Commit>;

/**
 * The refs whose commits are compared: all of them if files can be listed; of a web host those with the smallest digests,
 * effectively a random sample, but the same one on every run.
 */
export function chooseRefs(refs: readonly PublishedRef[], listed: ListedFiles | undefined): readonly PublishedRef[] {
  if (listed !== undefined) return refs;
  return refs.toSorted((a, b) => compareText(a.commit, b.commit)).slice(0, COMMIT_SAMPLE);
}

/** Audits refs against their commits. */
export async function auditCommits(refs: readonly PublishedRef[], audit: CommitAudit): Promise<AuditedCommits> {
  const { listed, findings, progress } = audit;
  progress.start('checking', refs.length, 'refs');
  const commits = new Map<Digest, Commit>();
  const trees = listed && new TreeSizer(listed);
  await inParallel(refs, PARALLEL, async (ref) => {
    const path = objectPath(ref.commit, 'commit');
    await check(path, findings, async () => {
      const commit = commits.get(ref.commit) ?? (await readCommit(ref.commit, path, audit));
      commits.set(ref.commit, commit);
      for (const difference of await compare(ref, commit, trees)) {
        findings.push({ path, message: `${ref.name}: ${difference}` });
      }
    });
    progress.advance(1);
  });
  auditCollections(refs, commits, audit);
  return commits;
}

/**
 * Clients refuse commits that are not bound to the collection that is announced. If some are, the others may be left over from
 * before it was announced: that is remarked on. If none is, no client can install anything.
 */
function auditCollections(
  refs: readonly PublishedRef[],
  commits: AuditedCommits,
  { config, findings, remarks }: CommitAudit,
): void {
  const collection = config && announcedCollection(config);
  if (collection === undefined) return;
  const bound = refs.flatMap((ref) => {
    const commit = isFlatpak(ref.name) ? commits.get(ref.commit) : undefined;
    return commit === undefined ? [] : [{ ref, collectionBinding: commit.collectionBinding }];
  });
  const isForAll = bound.every(({ collectionBinding }) => collectionBinding !== collection);
  for (const { ref, collectionBinding } of bound) {
    for (const difference of differs('collection of its commit', collection, collectionBinding)) {
      const message = `${ref.name}: ${difference}`;
      (isForAll ? findings : remarks).push({ path: objectPath(ref.commit, 'commit'), message });
    }
  }
}

async function readCommit(sha256: Digest, path: string, { read, listed }: CommitAudit): Promise<Commit> {
  const bytes = await (listed ?? { read }).read(path, MAX_OBJECT_SIZE);
  expect('SHA-256', sha256, digestOf(bytes));
  return parseCommit(bytes);
}

async function compare(
  { name, size, timestamp, facts }: PublishedRef,
  commit: Commit,
  trees: TreeSizer | undefined,
): Promise<readonly string[]> {
  const { refBinding } = commit;
  const isBound = refBinding?.includes(name) ?? true;
  const expected = isFlatpak(name) ? await factsOf(commit, facts, trees) : noFacts;
  return [
    ...differs('commit size', BigInt(commit.size), size),
    ...differs('timestamp', commit.timestamp, timestamp),
    ...factDifferences(expected, facts),
    ...(isBound ? [] : [`clients refuse its commit, which is bound to ${refBinding?.join(', ') || 'no ref'}`]),
  ];
}

/** What a commit says. What can only be derived from its tree is taken from the summary if the tree is not at hand. */
async function factsOf(
  commit: Commit,
  published: PublishedFacts,
  trees: TreeSizer | undefined,
): Promise<PublishedFacts> {
  const { extraSizes, tree, metadata, endOfLife, endOfLifeRebase, tokenType, extraData } = commit;
  const sizes = commit.sizes ?? (await trees?.sizesOf(tree));
  const all = sizes && totalSizes([sizes, extraSizes]);
  return {
    installedSize: all?.installed ?? published.installedSize,
    downloadSize: all?.download ?? published.downloadSize,
    metadata: metadata ?? (await trees?.metadataOf(tree)) ?? published.metadata,
    endOfLife,
    endOfLifeRebase,
    tokenType,
    extraData,
  };
}

/** A file takes a multiple of this on disk, in bytes. */
const BLOCK = 512n;

/** Bytes that nearly always hold the head of a file object. */
const HEAD_SIZE = 1024;

/** Deeper than any path can be. */
const MAX_DEPTH = 2048;

/** Derives sizes and metadata that a commit does not state from its tree. Each directory is read once. */
class TreeSizer {
  readonly #files: ListedFiles;
  readonly #known = new Map<Digest, InstallSizes>();

  constructor(files: ListedFiles) {
    this.#files = files;
  }

  /** The sizes of all regular files below a directory together. */
  async sizesOf(tree: Digest, depth = 0): Promise<InstallSizes> {
    const known = this.#known.get(tree);
    if (known !== undefined) return known;
    if (depth > MAX_DEPTH) throw new RepomillError('format', `tree: expected at most ${MAX_DEPTH} levels, found more`);
    const { files, directories } = await this.#directory(tree);
    const parts: InstallSizes[] = [];
    for (const { sha256 } of files) parts.push(await this.#fileSizes(sha256));
    for (const { sha256 } of directories) parts.push(await this.sizesOf(sha256, depth + 1));
    const sizes = totalSizes(parts);
    this.#known.set(tree, sizes);
    return sizes;
  }

  /** The text of `metadata` in a directory; empty if there is no such file. */
  async metadataOf(tree: Digest): Promise<string> {
    const file = (await this.#directory(tree)).files.find(({ name }) => name === 'metadata');
    if (file === undefined) return '';
    const bytes = await this.#files.read(objectPath(file.sha256, 'filez'), MAX_OBJECT_SIZE);
    const { isRegular, size, contentStart } = parseFileHead(bytes);
    if (!isRegular) return '';
    if (size > MAX_TEXT_LENGTH) throw new RepomillError('format', `metadata: expected a text, found ${size} bytes`);
    return decodeText(inflateRaw(bytes.subarray(contentStart), Number(size)));
  }

  async #directory(tree: Digest): Promise<Directory> {
    const path = objectPath(tree, 'dirtree');
    const bytes = await this.#files.read(path, MAX_OBJECT_SIZE);
    if (digestOf(bytes) === tree) return parseDirectory(bytes);
    throw wrongBytes(path);
  }

  async #fileSizes(sha256: Digest): Promise<InstallSizes> {
    const path = objectPath(sha256, 'filez');
    const { bytes, size } = await this.#files.readHead(path, HEAD_SIZE);
    const whole = bytes.length < size && headIsLonger(bytes) ? await this.#files.read(path, MAX_OBJECT_SIZE) : bytes;
    const head = parseFileHead(whole);
    if (!head.isRegular) return { installed: 0n, download: 0n };
    return { installed: ((head.size + BLOCK - 1n) / BLOCK) * BLOCK, download: BigInt(size) };
  }
}

// The first four bytes are the length of what follows the first eight.
function headIsLonger(bytes: Uint8Array): boolean {
  return bytes.length < 4 || new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) + 8 > bytes.length;
}
