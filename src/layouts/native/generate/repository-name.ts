/**
 * The name of a repository, which never changes by mistake: a tree that holds a different repository is not continued, because
 * the clients of one would get the other as an update.
 */
import { RepomillError } from '../../../errors.ts';
import { defined } from '../../../model/defined.ts';
import type { SignedIndex } from '../format/repository-index.ts';

/** What the configuration and the user say of the name. */
export interface NameRequest {
  readonly name: string;
  /** Whether the configuration says it. Otherwise it is that of the input directory, which may be different on each machine. */
  readonly isNamed: boolean;
  /** What the repository was called before. */
  readonly renameFrom?: string | undefined;
}

/** The index that is continued, and where it is. */
export interface NamedBefore {
  readonly published: Pick<SignedIndex, 'name' | 'formerNames'> | undefined;
  readonly location: string;
  warn(message: string): void;
}

/**
 * The names of the next index.
 *
 * @throws RepomillError `conflict` if the published tree holds a different repository; `usage` for a rename to the same name
 */
export function nameRepository(
  { name, isNamed, renameFrom }: NameRequest,
  { published, location, warn }: NamedBefore,
): Pick<SignedIndex, 'name' | 'formerNames'> {
  if (renameFrom === name) {
    throw new RepomillError('usage', `--rename-from: expected a former name, found ${name}, the present one`);
  }
  if (published === undefined) {
    if (renameFrom === undefined) return { name };
    throw new RepomillError('conflict', `expected the repository ${renameFrom}, found none`, { path: location });
  }
  const before = published.name;
  if (before !== name && renameFrom !== undefined && renameFrom !== before) {
    throw new RepomillError('conflict', `expected the repository ${renameFrom}, found ${before}`, { path: location });
  }
  if (before !== name && renameFrom === undefined) {
    if (isNamed) throw differentRepository(location, name, before);
    warn(`the repository keeps its name ${before}: \`name\` is not set, and the input directory is called ${name}`);
    return defined({ name: before, formerNames: published.formerNames });
  }
  const former = [...(published.formerNames ?? []), ...(renameFrom === undefined ? [] : [renameFrom])];
  const others = [...new Set(former)].filter((one) => one !== name);
  return defined({ name, formerNames: others.length === 0 ? undefined : others });
}

function differentRepository(path: string, expected: string, found: string): RepomillError {
  return new RepomillError('conflict', `expected the repository ${expected}, found ${found}`, {
    path,
    hint: `publish ${expected} in a different place; if it is ${found} under a new name, add --rename-from ${found}`,
  });
}
