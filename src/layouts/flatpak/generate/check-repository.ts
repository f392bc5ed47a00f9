/**
 * What is well-formed and yet does not work: names that clients split elsewhere, collection ids that commits do not have, apps
 * without their translations. flatpak publishes all of it, and its users find out.
 */
import { type Problem, RepomillError } from '../../../errors.ts';
import type { Keyfile } from '../../../glib/keyfile.ts';
import type { Reporter } from '../../../model/progress.ts';
import type { OstreeRepository } from '../../../ostree/repository.ts';
import { memoize } from '../../../platform/workspace/slot.ts';
import type { Workspace } from '../../../platform/workspace/workspace.ts';
import { collectionId } from '../format/repository-metadata.ts';
import type { Refs } from './pack-refs.ts';
import type { ReadyRef } from './packed-ref.ts';

/** What a check needs beside the refs. */
export interface CheckOptions {
  readonly repository: OstreeRepository;
  readonly workspace: Workspace;
  readonly exact: boolean;
  readonly progress: Reporter;
}

/** What was found: warnings, and what no client could use. */
interface Findings {
  readonly warnings: readonly string[];
  readonly problems: readonly Problem[];
}

/**
 * Checks a repository before it is published.
 *
 * @throws RepomillError (metadata) for what no client could use; what some could not is a warning, and so is all of it where
 *   the tree shall be exactly what flatpak writes
 */
export async function checkRepository(refs: Refs, options: CheckOptions): Promise<void> {
  const { repository, workspace, exact, progress } = options;
  const { location, config } = repository;
  const announced = announcedCollection(config);
  const { warnings, problems } = await memoize(
    'findings',
    [refs.key, announced],
    workspace,
    async (): Promise<Findings> => {
      const ready = await refs.ready();
      return {
        warnings: [...splitApps(ready), ...wrongBindings(ready)],
        problems: [...hyphenated(ready), ...(announced === undefined ? [] : wrongCollections(ready, announced))],
      };
    },
  );
  for (const message of warnings) progress.warn(message);
  if (problems.length === 0) return;
  if (exact) for (const { file, message } of problems) progress.warn(`${file}: ${message}`);
  else throw new RepomillError('metadata', `${location}: clients could not use it; nothing was written`, { problems });
}

/** Clients split the name of a summary at the first hyphen, so a subset with one in its name is never found. */
function hyphenated(refs: readonly ReadyRef[]): readonly Problem[] {
  const bad = new Map<string, string>();
  for (const { name, parsed, placement } of refs) {
    const { arch, kind } = parsed;
    const subsets = kind === 'other' ? [] : placement.subsets;
    for (const subset of subsets) if (subset.includes('-')) bad.set(`subset ${JSON.stringify(subset)}`, name);
    if (kind !== 'appstream2' && arch?.includes('-')) bad.set(`arch ${JSON.stringify(arch)}`, name);
  }
  return [...bad].map(([what, ref]) => ({ file: fileOf(ref), message: `expected no "-" in a name, found ${what}` }));
}

/** The collection id that clients are told, if they are. */
function announcedCollection(config: Keyfile): string | undefined {
  const keys = ['deploy-collection-id', 'deploy-sideload-collection-id'];
  return keys.some((key) => config.boolean('flatpak', key)) ? collectionId(config) : undefined;
}

/** A client that was told a collection id refuses every commit that is not bound to it. */
function wrongCollections(refs: readonly ReadyRef[], id: string): readonly Problem[] {
  const wrong = refs.filter(({ parsed, placement }) => parsed.kind !== 'other' && placement.collectionBinding !== id);
  const [first] = wrong;
  if (first === undefined) return [];
  const found = first.placement.collectionBinding ? `"${first.placement.collectionBinding}"` : 'none';
  const message = `expected commits of collection "${id}", which [flatpak] announces; found ${found} in ${countOf(wrong.length)}`;
  return [{ file: fileOf(first.name), message }];
}

/** A client refuses a commit that says it is for other refs. */
function wrongBindings(refs: readonly ReadyRef[]): readonly string[] {
  const wrong = refs.filter(({ name, placement }) => placement.refBinding?.includes(name) === false);
  const [first] = wrong;
  return first === undefined
    ? []
    : [`${fileOf(first.name)}: its commit is bound to another ref, and clients refuse it (${countOf(wrong.length)})`];
}

/** Where an app is in a subset and its translations are not, it cannot be installed from there. */
function splitApps(refs: readonly ReadyRef[]): readonly string[] {
  const subsetsOf = ({ placement }: ReadyRef): string => placement.subsets.toSorted().join(', ');
  const locales = new Map(refs.flatMap((ref) => (ref.parsed.id?.endsWith('.Locale') ? [[ref.name, ref]] : [])));
  const split = refs.filter((ref) => {
    const { kind, id, arch, branch } = ref.parsed;
    const locale = kind === 'app' ? locales.get(`runtime/${id}.Locale/${arch}/${branch}`) : undefined;
    return locale !== undefined && subsetsOf(locale) !== subsetsOf(ref);
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
