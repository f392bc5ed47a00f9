/**
 * Opens an OSTree archive repository: its configuration, its refs, its static deltas. Commits are read one by one, each compared
 * with its name before it is decoded. Whatever is wrong is a finding, and all of them are reported together.
 */

import { decodeText } from '../../bytes/bytes.ts';
import { RepomillError } from '../../errors.ts';
import { type Keyfile, parseKeyfile } from '../../glib/keyfile.ts';
import type { Reporter } from '../../model/progress.ts';
import { CONFIG_PATH, REFS_PATH } from '../../ostree/paths.ts';
import type { OstreeRepository, RefFile } from '../../ostree/repository.ts';
import { type Folder, openFolder } from '../../platform/files/folder.ts';
import { CommitReader } from './commit-reader.ts';
import { RepositoryFindings } from './findings.ts';
import { readRefs } from './read-refs.ts';
import { readStaticDeltas } from './read-static-deltas.ts';

/** A repository, and what is wrong with it so far. */
export interface OpenRepository extends OstreeRepository {
  readonly findings: RepositoryFindings;
}

/** A configuration, in bytes: no real one has a hundredth of it. */
const MAX_CONFIG_SIZE = 1 << 20;

/** Whether a directory is an OSTree repository. */
export function isOstreeRepository(directory: string): boolean {
  const folder = openFolder(directory);
  return folder.has(CONFIG_PATH) && folder.has('objects') && folder.has('refs');
}

/** Opens a repository. Throws a metadata error where it has no usable configuration or no refs. */
export function openRepository(location: string, progress: Reporter): OpenRepository {
  const folder = openFolder(location);
  const findings = new RepositoryFindings();
  const config = findings.attempt(CONFIG_PATH, () => readConfig(folder));
  const refs = readRefs(folder, findings, progress);
  const staticDeltas = readStaticDeltas(folder, findings);
  const commits = new CommitReader(folder);
  // Nothing can be made of it, but what else is wrong shall be reported too.
  if (config === undefined) readAll(refs, commits, findings);
  if (config === undefined || findings.isHopeless) findings.check();
  if (refs.length === 0) findings.check();
  if (config === undefined || refs.length === 0) {
    throw new RepomillError('metadata', `${location}: no refs in refs/heads; nothing was written`);
  }
  return { location, ...config, refs, staticDeltas, findings, readCommit: (ref) => commits.read(ref) };
}

function readAll(refs: readonly RefFile[], commits: CommitReader, findings: RepositoryFindings): void {
  for (const ref of refs) {
    if (findings.isHopeless) return;
    findings.attempt(`${REFS_PATH}/${ref.name}`, () => commits.read(ref));
  }
}

function readConfig(folder: Folder): { readonly config: Keyfile; readonly configText: string } {
  const configText = decodeText(folder.read(CONFIG_PATH, MAX_CONFIG_SIZE));
  const config = parseKeyfile(configText, CONFIG_PATH);
  const mode = config.string('core', 'mode');
  if (mode === 'archive' || mode === 'archive-z2') return { config, configText };
  throw new RepomillError('metadata', `expected mode=archive-z2 in [core], found ${mode ?? 'none'}`, {
    hint: 'only archive repositories can be served as files; see `ostree init --mode=archive`',
  });
}
