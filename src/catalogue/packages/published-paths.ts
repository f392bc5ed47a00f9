/**
 * The paths under which package files are published: none may be one of the tree's own, or of what hosts hide. Paths that will
 * make trouble later are warnings.
 */
import type { Problem } from '../../errors.ts';
import { foldPath, namesContent } from '../../model/package-file.ts';
import { directoriesOf, type TreeOwner } from '../../model/tree-owner.ts';
import { quote } from '../../text/printable.ts';
import { formatCount } from '../../text/quantity.ts';
import type { LocatedFile } from './locate-files.ts';
import type { FoundPackageFile } from './package-input.ts';

/** Paths that cannot be published. */
export function findReservedPaths(files: readonly LocatedFile[], owners: readonly TreeOwner[]): readonly Problem[] {
  const directories = directoriesOf(owners);
  return files.flatMap(({ path, refs: [{ place }] }) => {
    // Where a file system ignores case, `Summaries/` is `summaries/`.
    const folded = foldPath(path);
    const [top = ''] = folded.split('/', 1);
    const refuse = (why: string): readonly Problem[] => [{ ...place, message: `path ${quote(path)}: ${why}` }];
    if (directories.includes(top)) {
      return refuse(`repomill writes to ${top}/ itself; publish packages in a directory of their own`);
    }
    if (owners.some((owner) => owner.owns(folded) || owner.entryPoints.includes(folded))) {
      return refuse('repomill writes a file of its own there; publish packages in a directory of their own');
    }
    if (/(?:^|\/)\./.test(path)) return refuse('expected no name that starts with a dot: web hosts hide such files');
    return [];
  });
}

/** Warnings about paths that can be published now, but may not serve clients well. */
export function warnOfPaths(
  files: readonly FoundPackageFile[],
  versions: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const unnamed = files.filter(
    (file) => !(versions.get(file.path) ?? []).some((version) => namesContent(file, version)),
  );
  const twins = findTwins(files);
  const warnings: string[] = [];
  const [first, ...others] = unnamed;
  if (first !== undefined) {
    const also = others.length === 0 ? '' : `, like ${formatCount(others.length)} more`;
    warnings.push(
      `packages: the path ${at(first)} contains neither version nor digest${also}: ` +
        'the next version needs a different path, because caches keep the old file',
    );
  }
  const [[one, other] = []] = twins;
  if (one !== undefined && other !== undefined) {
    warnings.push(
      `packages: ${at(one)} and ${at(other)} differ only in case: where a file system ignores it, one file replaces the other`,
    );
  }
  return warnings;
}

function at({ path, place }: FoundPackageFile): string {
  return `${quote(path)} (${place.file}:${place.line})`;
}

/** Paths that are the same where case does not count, or accents are written in one way alone. */
function findTwins(files: readonly FoundPackageFile[]): readonly (readonly [FoundPackageFile, FoundPackageFile])[] {
  const seen = new Map<string, FoundPackageFile>();
  return files.flatMap((file) => {
    const folded = foldPath(file.path);
    const twin = seen.get(folded);
    seen.set(folded, file);
    return twin === undefined ? [] : [[twin, file] as const];
  });
}
