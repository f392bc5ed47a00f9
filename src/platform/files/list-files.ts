/**
 * Which files a directory holds, through fast-glob, in the one order of text. Links to files and directories are
 * followed; a link that leads back into a directory on the way to it is a problem, not an endless walk.
 */
import { realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import glob from 'fast-glob';
import { messageOf, type Problem, RepomillError } from '../../errors.ts';
import { compareText } from '../../model/order.ts';

/** A file below a directory: its path, relative and with `/`, and its size in bytes. */
export interface ListedFile {
  readonly path: string;
  readonly size: number;
}

/** A directory's files, and the links that could not be followed. */
export interface FileList {
  readonly files: readonly ListedFile[];
  readonly problems: readonly Problem[];
}

/** Lists all files below a directory, hidden ones left out. Throws a not-found error where there is no such directory. */
export async function listFiles(directory: string): Promise<FileList> {
  const root = await realDirectory(directory);
  const files: ListedFile[] = [];
  const problems: Problem[] = [];
  await walk(directory, '', [root], { files, problems });
  return { files: files.sort((a, b) => compareText(a.path, b.path)), problems };
}

async function realDirectory(directory: string): Promise<string> {
  const found = await stat(directory).catch((cause: unknown) => {
    throw new RepomillError('not-found', 'no such directory', { path: directory, cause });
  });
  if (!found.isDirectory())
    throw new RepomillError('not-found', 'expected a directory, found a file', { path: directory });
  return realpath(directory);
}

/** `way` holds the real paths of the directories that lead here: those of links, and those that links point to. */
async function walk(
  directory: string,
  prefix: string,
  way: readonly string[],
  found: { readonly files: ListedFile[]; readonly problems: Problem[] },
): Promise<void> {
  const entries = await glob('**/*', {
    cwd: join(directory, prefix),
    onlyFiles: false,
    followSymbolicLinks: false,
    stats: true,
  });
  for (const { path, dirent, stats } of entries) {
    const shown = prefix === '' ? path : `${prefix}/${path}`;
    if (dirent.isFile()) found.files.push({ path: shown, size: stats?.size ?? 0 });
    else if (dirent.isSymbolicLink()) await follow(directory, shown, way, found);
  }
}

async function follow(
  directory: string,
  link: string,
  way: readonly string[],
  found: { readonly files: ListedFile[]; readonly problems: Problem[] },
): Promise<void> {
  try {
    const file = join(directory, link);
    const target = await realpath(file);
    const kind = await stat(target);
    if (kind.isFile()) found.files.push({ path: link, size: kind.size });
    if (!kind.isDirectory()) return;
    const here = [...way, await realpath(dirname(file))];
    if (here.some((passed) => passed === target || passed.startsWith(`${target}/`))) {
      found.problems.push({ file: link, message: 'a symbolic link that leads back to a directory around it' });
    } else {
      await walk(directory, link, [...here, target], found);
    }
  } catch (cause) {
    found.problems.push({ file: link, message: `a symbolic link that leads nowhere (${messageOf(cause)})` });
  }
}
