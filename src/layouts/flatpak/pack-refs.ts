/**
 * The first stage of the layout: every ref in the forms that summaries have it. Refs are packed in groups, and a group with the
 * commits that it had the last time comes from the workspace: none of its commits is read.
 */
import { REFS_PATH } from '../../flatpak/paths.ts';
import type { RefFile } from '../../flatpak/repository.ts';
import type { Progress } from '../../model/progress.ts';
import { keyOf } from '../../platform/sync-sha256.ts';
import type { Workspace } from '../../platform/workspace.ts';
import type { OpenRepository } from '../../readers/ostree/open-repository.ts';
import { makeReady, type ReadyRef, recallRefs, rememberRefs } from './ready-ref.ts';

/** Grows whenever the same commits are packed in another way. */
const EDITION = 1;

/** Refs in a group, on average: a ref whose name says so ends its group, so that a new ref moves no other group. */
const GROUP = 128;

/**
 * Packs every ref of a repository.
 *
 * @throws RepomillError (metadata) with everything that is wrong in the repository
 */
export function packRefs(repository: OpenRepository, workspace: Workspace, progress: Progress): readonly ReadyRef[] {
  const { findings } = repository;
  const ready = groupsOf(repository.refs).flatMap((group) => {
    if (findings.isHopeless) return [];
    const name = `refs/${keyOf([EDITION, group.map(({ name: ref, commit }) => [ref, commit])])}`;
    const known = recallRefs(name, group, workspace);
    progress.looked('batch', known !== undefined);
    return known ?? readGroup(name, group, repository, workspace);
  });
  findings.check();
  return ready;
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
  group: readonly RefFile[],
  repository: OpenRepository,
  workspace: Workspace,
): readonly ReadyRef[] {
  const { findings } = repository;
  const ready = group.flatMap((ref) => {
    return findings.attempt(`${REFS_PATH}/${ref.name}`, () => makeReady(repository.readCommit(ref))) ?? [];
  });
  if (ready.length === group.length) rememberRefs(name, ready, workspace);
  return ready;
}
