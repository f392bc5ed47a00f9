/**
 * The first stage of the layout: every ref in the forms that summaries have it. Refs are packed in groups, and a group with the
 * commits that it had the last time is in the workspace: none of its commits is read.
 */

import { inParallel } from '../../../async/parallel.ts';
import type { Problem } from '../../../errors.ts';
import type { Digest } from '../../../model/digest.ts';
import type { Reporter } from '../../../model/progress.ts';
import { REFS_PATH } from '../../../ostree/paths.ts';
import type { RefFile, RepositoryRef } from '../../../ostree/repository.ts';
import { keyOf } from '../../../platform/hash/sha256.ts';
import type { Workspace } from '../../../platform/workspace/workspace.ts';
import { RepositoryFindings } from '../../../readers/ostree/findings.ts';
import type { OpenRepository } from '../../../readers/ostree/open-repository.ts';
import { makeReady, type ReadyRef, recallRefs, rememberRefs } from './packed-ref.ts';

/** A group of refs to be packed. */
export interface PackRefsJob {
  /** The repository. */
  readonly location: string;
  /** What the workspace calls the group. */
  readonly name: string;
  readonly refs: readonly RefFile[];
}

/** The task of this stage: packs a group into the workspace, unless something is wrong with it. */
export interface PackTasks {
  packRefs(job: PackRefsJob): Promise<{ readonly problems: readonly Problem[] }>;
}

/** What packing needs. */
export interface PackOptions {
  readonly workspace: Workspace;
  readonly tasks: PackTasks;
  /** Tasks that may be waited for at a time. */
  readonly ahead: number;
  readonly progress: Reporter;
}

/** The refs of a repository. */
export interface Refs {
  readonly count: number;
  /** Stands for all refs and their commits. */
  readonly key: Digest;
  /** All refs, ready for summaries. Throws a metadata error with everything that is wrong in the repository. */
  ready(): Promise<readonly ReadyRef[]>;
}

/** Grows whenever the same commits are packed in another way. */
const EDITION = 2;

/** Refs in a group, on average: a ref whose name says so ends its group, so that a new ref moves no other group. */
const GROUP = 32;

/** Packs the refs of a group into the workspace. */
export function packRefsTask(
  { name, refs }: PackRefsJob,
  readCommit: (ref: RefFile) => RepositoryRef,
  workspace: Workspace,
): { readonly problems: readonly Problem[] } {
  const findings = new RepositoryFindings();
  const ready = refs.flatMap((ref) => {
    return findings.attempt(`${REFS_PATH}/${ref.name}`, () => makeReady(readCommit(ref))) ?? [];
  });
  if (findings.isEmpty) rememberRefs(name, ready, workspace);
  return { problems: findings.problems };
}

/** Prepares to pack every ref of a repository. No commit is read before somebody wants to know what is in it. */
export async function packRefs(repository: OpenRepository, options: PackOptions): Promise<Refs> {
  const groups = groupsOf(repository.refs).map((refs) => {
    return { refs, name: `refs/${keyOf([EDITION, refs.map(({ name, commit }) => [name, commit])])}` };
  });
  for (const { name } of groups) options.workspace.keep(name);
  let made: Promise<readonly ReadyRef[]> | undefined;
  const ready = (): Promise<readonly ReadyRef[]> => {
    made ??= packGroups(groups, repository, options);
    return made;
  };
  // A ref that could not be read is in no group: what else is wrong shall be reported with it.
  if (!repository.findings.isEmpty) await ready();
  return { count: repository.refs.length, key: keyOf(groups.map(({ name }) => name)), ready };
}

function groupsOf(refs: readonly RefFile[]): readonly (readonly RefFile[])[] {
  const groups: RefFile[][] = [[]];
  for (const ref of refs) {
    groups.at(-1)?.push(ref);
    if (Number.parseInt(keyOf(ref.name).slice(0, 8), 16) % GROUP === 0) groups.push([]);
  }
  return groups.filter((group) => group.length > 0);
}

async function packGroups(
  groups: readonly Pick<PackRefsJob, 'name' | 'refs'>[],
  { location, findings }: OpenRepository,
  { workspace, tasks, ahead, progress }: PackOptions,
): Promise<readonly ReadyRef[]> {
  const missing = groups.filter(({ name }) => {
    const isKnown = workspace.open(name) !== undefined;
    progress.cacheLookup('batch', isKnown);
    return !isKnown;
  });
  progress.start(
    'encoding',
    missing.reduce((sum, { refs }) => sum + refs.length, 0),
    'refs',
  );
  await inParallel(missing, ahead, async ({ name, refs }) => {
    if (findings.isFull) return;
    const { problems } = await tasks.packRefs({ location, name, refs });
    findings.add(problems);
    progress.advance(refs.length);
  });
  findings.check();
  return groups.flatMap(({ name, refs }) => recallRefs(name, refs, workspace));
}
