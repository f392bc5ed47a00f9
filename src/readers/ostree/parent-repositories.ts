/**
 * Objects of a repository that has a parent (`[core] parent=`): what it lacks itself is in the parent, or in the parent's parent.
 * Refs and static deltas are only its own. As libostree does it, except that the parents are counted.
 */
import { decodeText } from '../../bytes/bytes.ts';
import { RepomillError } from '../../errors.ts';
import { type Keyfile, parseKeyfile } from '../../glib/keyfile.ts';
import { MAX_CONFIG_SIZE } from '../../ostree/limits.ts';
import { CONFIG_PATH } from '../../ostree/paths.ts';
import { type Folder, openFolder } from '../../platform/files/folder.ts';

/** The most parents, one after the other. A repository that is its own parent has no end of them. */
const MAX_PARENTS = 8;

/** The parent that a configuration names, as libostree takes it: absolute, or relative to the current directory. */
export function parentOf(config: Keyfile): string | undefined {
  return config.string('core', 'parent') || undefined;
}

/**
 * A repository's folder that reads an object from its parents if the repository itself has no such file. Everything else in it is
 * the repository's own.
 *
 * @throws RepomillError (metadata) if a parent is no repository, or if there are too many
 */
export function openObjects(location: string): Folder {
  const own = openFolder(location);
  const parents = openParents(own);
  if (parents.length === 0) return own;
  const read = <Result>(work: (folder: Folder) => Result): Result => {
    for (const folder of [own, ...parents]) {
      try {
        return work(folder);
      } catch (error) {
        if (!(error instanceof RepomillError) || error.code !== 'not-found') throw error;
      }
    }
    // Missing everywhere: the error is about the repository itself.
    return work(own);
  };
  return {
    ...own,
    read: (path, maxSize) => read((folder) => folder.read(path, maxSize)),
    readHead: (path, length) => read((folder) => folder.readHead(path, length)),
  };
}

function openParents(own: Folder): readonly Folder[] {
  const parents: Folder[] = [];
  for (let parent = parentNamedIn(own); parent !== undefined; ) {
    if (parents.length === MAX_PARENTS) {
      throw wrongParent(`expected at most ${MAX_PARENTS} parents, each of the one before, found more`);
    }
    const folder = openFolder(parent);
    parents.push(folder);
    try {
      parent = parentNamedIn(folder);
    } catch (cause) {
      if (!(cause instanceof RepomillError)) throw cause;
      throw wrongParent(`expected an OSTree repository in ${folder.location}: ${cause.message}`, cause);
    }
  }
  return parents;
}

function parentNamedIn(folder: Folder): string | undefined {
  return parentOf(parseKeyfile(decodeText(folder.read(CONFIG_PATH, MAX_CONFIG_SIZE)), CONFIG_PATH));
}

function wrongParent(message: string, cause?: unknown): RepomillError {
  return new RepomillError('metadata', `parent in [core]: ${message}`, { path: CONFIG_PATH, cause });
}
