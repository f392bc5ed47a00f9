/**
 * Lists the files of a directory through fast-glob, sorted by path. Follows links to files and directories. A link that leads
 * back to a directory around it, or nowhere, is a problem and not an endless walk or a missing file.
 */
import { lstatSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import glob from 'fast-glob';
import { type Problem, RepomillError } from '../../errors.ts';
import { compareText } from '../../model/order.ts';
import { explainFailure } from './input-file.ts';

/** A file in a directory or below it: its relative path, with `/`, and its size in bytes. */
export interface ListedFile {
  readonly path: string;
  readonly size: number;
}

/** The files of a directory, and the directories and links in it that cannot be followed. */
export interface FileList {
  readonly files: readonly ListedFile[];
  readonly problems: readonly Problem[];
}

/** Patterns for fast-glob of the entries to list below a directory, which is given relative to the root (`''`); may be empty. */
export type EntryPatterns = (directory: string) => readonly string[];

const EVERYTHING = '**/*';

/** What Node puts in place of bytes of a name that are not UTF-8. There is no file under the name that it makes. */
const NOT_UTF8 = '\ufffd';

/**
 * Lists all files below a directory except hidden ones.
 *
 * @param entriesBelow - limits the listing to some directories. Whatever is in a directory that is listed is followed, or a
 *   problem; a directory that no pattern enters is not looked at
 * @throws RepomillError `not-found` if there is no such directory, `transport` if it cannot be read
 */
export async function listFiles(directory: string, entriesBelow: EntryPatterns = everything): Promise<FileList> {
  const walk = new Walk(directory, entriesBelow);
  await walk.enter('', [await realDirectory(directory)]);
  return { files: walk.files.sort((a, b) => compareText(a.path, b.path)), problems: walk.problems };
}

function everything(): readonly string[] {
  return [EVERYTHING];
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

class Walk {
  readonly files: ListedFile[] = [];
  readonly problems: Problem[] = [];
  readonly #root: string;
  readonly #entriesBelow: EntryPatterns;

  constructor(root: string, entriesBelow: EntryPatterns) {
    this.#root = root;
    this.#entriesBelow = entriesBelow;
  }

  /** `way`: the real paths of the directories that lead here, both those with links in them and those that links point to. */
  async enter(directory: string, way: readonly string[]): Promise<void> {
    const wanted = new Set(this.#entriesBelow(directory));
    if (wanted.size === 0) return;
    const patterns = wanted.has(EVERYTHING) ? [EVERYTHING] : [...wanted];
    const cwd = join(this.#root, directory);
    // Sizes are not for fast-glob: one file that it does not find, and it forgets the whole directory without an error.
    const options = { cwd, onlyFiles: false, followSymbolicLinks: false, objectMode: true } as const;
    try {
      for (const { path, dirent } of await glob(patterns, options)) {
        const shown = directory === '' ? path : `${directory}/${path}`;
        if (dirent.isFile()) this.#add(shown);
        else if (dirent.isSymbolicLink()) await this.#follow(shown, way);
        else if (dirent.isDirectory() && shown.includes(NOT_UTF8)) this.#find(shown);
      }
    } catch (cause) {
      this.problems.push({
        file: this.#shownPath(cause, directory),
        message: `cannot list: ${explainFailure(cause).text}`,
      });
    }
  }

  #add(path: string): void {
    const size = this.#find(path);
    if (size !== undefined) this.files.push({ path, size });
  }

  /** The size of an entry. One that is not there under its name is a problem. */
  #find(path: string): number | undefined {
    const found = lstatSync(join(this.#root, path), { throwIfNoEntry: false });
    if (found === undefined) {
      const message = path.includes(NOT_UTF8)
        ? 'cannot read: the name is not UTF-8'
        : 'disappeared while it was listed';
      this.problems.push({ file: path, message });
    }
    return found?.size;
  }

  async #follow(link: string, way: readonly string[]): Promise<void> {
    const file = join(this.#root, link);
    let target: string;
    let here: readonly string[];
    try {
      target = await realpath(file);
      const kind = await stat(target);
      if (kind.isFile()) this.files.push({ path: link, size: kind.size });
      if (!kind.isDirectory()) return;
      here = [...way, await realpath(dirname(file))];
    } catch (cause) {
      this.problems.push({ file: link, message: `broken symbolic link: ${explainFailure(cause).text}` });
      return;
    }
    if (here.some((passed) => passed === target || passed.startsWith(`${target}/`))) {
      this.problems.push({ file: link, message: 'symbolic link to a directory that contains it' });
    } else {
      await this.enter(link, [...here, target]);
    }
  }

  // Errors of the operating system name the path that failed.
  #shownPath(cause: unknown, directory: string): string {
    const path = cause instanceof Error && 'path' in cause ? String(cause.path) : '';
    return path.startsWith(`${this.#root}/`) ? path.slice(this.#root.length + 1) : directory || this.#root;
  }
}
