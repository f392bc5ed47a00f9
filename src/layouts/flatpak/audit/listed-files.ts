/**
 * The files of a tree that can be listed: a directory, or any source with a listing. Much of a repository can be audited only
 * there. A directory is read synchronously, because a promise for each of a hundred thousand commits takes longer than reading it.
 */
import { missingFile, throwIfAborted } from '../../../errors.ts';
import { defined } from '../../../model/defined.ts';
import { MAX_SUMMARY_SIZE } from '../../../model/limits.ts';
import type { Source } from '../../../model/source.ts';
import { type Folder, openFolder } from '../../../platform/files/folder.ts';
import { checkpoint, FILES_PER_TURN } from '../../../platform/threads/next-turn.ts';

type Awaitable<Result> = Result | Promise<Result>;

/** The files of a tree; paths use slashes. Everything throws `not-found`, `transport`, or `format` for a file that is too long. */
export interface ListedFiles {
  /** A file's bytes, of which there may be at most `maxSize`. */
  read(path: string, maxSize: number): Awaitable<Uint8Array>;
  /** A file's first bytes, at most `length`, and the size of the whole file. */
  readHead(path: string, length: number): Awaitable<{ readonly bytes: Uint8Array; readonly size: number }>;
  /** Whether there is a file or folder with this path. */
  has(path: string): Awaitable<boolean>;
  /** All files below a folder, as paths in it; empty if there is no such folder. */
  list(path: string): Awaitable<readonly string[]>;
}

/** Opens the files of a source; undefined if it cannot list them, like a web host. */
export async function openListedFiles(
  source: Source,
  signal: AbortSignal | undefined,
): Promise<ListedFiles | undefined> {
  if (source.directory !== undefined) return abortable(openFolder(source.directory), signal);
  if (source.list === undefined) return undefined;
  const paths = await source.list(signal);
  const list = (path: string): readonly string[] =>
    paths.flatMap((file) => (file.startsWith(`${path}/`) ? [file.slice(path.length + 1)] : []));
  const read = async (path: string, maxBytes: number): Promise<Uint8Array> => {
    throwIfAborted(signal);
    const result = await source.fetch(path, { maxBytes, ...defined({ signal }) });
    if (result.kind === 'full') return result.bytes;
    throw missingFile(path);
  };
  return {
    read,
    list,
    has: (path) => paths.some((file) => file === path || file.startsWith(`${path}/`)),
    async readHead(path, length) {
      const bytes = await read(path, MAX_SUMMARY_SIZE);
      return { bytes: bytes.subarray(0, length), size: bytes.length };
    },
  };
}

/** The files of a folder, until the signal is aborted. */
function abortable(folder: Folder, signal: AbortSignal | undefined): ListedFiles {
  if (signal === undefined) return folder;
  let reads = 0;
  const atOnce = <Result>(read: () => Result): Awaitable<Result> => {
    throwIfAborted(signal);
    return ++reads % FILES_PER_TURN === 0 ? checkpoint(signal).then(read) : read();
  };
  return {
    read: (path, maxSize) => atOnce(() => folder.read(path, maxSize)),
    readHead: (path, length) => atOnce(() => folder.readHead(path, length)),
    has: (path) => atOnce(() => folder.has(path)),
    list: (path) => atOnce(() => folder.list(path)),
  };
}
