/**
 * Files for a directory that belongs to the user: written only where there is nothing yet.
 */
import { lstat, stat, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { type Problem, RepomillError } from '../../errors.ts';
import { formatPlural } from '../../text/quantity.ts';
import { cannotWrite } from './system-error.ts';
import { makeDirectory } from './write-files.ts';

/** A file to be written. */
export interface NewFile {
  /** Relative to the directory, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Writes all files, or none of them if anything is in the way.
 *
 * @throws RepomillError `conflict` with everything that is in the way; `transport` if writing fails
 */
export async function writeNewFiles(directory: string, files: readonly NewFile[]): Promise<void> {
  const problems = await findConflicts(directory, files);
  if (problems.length > 0) {
    const count = formatPlural(problems.length, 'file is', 'files are');
    throw new RepomillError('conflict', `${count} in the way; nothing was written`, { path: directory, problems });
  }
  for (const { path, bytes } of files) {
    const file = join(directory, path);
    try {
      await makeDirectory(dirname(file));
      // Fails if a different process was faster.
      await writeFile(file, bytes, { flag: 'wx' });
    } catch (cause) {
      throw cannotWrite(file, cause);
    }
  }
}

/** A directory next to a given one, as the user would type it: relative, unless the given one is absolute. */
export function siblingOf(directory: string, name: string): string {
  const sibling = join(resolve(directory), '..', name);
  return isAbsolute(directory) ? sibling : relative('.', sibling);
}

async function findConflicts(directory: string, files: readonly NewFile[]): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const paths = files.map((file) => file.path);
  for (const parent of new Set(paths.flatMap(parentsOf))) {
    const found = await stat(join(directory, parent)).catch(() => undefined);
    if (found?.isDirectory() === false) {
      problems.push({ file: join(directory, parent), message: 'expected a directory or nothing, found a file' });
    }
  }
  for (const path of paths) {
    // Not `stat`: a link that leads nowhere is in the way, too.
    const found = await lstat(join(directory, path)).catch(() => undefined);
    if (found !== undefined) problems.push({ file: join(directory, path), message: 'already exists' });
  }
  return problems;
}

/** The directories on the way to a file, the outermost first. */
function parentsOf(path: string): readonly string[] {
  const names = path.split('/');
  return names.map((_, depth) => names.slice(0, depth).join('/'));
}
