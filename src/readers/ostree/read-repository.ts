/**
 * Reads an OSTree archive repository: its configuration, its refs, and of every commit what a summary says of it. Every object
 * is compared with its name before it is decoded; every bad one is reported, and then nothing is published.
 */
import { type Problem, RepomillError } from '../../errors.ts';
import { type Keyfile, parseKeyfile } from '../../flatpak/keyfile.ts';
import { CONFIG_PATH } from '../../flatpak/paths.ts';
import type { OstreeRepository, RepositoryRef } from '../../flatpak/repository.ts';
import { decodeText } from '../../format/bytes.ts';
import type { Progress } from '../../model/progress.ts';
import { type Folder, openFolder } from '../../platform/folder.ts';
import { CommitReader } from './commit-reader.ts';
import { readRefs } from './read-refs.ts';
import { readStaticDeltas } from './read-static-deltas.ts';

/** A configuration, in bytes: no real one has a hundredth of it. */
const MAX_CONFIG_SIZE = 1 << 20;

/** Problems after which nobody reads on. */
const MAX_PROBLEMS = 1000;

/** Whether a directory is an OSTree repository. */
export function isOstreeRepository(directory: string): boolean {
  const folder = openFolder(directory);
  return folder.has(CONFIG_PATH) && folder.has('objects') && folder.has('refs');
}

/**
 * Reads a repository.
 *
 * @throws RepomillError `metadata` with every problem: refs that are none, commits that are missing or broken
 */
export function readRepository(location: string, progress: Progress): OstreeRepository {
  const folder = openFolder(location);
  const problems: Problem[] = [];
  const attempt = <Result>(file: string, work: () => Result): Result | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof RepomillError)) throw error;
      const { message } = error;
      const found = error.problems.length > 0 ? error.problems : [{ file, message: withoutPath(message, file) }];
      problems.push(...found);
      return undefined;
    }
  };
  const config = attempt(CONFIG_PATH, () => readConfig(folder));
  const names = readRefs(folder, attempt);
  const commits = new CommitReader(folder);
  progress.start('reading', names.length, 'refs');
  const refs: RepositoryRef[] = [];
  for (const { name, commit } of names) {
    const ref = attempt(`refs/heads/${name}`, () => commits.read(name, commit));
    if (ref !== undefined) refs.push(ref);
    progress.advance(1);
    if (problems.length >= MAX_PROBLEMS) break;
  }
  const staticDeltas = readStaticDeltas(folder, attempt);
  if (problems.length > 0 || config === undefined) throw badRepository(location, problems);
  if (refs.length === 0) throw new RepomillError('metadata', `${location}: no refs in refs/heads; nothing was written`);
  return { location, ...config, refs, staticDeltas };
}

/** Does a piece of the work; what is wrong with `file` is noted, and then there is no result. */
export type Attempt = <Result>(file: string, work: () => Result) => Result | undefined;

function readConfig(folder: Folder): { readonly config: Keyfile; readonly configText: string } {
  const configText = decodeText(folder.read(CONFIG_PATH, MAX_CONFIG_SIZE));
  const config = parseKeyfile(configText, CONFIG_PATH);
  const mode = config.string('core', 'mode');
  if (mode !== 'archive' && mode !== 'archive-z2') {
    throw new RepomillError('metadata', `expected mode=archive-z2 in [core], found ${mode ?? 'none'}`, {
      hint: 'only archive repositories can be served as files; see `ostree init --mode=archive`',
    });
  }
  return { config, configText };
}

function withoutPath(message: string, path: string): string {
  return message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
}

function badRepository(location: string, problems: readonly Problem[]): RepomillError {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  return new RepomillError('metadata', `${location}: ${count} in the repository; nothing was written`, { problems });
}
