/**
 * The first stage of the layout: every ref in the forms that summaries have it. Refs are packed in groups, and a group with the
 * commits that it had the last time comes from the workspace: none of its commits is read.
 */
import { REFS_PATH } from '../../flatpak/paths.ts';
import type { RefFile } from '../../flatpak/repository.ts';
import type { Digest } from '../../model/digest.ts';
import type { Progress } from '../../model/progress.ts';
import { keyOf } from '../../platform/sync-sha256.ts';
import type { Workspace } from '../../platform/workspace.ts';
import type { OpenRepository } from '../../readers/ostree/open-repository.ts';
import { makeReady, type ReadyRef, recallRefs, rememberRefs } from './ready-ref.ts';

/** The refs of a repository. */
export interface Refs {
  readonly count: number;
  /** Stands for all refs and their commits. */
  readonly key: Digest;
  /**
   * All refs, ready for summaries.
   *
   * @throws RepomillError (metadata) with everything that is wrong in the repository
   */
  ready(): readonly ReadyRef[];
}

/** Grows whenever the same commits are packed in another way. */
const EDITION = 1;

/** Refs in a group, on average: a ref whose name says so ends its group, so that a new ref moves no other group. */
const GROUP = 128;

/** Prepares to pack every ref of a repository. Nothing is read before it is needed. */
export function packRefs(repository: OpenRepository, workspace: Workspace, progress: Progress): Refs {
  const groups = groupsOf(repository.refs).map((refs) => {
    return { refs, name: `refs/${keyOf([EDITION, refs.map(({ name, commit }) => [name, commit])])}` };
  });
  for (const { name } of groups) workspace.keep(name);
  let made: readonly ReadyRef[] | undefined;
  const ready = (): readonly ReadyRef[] => {
    made ??= groups.flatMap(({ name, refs }) => {
      const known = recallRefs(name, refs, workspace);
      progress.looked('batch', known !== undefined);
      return known ?? readGroup(name, refs, repository, workspace);
    });
    repository.findings.check();
    return made;
  };
  // A ref that could not be read is in no group: what else is wrong shall be reported with it.
  if (!repository.findings.isClean) ready();
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

function readGroup(
  name: string,
  refs: readonly RefFile[],
  { findings, readCommit }: OpenRepository,
  workspace: Workspace,
): readonly ReadyRef[] {
  if (findings.isHopeless) return [];
  const ready = refs.flatMap((ref) => {
    return findings.attempt(`${REFS_PATH}/${ref.name}`, () => makeReady(readCommit(ref))) ?? [];
  });
  if (ready.length === refs.length) rememberRefs(name, ready, workspace);
  return ready;
}
