/**
 * Finds the files that records name below the root of the packages. What is missing, is no file, or is outside is a problem of
 * the record.
 */
import type { Problem } from '../../errors.ts';
import type { FileRoot } from '../../platform/files/file-root.ts';
import type { FileStamp } from '../../platform/files/file-stamp.ts';
import { formatCount } from '../../text/quantity.ts';
import type { FileRef } from './file-refs.ts';

/** A file that is there. */
export interface LocatedFile {
  readonly path: string;
  /** Where it is on disk. */
  readonly file: string;
  readonly stamp: FileStamp;
  /** What records say of it. */
  readonly refs: readonly [FileRef, ...FileRef[]];
}

/** The files of a repository. */
export interface LocatedFiles {
  readonly files: readonly LocatedFile[];
  readonly problems: readonly Problem[];
}

/** Finds all files. `show` makes a path what the user would type. */
export function locateFiles(refs: readonly FileRef[], root: FileRoot, show: (path: string) => string): LocatedFiles {
  const files: LocatedFile[] = [];
  const problems: Problem[] = [];
  const missing: Problem[] = [];
  for (const [path, own] of groupByPath(refs)) {
    const found = root.find(path);
    const [{ place }] = own;
    const problem = (what: string): Problem => ({ ...place, message: `${show(path)}: expected a file, found ${what}` });
    if (found.kind === 'file') files.push({ path, file: found.file, stamp: found.stamp, refs: own });
    else if (found.kind === 'other') problems.push(problem(found.what));
    else missing.push(problem('nothing'));
  }
  // With a wrong root, everything is missing: that is one mistake and not thousands.
  const isNothing = files.length === 0 && problems.length === 0 && missing.length > 1;
  return { files, problems: [...problems, ...(isNothing ? summarise(missing) : missing)] };
}

function groupByPath(refs: readonly FileRef[]): ReadonlyMap<string, readonly [FileRef, ...FileRef[]]> {
  const groups = new Map<string, [FileRef, ...FileRef[]]>();
  for (const ref of refs) {
    const known = groups.get(ref.path);
    if (known === undefined) groups.set(ref.path, [ref]);
    else known.push(ref);
  }
  return groups;
}

function summarise([first, ...others]: readonly Problem[]): readonly Problem[] {
  if (first === undefined) return [];
  return [
    { ...first, message: `${first.message}, as for all ${formatCount(others.length + 1)} files that records name` },
  ];
}
