/**
 * The folder that the bench works in: data that was made once and is found again, and scratch folders that are emptied. Touches
 * nothing outside it, and refuses a folder that has files and does not carry the bench's mark.
 */
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

const MARK = '.repomill-bench';
const SCRATCH = 'scratch';

/** A folder with `data/` (kept from bench to bench) and `scratch/` (each run's own). */
export class Workshop {
  readonly directory: string;

  /** Creates the folder, or takes one that a bench made. Throws where the folder is somebody else's. */
  constructor(directory: string) {
    this.directory = resolve(directory);
    const mark = join(this.directory, MARK);
    if (existsSync(this.directory) && !existsSync(mark) && readdirSync(this.directory).length > 0) {
      throw new Error(`${directory}: expected an empty folder or one that a bench made, found other files`);
    }
    mkdirSync(this.directory, { recursive: true });
    writeFileSync(mark, 'Data of `npm run bench`. It can be deleted; the next bench makes it again.\n');
    this.clear();
  }

  /** Removes the scratch folder. */
  clear(): void {
    rmSync(join(this.directory, SCRATCH), { recursive: true, force: true });
  }

  /**
   * The folder `name`, made once: `make` fills it if it is not there or was made from something else.
   *
   * @param stamp - what the content depends on: a generator's version and settings, the digest of a program
   */
  async made(name: string, stamp: string, make: (folder: string) => void | Promise<void>): Promise<string> {
    const folder = join(this.directory, 'data', name);
    const stampFile = `${folder}.stamp`;
    if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return folder;
    const unfinished = `${folder}.unfinished`;
    rmSync(stampFile, { force: true });
    for (const old of [folder, unfinished]) rmSync(old, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    await make(unfinished);
    renameSync(unfinished, folder);
    writeFileSync(stampFile, stamp);
    return folder;
  }

  /** A path in the scratch folder, whose parent is there. */
  scratch(name: string): string {
    const path = join(this.directory, SCRATCH, name);
    mkdirSync(join(path, '..'), { recursive: true });
    return path;
  }

  /** Makes a scratch folder new and empty, or a copy of another folder. */
  renew(folder: string, like?: string): void {
    this.remove(folder);
    if (like === undefined) mkdirSync(folder, { recursive: true });
    else this.copy(like, folder);
  }

  /** Removes something from the scratch folder. */
  remove(path: string): void {
    this.#own(path);
    rmSync(path, { recursive: true, force: true });
  }

  /** Copies a folder to where nothing is yet. */
  copy(from: string, to: string): void {
    if (existsSync(from)) cpSync(from, to, { recursive: true, preserveTimestamps: true });
    else mkdirSync(to, { recursive: true });
  }

  #own(folder: string): void {
    if (!resolve(folder).startsWith(join(this.directory, SCRATCH, sep))) {
      throw new Error(`${folder}: expected a folder of the scratch folder`);
    }
  }
}

/** Bytes of all files of a folder, or of one file; 0 where there is nothing. */
export function bytesIn(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0);
}

/** Bytes of the files of a folder, or of one file, that `like` has not, or not with these bytes. */
export function newBytes(path: string, like?: string): number {
  return filesOf(path)
    .filter((file) => like === undefined || !isSame(file, join(like, relative(path, file))))
    .reduce((sum, file) => sum + statSync(file).size, 0);
}

function filesOf(path: string): readonly string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (!found.isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

function isSame(file: string, other: string): boolean {
  return existsSync(other) && readFileSync(file).equals(readFileSync(other));
}

/** Writes a file piece by piece, so that a file of a gigabyte is never in memory. Creates its folder. */
export function writePieces(file: string, pieces: Iterable<string>): void {
  mkdirSync(join(file, '..'), { recursive: true });
  const handle = openSync(file, 'w');
  try {
    let batch: string[] = [];
    for (const piece of pieces) {
      batch.push(piece);
      if (batch.length < 1000) continue;
      writeFileSync(handle, batch.join(''));
      batch = [];
    }
    writeFileSync(handle, batch.join(''));
  } finally {
    closeSync(handle);
  }
}
