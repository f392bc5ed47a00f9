/**
 * Audits the files that no entry point leads to: some may stay, some will be pruned, and some are not ours. An interrupted build
 * leaves such files, which is safe: they are no problem of the tree unless a client may still ask for them.
 */
import { throwIfAborted } from '../errors.ts';
import type { TreeOwner } from '../model/tree-owner.ts';
import { isTemporaryPath, LOCK_NAME } from '../platform/files/write-files.ts';
import type { Finding } from './findings.ts';

/** An unreachable file. */
export interface Leftover {
  readonly message: string;
  /** Whether a client may still ask for it, and would get something wrong. */
  readonly isProblem: boolean;
}

/** An audited layout. */
export interface AuditedOwner extends TreeOwner {
  readonly reached: ReadonlySet<string>;
  /** Describes an unreachable file that the layout owns; undefined if it may stay. */
  leftover(path: string): Promise<Leftover | undefined>;
}

/** What is said of the files that one owner leaves. */
export interface OwnLeftovers {
  readonly findings: readonly Finding[];
  readonly remarks: readonly Finding[];
}

/** The unreachable files of a tree. */
export interface Leftovers {
  /** Those of each owner, in the order of the owners. */
  readonly owners: readonly OwnLeftovers[];
  /** Files in the directories of a layout that no layout writes. */
  readonly foreign: readonly string[];
}

/** Audits the files of a tree that are unreachable in all of its layouts. */
export async function auditLeftovers(
  paths: readonly string[],
  owners: readonly AuditedOwner[],
  signal?: AbortSignal,
): Promise<Leftovers> {
  const found = owners.map(() => ({ findings: [] as Finding[], remarks: [] as Finding[] }));
  const foreign: string[] = [];
  for (const path of paths) {
    if (owners.some(({ reached }) => reached.has(path))) continue;
    if (isTemporaryPath(path)) {
      found[0]?.remarks.push({ path, message: path === LOCK_NAME ? LOCK : TEMPORARY });
      continue;
    }
    if (!owners.some((owner) => owner.owns(path))) {
      if (owners.every((owner) => isForeign(path, owner))) foreign.push(path);
      continue;
    }
    for (const [position, owner] of owners.entries()) {
      throwIfAborted(signal);
      const leftover = owner.owns(path) ? await owner.leftover(path) : undefined;
      if (leftover === undefined) continue;
      const { message, isProblem } = leftover;
      found[position]?.[isProblem ? 'findings' : 'remarks'].push({ path, message });
    }
  }
  return { owners: found, foreign };
}

const LOCK = 'a build is running, or was interrupted: the next one will remove it';
const TEMPORARY = 'left by an interrupted build, or being written: the next build will remove it';

// What is elsewhere does not matter: packages, web pages, the files of a version control system.
function isForeign(path: string, { directories }: TreeOwner): boolean {
  return directories.some((directory) => path.startsWith(`${directory}/`));
}
