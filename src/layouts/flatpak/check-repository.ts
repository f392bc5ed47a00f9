/**
 * What is well-formed and yet does not work: names that clients split elsewhere, collection ids that commits do not have, apps
 * without their translations. flatpak publishes all of it, and its users find out.
 */
import { type Problem, RepomillError } from '../../errors.ts';
import { parseRefName } from '../../flatpak/ref-name.ts';
import type { OstreeRepository, RepositoryRef } from '../../flatpak/repository.ts';
import { collectionId } from '../../flatpak/repository-metadata.ts';
import { isFlatpak } from '../../flatpak/summary.ts';
import type { Progress } from '../../model/progress.ts';

/**
 * Checks a repository before it is published.
 *
 * @throws RepomillError (metadata) for what no client could use; what some could not is a warning, and so is all of it where
 *   the tree shall be exactly what flatpak writes
 */
export function checkRepository(repository: OstreeRepository, exact: boolean, progress: Progress): void {
  const { location, refs } = repository;
  for (const message of [...splitApps(refs), ...wrongBindings(refs)]) progress.warn(message);
  const problems = [...hyphenated(refs), ...wrongCollections(repository)];
  if (problems.length === 0) return;
  if (exact) for (const { file, message } of problems) progress.warn(`${file}: ${message}`);
  else throw new RepomillError('metadata', `${location}: clients could not use it; nothing was written`, { problems });
}

/** Clients split the name of a summary at the first hyphen, so a subset with one in its name is never found. */
function hyphenated(refs: readonly RepositoryRef[]): readonly Problem[] {
  const bad = new Map<string, string>();
  for (const { name, facts } of refs) {
    const { arch, kind } = parseRefName(name);
    const subsets = isFlatpak(name) ? facts.subsets : [];
    for (const subset of subsets) if (subset.includes('-')) bad.set(`subset ${JSON.stringify(subset)}`, name);
    if (kind !== 'appstream2' && arch?.includes('-')) bad.set(`arch ${JSON.stringify(arch)}`, name);
  }
  return [...bad].map(([what, ref]) => ({ file: fileOf(ref), message: `expected no "-" in a name, found ${what}` }));
}

/** A client that was told a collection id refuses every commit that is not bound to it. */
function wrongCollections({ refs, config }: OstreeRepository): readonly Problem[] {
  const id = collectionId(config);
  const isTold =
    config.boolean('flatpak', 'deploy-collection-id') || config.boolean('flatpak', 'deploy-sideload-collection-id');
  if (id === undefined || !isTold) return [];
  const wrong = refs.filter(({ name, collectionBinding }) => isFlatpak(name) && collectionBinding !== id);
  const [first] = wrong;
  if (first === undefined) return [];
  const found = first.collectionBinding ? `"${first.collectionBinding}"` : 'none';
  const message = `expected commits of collection "${id}", which [flatpak] announces; found ${found} in ${countOf(wrong.length)}`;
  return [{ file: fileOf(first.name), message }];
}

/** A client refuses a commit that says it is for other refs. */
function wrongBindings(refs: readonly RepositoryRef[]): readonly string[] {
  const wrong = refs.filter(({ name, refBinding }) => refBinding !== undefined && !refBinding.includes(name));
  const [first] = wrong;
  return first === undefined
    ? []
    : [`${fileOf(first.name)}: its commit is bound to another ref, and clients refuse it (${countOf(wrong.length)})`];
}

/** Where an app is in a subset and its translations are not, it cannot be installed from there. */
function splitApps(refs: readonly RepositoryRef[]): readonly string[] {
  const bySubsets = new Map(refs.map(({ name, facts }) => [name, facts.subsets.toSorted().join(', ')]));
  const split = refs.filter(({ name, facts }) => {
    const { kind, id, arch, branch } = parseRefName(name);
    const locale = bySubsets.get(`runtime/${id}.Locale/${arch}/${branch}`);
    return kind === 'app' && locale !== undefined && locale !== facts.subsets.toSorted().join(', ');
  });
  const [first] = split;
  return first === undefined
    ? []
    : [
        `${fileOf(first.name)}: is not in the same subsets as its .Locale, so installing fails (${countOf(split.length)})`,
      ];
}

function fileOf(ref: string): string {
  return `refs/heads/${ref}`;
}

function countOf(refs: number): string {
  return refs === 1 ? 'one ref' : `${refs} refs`;
}
