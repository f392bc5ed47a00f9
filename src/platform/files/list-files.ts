/**
 * Lists the files of a directory that somebody wants, sorted by path. Links to files and directories are followed if a wanted
 * file may be there; all other links are ignored, wherever they lead.
 *
 * A file that is created, renamed or removed meanwhile never hides another: its directory is listed again until two lists in
 * a row are the same.
 */
import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import glob from 'fast-glob';
import { type Problem, RepomillError } from '../../errors.ts';
import { compareText } from '../../model/order.ts';
import { checkpoint, FILES_PER_TURN } from '../threads/next-turn.ts';
import { explainFailure } from './input-file.ts';

/** A file in a directory or below it: its relative path, with `/`, and its size in bytes. */
export interface ListedFile<Reason> {
  readonly path: string;
  readonly size: number;
  /** Why it is listed. */
  readonly reason: Reason;
}

/** The files of a directory, and what is wrong with it. */
export interface FileList<Reason> {
  readonly files: readonly ListedFile<Reason>[];
  /** Wanted files and directories that cannot be read, and links that lead nowhere in their place. */
  readonly problems: readonly Problem[];
  /** What was left out, and may be worth a look. */
  readonly warnings: readonly Problem[];
}

/** How patterns lead into a directory: one of them names it, or `**` alone leads anywhere. */
export type Lead = 'named' | 'anywhere';

/** How several patterns together lead into a directory. */
export function strongestLead(leads: readonly (Lead | undefined)[]): Lead | undefined {
  return leads.find((lead) => lead === 'named') ?? leads.find((lead) => lead !== undefined);
}

/** Which files are wanted. Paths are relative to the directory that is listed, with `/`. Hidden files never are. */
export interface FileSelection<Reason> {
  /** Why a file is wanted; undefined if it is not. */
  select(path: string): Reason | undefined;
  /** Whether wanted files may be in a directory or below it. */
  leadsInto(directory: string): Lead | undefined;
  /** Whether a file is left out although it is wanted. `realPath` is absolute, with every link followed. */
  excludes?(realPath: string): boolean;
}

/** How often a directory is listed until two lists are the same. */
const MAX_LISTS = 20;

/** How many ways through links may lead to one directory: with two links on each of many levels, they soon have no end. */
const MAX_WAYS = 1000;

/** What Node puts in place of bytes of a name that are not UTF-8. There is no file under the name that it makes. */
const NOT_UTF8 = '\ufffd';

/**
 * Lists files below a directory.
 *
 * @throws RepomillError `not-found` if there is no such directory, `transport` if it cannot be read, `interrupted`
 */
export async function listFiles<Reason>(
  directory: string,
  selection: FileSelection<Reason>,
  signal?: AbortSignal,
): Promise<FileList<Reason>> {
  const walk = new Walk(directory, selection, signal);
  await walk.enter('', [await realDirectory(directory)]);
  const inOrder = (a: Problem, b: Problem): number => compareText(a.file, b.file);
  return {
    files: walk.files.sort((a, b) => compareText(a.path, b.path)),
    problems: walk.problems.sort(inOrder),
    warnings: walk.warnings.sort(inOrder),
  };
}

async function realDirectory(directory: string): Promise<string> {
  try {
    if ((await stat(directory)).isDirectory()) return await realpath(directory);
  } catch (cause) {
    const { code, text } = explainFailure(cause);
    const message = code === 'not-found' ? 'no such directory' : `cannot read: ${text}`;
    throw new RepomillError(code, message, { path: directory, cause });
  }
  throw new RepomillError('not-found', 'expected a directory, found a file', { path: directory });
}

/** An entry of a directory that is wanted, or may lead to what is. A link is not followed yet. */
interface Entry<Reason> {
  readonly path: string;
  readonly reason: Reason | undefined;
  readonly stats: Stats;
}

/** A directory at one moment. */
interface Look<Reason> {
  readonly entries: readonly Entry<Reason>[];
  readonly problems: readonly Problem[];
  /** Whether a name was gone when it was looked at. */
  readonly isStale: boolean;
}

class Walk<Reason> {
  readonly files: ListedFile<Reason>[] = [];
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  readonly #root: string;
  readonly #selection: FileSelection<Reason>;
  readonly #signal: AbortSignal | undefined;
  /** How many ways led to each real directory. */
  readonly #ways = new Map<string, number>();
  #unchecked = 0;

  constructor(root: string, selection: FileSelection<Reason>, signal: AbortSignal | undefined) {
    this.#root = root;
    this.#selection = selection;
    this.#signal = signal;
  }

  /** `way`: the real paths of the directories that lead here through links, and at the end of this one. */
  async enter(directory: string, way: readonly string[]): Promise<void> {
    const real = way.at(-1) ?? '';
    const ways = (this.#ways.get(real) ?? 0) + 1;
    this.#ways.set(real, ways);
    if (ways > MAX_WAYS) {
      if (ways === MAX_WAYS + 1) this.#report(directory, `expected at most ${MAX_WAYS} ways through links, found more`);
      return;
    }
    for (const entry of this.#settle(directory)) {
      this.#unchecked++;
      if (this.#unchecked % FILES_PER_TURN === 0) await checkpoint(this.#signal);
      const { path, stats } = entry;
      const realPath = `${real === sep ? '' : real}${sep}${path.slice(path.lastIndexOf('/') + 1)}`;
      if (stats.isSymbolicLink()) await this.#follow(entry, way);
      else if (!stats.isDirectory()) this.#add(entry, stats, realPath);
      else if (this.#selection.leadsInto(path)) await this.enter(path, [...way.slice(0, -1), realPath]);
    }
  }

  /** The entries of a directory, none of which is gone. */
  #settle(directory: string): readonly Entry<Reason>[] {
    try {
      let before: string | undefined;
      for (let lists = 0; lists < MAX_LISTS; lists++) {
        const { entries, problems, isStale } = this.#look(directory);
        // A file that is renamed meanwhile may be missing under both names, but then it is in the next list.
        const found = isStale ? entries.map(({ path }) => path).join('\0') : before;
        if (found === before) {
          this.problems.push(...problems);
          return entries;
        }
        before = found;
      }
      this.#report(directory, 'cannot list: files come and go all the time');
    } catch (cause) {
      const { code, text } = explainFailure(cause);
      this.#report(directory, code === 'not-found' ? 'disappeared while it was listed' : `cannot list: ${text}`);
    }
    return [];
  }

  #look(directory: string): Look<Reason> {
    const entries: Entry<Reason>[] = [];
    const problems: Problem[] = [];
    let isStale = false;
    const folder = join(this.#root, directory);
    for (const name of namesIn(folder)) {
      const path = directory === '' ? name : `${directory}/${name}`;
      const reason = this.#selection.select(path);
      if (reason === undefined && this.#selection.leadsInto(path) === undefined) continue;
      try {
        const stats = lstatSync(`${folder}${sep}${name}`, { throwIfNoEntry: false });
        if (stats !== undefined) entries.push({ path, reason, stats });
        else if (name.includes(NOT_UTF8)) problems.push({ file: path, message: 'cannot read: the name is not UTF-8' });
        else isStale = true;
      } catch (cause) {
        problems.push({ file: path, message: `cannot read: ${explainFailure(cause).text}` });
      }
    }
    return { entries, problems, isStale };
  }

  #add({ path, reason }: Entry<Reason>, stats: Stats, realPath: string): void {
    if (reason === undefined || this.#selection.excludes?.(realPath) === true) return;
    if (stats.isFile()) this.files.push({ path, size: stats.size, reason });
    else this.warnings.push({ file: path, message: 'neither a file nor a directory, left out' });
  }

  async #follow(entry: Entry<Reason>, way: readonly string[]): Promise<void> {
    const { path } = entry;
    let target: string;
    let stats: Stats;
    try {
      target = await realpath(join(this.#root, path));
      stats = statSync(target);
    } catch (cause) {
      this.#reportLink(entry, `broken symbolic link: ${explainFailure(cause).text}`);
      return;
    }
    if (!stats.isDirectory()) this.#add(entry, stats, target);
    else if (this.#selection.leadsInto(path) === undefined) return;
    else if (way.some((passed) => isWithin(passed, target))) {
      this.#reportLink(entry, 'symbolic link to a directory that contains it');
    } else await this.enter(path, [...way, target]);
  }

  /** Reports a bad link. If `**` alone leads to it, it may be anything, and is most likely nothing that is wanted. */
  #reportLink({ path, reason }: Entry<Reason>, message: string): void {
    if (reason !== undefined || this.#selection.leadsInto(path) === 'named') this.#report(path, message);
    else this.warnings.push({ file: path, message: `${message}; left out` });
  }

  #report(path: string, message: string): void {
    this.problems.push({ file: path || this.#root, message });
  }
}

/** The names in a directory that are not hidden. */
function namesIn(folder: string): readonly string[] {
  let failure: unknown;
  // fast-glob takes a directory that it cannot list for an empty one. And for a file system that does not store types, Node
  // would look at every entry, and one that is gone would fail the whole list: so types are not asked for.
  const readNames = (path: string): unknown => {
    try {
      return readdirSync(path).map((name) => ({ name, ...typeless }));
    } catch (cause) {
      failure = cause;
      throw cause;
    }
  };
  const options = { cwd: folder, deep: 1, onlyFiles: false, followSymbolicLinks: false } as const;
  const fs = { readdirSync: readNames as typeof readdirSync };
  const names = glob.sync('*', { ...options, fs });
  if (failure !== undefined) throw failure;
  return names;
}

const typeless = {
  isFile: () => true,
  isDirectory: () => false,
  isSymbolicLink: () => false,
};

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : `${directory}${sep}`);
}
