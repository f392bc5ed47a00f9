/**
 * Lists the files of a directory that somebody wants, sorted by path. Links to files and directories are followed if a wanted
 * file may be there; all other links are ignored, wherever they lead.
 *
 * A file that is created, renamed or removed meanwhile never hides another: its directory is listed again until two lists in
 * a row are the same.
 */
import { type readdir, statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import glob from 'fast-glob';
import type { Problem } from '../../errors.ts';
import { compareText } from '../../model/order.ts';
import { checkpoint, FILES_PER_TURN } from '../threads/next-turn.ts';
import { realDirectory } from './file-root.ts';
import { type EntryStats, entryStats, type FolderView, freshView } from './folder-view.ts';
import { isWithin } from './resolve-inside.ts';
import { explainFailure } from './system-error.ts';

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

/** How a directory is listed. */
export interface ListingOptions {
  readonly signal?: AbortSignal | undefined;
  /** Through which the directory is looked at. By default, everything is looked at anew. */
  readonly view?: FolderView | undefined;
}

/** How often a directory is listed until two lists are the same. */
const MAX_LISTS = 20;

/** How many ways through links may lead to one directory: with two links on each of many levels, they soon have no end. */
const MAX_WAYS = 1000;

/** Where Linux shows processes, hardware and settings as files: there is no end of them, and none is metadata. */
const KERNEL_FILES = /^\/(?:proc|sys|dev(?!\/shm\/))(?:\/|$)/;

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
  options: ListingOptions = {},
): Promise<FileList<Reason>> {
  const walk = new Walk(directory, selection, options);
  await walk.enter('', [realDirectory(directory)]);
  const inOrder = (a: Problem, b: Problem): number => compareText(a.file, b.file);
  return {
    files: walk.files.sort((a, b) => compareText(a.path, b.path)),
    problems: walk.problems.sort(inOrder),
    warnings: walk.warnings.sort(inOrder),
  };
}

/** An entry of a directory that is wanted, or may lead to what is. A link is not followed yet. */
interface Entry<Reason> {
  readonly path: string;
  readonly reason: Reason | undefined;
  readonly stats: EntryStats;
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
  readonly #view: FolderView;
  /** How many ways led to each real directory. */
  readonly #ways = new Map<string, number>();
  #unchecked = 0;

  constructor(root: string, selection: FileSelection<Reason>, { signal, view = freshView }: ListingOptions) {
    this.#root = root;
    this.#selection = selection;
    this.#signal = signal;
    this.#view = view;
  }

  /**
   * Lists a directory and all below it. `way`: the real paths of the directories that lead here through links, and at the end
   * of this one.
   */
  async enter(directory: string, way: readonly string[]): Promise<void> {
    const before = way.slice(0, -1);
    const links: { readonly entry: Entry<Reason>; readonly real: string }[] = [];
    await eachDirectory(resolve(this.#root, directory), async (below) => {
      const path = directory === '' || below === '' ? `${directory}${below}` : `${directory}/${below}`;
      const real = join(way.at(-1) ?? '', below);
      const names: string[] = [];
      for (const entry of this.#isOneWayMore(path, real) ? this.#settle(path) : []) {
        this.#unchecked++;
        if (this.#unchecked % FILES_PER_TURN === 0) await checkpoint(this.#signal);
        const { stats } = entry;
        const name = baseName(entry.path);
        if (stats.kind === 'link') links.push({ entry, real });
        else if (stats.kind !== 'directory')
          this.#add(entry, stats, real.endsWith(sep) ? real + name : real + sep + name);
        else if (this.#selection.leadsInto(entry.path)) names.push(name);
      }
      return names;
    });
    for (const { entry, real } of links) await this.#follow(entry, [...before, real]);
  }

  /** Notes a way to a directory; false if there are too many. */
  #isOneWayMore(directory: string, real: string): boolean {
    const ways = (this.#ways.get(real) ?? 0) + 1;
    this.#ways.set(real, ways);
    if (ways === MAX_WAYS + 1) this.#report(directory, `expected at most ${MAX_WAYS} ways through links, found more`);
    return ways <= MAX_WAYS;
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
    for (const name of this.#view.namesIn(folder)) {
      const path = directory === '' ? name : `${directory}/${name}`;
      const reason = this.#selection.select(path);
      if (reason === undefined && this.#selection.leadsInto(path) === undefined) continue;
      try {
        const stats = this.#view.statsOf(`${folder}${sep}${name}`);
        if (stats !== undefined) entries.push({ path, reason, stats });
        else if (name.includes(NOT_UTF8)) problems.push({ file: path, message: 'cannot read: the name is not UTF-8' });
        else isStale = true;
      } catch (cause) {
        problems.push({ file: path, message: `cannot read: ${explainFailure(cause).text}` });
      }
    }
    return { entries, problems, isStale };
  }

  #add({ path, reason }: Entry<Reason>, { kind, size }: EntryStats, realPath: string): void {
    if (reason === undefined || this.#selection.excludes?.(realPath) === true) return;
    if (kind === 'file') this.files.push({ path, size, reason });
    else this.warnings.push({ file: path, message: 'neither a file nor a directory, left out' });
  }

  async #follow(entry: Entry<Reason>, way: readonly string[]): Promise<void> {
    const { path } = entry;
    let target: string;
    let stats: EntryStats;
    try {
      target = await realpath(join(this.#root, path));
      stats = entryStats(statSync(target));
    } catch (cause) {
      const isWanted = entry.reason !== undefined || this.#selection.leadsInto(path) === 'named';
      this.#reportLink(path, `broken symbolic link: ${explainFailure(cause).text}`, isWanted);
      return;
    }
    const lead = stats.kind === 'directory' ? this.#selection.leadsInto(path) : undefined;
    if (stats.kind !== 'directory') this.#add(entry, stats, target);
    else if (lead !== undefined && KERNEL_FILES.test(target)) {
      this.#reportLink(path, 'symbolic link to what the kernel shows as files', lead === 'named');
    } else if (lead !== undefined && way.some((passed) => isWithin(passed, target))) {
      this.#reportLink(path, 'symbolic link to a directory that contains it', lead === 'named');
    } else if (lead !== undefined) await this.enter(path, [...way, target]);
  }

  /**
   * Reports a bad link. If `**` alone leads to it, it may be anything, and is most likely nothing that is wanted: what a link leads
   * back to is listed anyway.
   */
  #reportLink(path: string, message: string, isWanted: boolean): void {
    if (isWanted) this.#report(path, message);
    else this.warnings.push({ file: path, message: `${message}; left out` });
  }

  #report(path: string, message: string): void {
    this.problems.push({ file: path || this.#root, message });
  }
}

/**
 * Visits a directory and those below it. fast-glob leads the way, but is shown nothing but directories: left to itself, it
 * takes one that it cannot list for an empty one, and leaves out links without a word.
 *
 * @param visit - called with the path of each below the first, with `/`; returns the names of the directories in it to visit
 */
async function eachDirectory(start: string, visit: (below: string) => Promise<readonly string[]>): Promise<void> {
  const readDirectory = (
    path: string,
    _: unknown,
    done: (failure: unknown, entries: readonly object[]) => void,
  ): void => {
    visit(relative(start, path).split(sep).join('/')).then(
      (names) =>
        done(
          null,
          names.map((name) => ({ name, ...directoryType })),
        ),
      (failure: unknown) => done(failure, []),
    );
  };
  const fs = { readdir: readDirectory as typeof readdir };
  await glob('**', { cwd: start, onlyDirectories: true, followSymbolicLinks: false, unique: false, fs });
}

const directoryType = { isFile: () => false, isDirectory: () => true, isSymbolicLink: () => false };

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
