/**
 * Plans the files of packages in an archive: where each one is in `pool/`, which are to be placed, and which stay for clients with
 * an older index. `publish/packages/` decides; this file knows the archive's paths, and that it counts in seconds.
 */
import type { FoundPackageFile, PackageInput } from '../../../catalogue/packages/package-input.ts';
import type { Problem } from '../../../errors.ts';
import { badInput } from '../../../model/problems.ts';
import type { Reporter } from '../../../model/progress.ts';
import { type PlannedPackages, planPackages } from '../../../publish/packages/plan-packages.ts';
import type { PackageListing } from '../../../publish/packages/read-package-lists.ts';
import type { PreviousTree, Tree } from '../../../publish/tree.ts';
import { DISTS, digestOfPackageFiles, packageFilesPath } from '../format/paths.ts';
import type { AptState } from '../format/state-file.ts';

/** Paths in the archive by those in the input, where they differ. */
export type MovedFiles = ReadonlyMap<string, readonly string[]>;

/** Files of the input under their paths in the archive. */
export function movedFiles(files: readonly FoundPackageFile[], moved: MovedFiles): readonly FoundPackageFile[] {
  return files.flatMap((file) => (moved.get(file.path) ?? [file.path]).map((path) => ({ ...file, path })));
}

/** What planning the pool needs. */
export interface PoolRequest {
  readonly packages?: PackageInput | undefined;
  /** The paths in the archive of files that have different ones in the input. */
  readonly moved: MovedFiles;
  readonly state: AptState | undefined;
  readonly previous: PreviousTree;
  readonly output: Tree;
  /** For how many seconds a file stays. */
  readonly keep: number;
  /** Seconds since 1970. */
  readonly now: number;
  readonly progress: Reporter;
  readonly signal?: AbortSignal | undefined;
}

const listing: PackageListing = { directory: DISTS, pathOf: packageFilesPath, digestIn: digestOfPackageFiles };

/** Plans the files of packages. Throws a metadata error with every path whose content would change. */
export async function planPool({
  packages,
  moved,
  state,
  now,
  keep,
  ...request
}: PoolRequest): Promise<PlannedPackages> {
  const files = movedFiles(packages?.files ?? [], moved);
  const problems = findCollisions(files);
  if (problems.length > 0) throw badInput(problems, HINT);
  return planPackages({
    ...request,
    ...{ listing, published: state?.packageFiles, lastNamed: now },
    // A file that this publication replaces is 0 seconds old.
    keep: keep === 0 ? -1 : keep,
    // Two files of the input with one content, in one place of the archive, are one.
    packages: packages && { ...packages, files: [...new Map(files.map((file) => [file.path, file])).values()] },
  });
}

const HINT =
  'give one of them a different version, or a place of its own: files below pool/ in the input keep their paths, ' +
  'as in pool/bookworm/main/h/hello/hello_1.0_amd64.deb';

/** Files with different content that would be in one place. */
function findCollisions(files: readonly FoundPackageFile[]): readonly Problem[] {
  const seen = new Map<string, FoundPackageFile>();
  return files.flatMap((file) => {
    const { path, place } = file;
    const other = seen.get(path) ?? file;
    seen.set(path, other);
    if (other.sha256 === file.sha256) return [];
    const message = `would be ${path}, as is ${other.place.file}:${other.place.line}, with different content`;
    return [{ ...place, message }];
  });
}
