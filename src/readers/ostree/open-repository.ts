/**
 * Opens an OSTree archive repository: its configuration, its refs, its static deltas. Commits are read one by one, each verified
 * before it is decoded. Whatever is wrong is noted, and all of it is reported together.
 */

import { decodeText } from '../../bytes/bytes.ts';
import { RepomillError } from '../../errors.ts';
import { type Keyfile, parseKeyfile } from '../../glib/keyfile.ts';
import { isDigest } from '../../model/digest.ts';
import { compareText } from '../../model/order.ts';
import type { Reporter } from '../../model/progress.ts';
import type { StaticDelta } from '../../ostree/delta-index.ts';
import { MAX_CONFIG_SIZE, MAX_REF_SIZE, MAX_SUPERBLOCK_SIZE } from '../../ostree/limits.ts';
import {
  CONFIG_PATH,
  isSuperblock,
  OBJECTS_PATH,
  objectPath,
  parseSuperblockPath,
  REFS_PATH,
  refPath,
  STATIC_DELTAS_PATH,
} from '../../ostree/paths.ts';
import { isRefName } from '../../ostree/ref-name.ts';
import type { OstreeRepository, RefFile } from '../../ostree/repository.ts';
import { type Folder, openFolder } from '../../platform/files/folder.ts';
import { digestOf } from '../../platform/hash/sha256.ts';
import { checkpoint, FILES_PER_TURN } from '../../platform/threads/next-turn.ts';
import { formatPlural } from '../../text/quantity.ts';
import { CommitReader } from './commit-reader.ts';
import { RepositoryFindings } from './findings.ts';
import { openObjects, parentOf } from './parent-repositories.ts';

/** A repository, and what was found wrong with it so far. */
export interface OpenRepository extends OstreeRepository {
  readonly findings: RepositoryFindings;
}

/** Whether a directory is an OSTree repository. */
export function isOstreeRepository(directory: string): boolean {
  const folder = openFolder(directory);
  try {
    return folder.has(CONFIG_PATH) && folder.has(OBJECTS_PATH) && folder.has('refs');
  } catch (thrown) {
    if (!(thrown instanceof RepomillError) || thrown.path === undefined) throw thrown;
    // A folder names its files; here nothing else says which directory is meant.
    throw new RepomillError(thrown.code, thrown.message, { path: `${directory}/${thrown.path}`, cause: thrown });
  }
}

/** How a repository is opened. */
export interface OpenRepositoryOptions {
  /** Opens a repository without a directory of refs too: by default it is taken for an incomplete copy. */
  readonly allowEmpty?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Opens a repository, which may have no refs. Throws a metadata error if it has no usable configuration or no directory of refs. */
export async function openOstreeRepository(
  location: string,
  progress: Reporter,
  { allowEmpty = false, signal }: OpenRepositoryOptions = {},
): Promise<OpenRepository> {
  const folder = openFolder(location);
  const findings = new RepositoryFindings();
  const config = findings.attempt(CONFIG_PATH, () => readConfig(folder));
  const refs = await readRefs(folder, findings, progress, signal);
  const staticDeltas = await readStaticDeltas(folder, findings, signal);
  // A parent that cannot be opened is a problem of the configuration.
  const objects = config && findings.attempt(CONFIG_PATH, () => openObjects(location));
  if (objects !== undefined && config !== undefined) warnOfParent(config.config, refs, folder, progress);
  const commits = new CommitReader(objects ?? folder);
  // Nothing can be built without a configuration; the commits are read only to report everything else that is wrong.
  if (config === undefined) await readAll(refs, commits, findings, signal);
  if (objects === undefined || config === undefined || findings.isFull || refs.length === 0) findings.check();
  if (config === undefined || (!allowEmpty && !folder.has(REFS_PATH))) throw withoutRefs(location);
  return { location, ...config, refs, staticDeltas, findings, readCommit: (ref) => commits.read(ref) };
}

/** The error for a repository without refs, where it is not meant to be empty. */
export function withoutRefs(location: string): RepomillError {
  return new RepomillError('metadata', `no refs in ${REFS_PATH}; nothing was written`, {
    path: location,
    hint: 'to publish a repository without refs, add --allow-empty',
  });
}

/** Clients ask one host for everything, and never look for a parent. */
function warnOfParent(config: Keyfile, refs: readonly RefFile[], folder: Folder, progress: Reporter): void {
  const parent = parentOf(config);
  if (parent === undefined) return;
  const missing = refs.filter(({ commit }) => !folder.has(objectPath(commit, 'commit')));
  if (missing.length === 0) return;
  progress.warn(
    `${folder.location}: ${formatPlural(missing.length, 'commit')} only in its parent ${parent}: clients need a host that ` +
      'serves the objects of both',
  );
}

function readConfig(folder: Folder): { readonly config: Keyfile; readonly configText: string } {
  const configText = decodeText(folder.read(CONFIG_PATH, MAX_CONFIG_SIZE));
  const config = parseKeyfile(configText, CONFIG_PATH);
  const mode = config.string('core', 'mode');
  if (mode === 'archive' || mode === 'archive-z2') return { config, configText };
  throw new RepomillError('metadata', `expected mode=archive-z2 in [core], found ${mode ?? 'none'}`, {
    path: CONFIG_PATH,
    hint: 'only archive repositories can be served as files; see `ostree init --mode=archive`',
  });
}

/** Every ref, in the order of their names' bytes. */
async function readRefs(
  folder: Folder,
  findings: RepositoryFindings,
  progress: Reporter,
  signal: AbortSignal | undefined,
): Promise<readonly RefFile[]> {
  // OSTree ignores files that start with a dot too.
  const names = folder.list(REFS_PATH).filter((name) => !/(?:^|\/)\./.test(name));
  progress.start('reading', names.length, 'refs');
  const refs: RefFile[] = [];
  for (const [i, name] of names.toSorted(compareText).entries()) {
    if (signal !== undefined && i % FILES_PER_TURN === 0) await checkpoint(signal);
    progress.advance(1);
    const ref = findings.attempt(refPath(name), () => readRef(folder, name));
    if (ref !== undefined) refs.push(ref);
  }
  return refs;
}

function readRef(folder: Folder, name: string): RefFile {
  if (!isRefName(name)) {
    const message = 'expected a ref of letters, digits, ".", "-" and "_", no part of which starts with "." or "-"';
    throw new RepomillError('metadata', message);
  }
  const commit = decodeText(folder.read(refPath(name), MAX_REF_SIZE)).trimEnd();
  if (isDigest(commit)) return { name, commit };
  throw new RepomillError('metadata', `expected the digest of a commit, found ${JSON.stringify(commit)}`);
}

/** Every static delta, in the order of the file system. Other files in `deltas/` are ignored. */
async function readStaticDeltas(
  folder: Folder,
  findings: RepositoryFindings,
  signal: AbortSignal | undefined,
): Promise<readonly StaticDelta[]> {
  const deltas: StaticDelta[] = [];
  for (const [i, file] of folder.listAsStored(STATIC_DELTAS_PATH).entries()) {
    if (signal !== undefined && i % FILES_PER_TURN === 0) await checkpoint(signal);
    if (!isSuperblock(file)) continue;
    const path = `${STATIC_DELTAS_PATH}/${file}`;
    const delta = findings.attempt(path, () => readStaticDelta(folder, file, path));
    if (delta !== undefined) deltas.push(delta);
  }
  return deltas;
}

function readStaticDelta(folder: Folder, file: string, path: string): StaticDelta {
  const name = parseSuperblockPath(file);
  if (name === undefined) throw new RepomillError('metadata', 'expected a folder named after commits');
  return { ...name, superblock: digestOf(folder.read(path, MAX_SUPERBLOCK_SIZE)) };
}

async function readAll(
  refs: readonly RefFile[],
  commits: CommitReader,
  findings: RepositoryFindings,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [i, ref] of refs.entries()) {
    if (findings.isFull) return;
    if (signal !== undefined && i % FILES_PER_TURN === 0) await checkpoint(signal);
    findings.attempt(refPath(ref.name), () => commits.read(ref));
  }
}
