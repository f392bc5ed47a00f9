/**
 * Audits the files that no entry point leads to: some may stay, some will be pruned, and some are not ours.
 */
import { throwIfAborted } from '../errors.ts';
import type { TreeOwner } from '../model/tree-owner.ts';
import type { Finding } from './findings.ts';

/** An audited layout. */
export interface AuditedOwner extends TreeOwner {
  readonly reached: ReadonlySet<string>;
  /** Describes what is wrong with an unreachable file that the layout owns; undefined if it may stay. */
  leftover(path: string): Promise<string | undefined>;
}

/** The unreachable files of a tree. */
export interface Leftovers {
  /** The problems of each owner, in the order of the owners. */
  readonly findings: readonly (readonly Finding[])[];
  /** Files in the directories of a layout that no layout writes. */
  readonly foreign: readonly string[];
}

/** Audits the files of a tree that are unreachable in all of its layouts. */
export async function auditLeftovers(
  paths: readonly string[],
  owners: readonly AuditedOwner[],
  signal?: AbortSignal,
): Promise<Leftovers> {
  const findings: Finding[][] = owners.map(() => []);
  const foreign: string[] = [];
  for (const path of paths) {
    if (owners.some(({ reached }) => reached.has(path))) continue;
    if (!owners.some((owner) => owner.owns(path))) {
      if (owners.every((owner) => isForeign(path, owner))) foreign.push(path);
      continue;
    }
    for (const [position, owner] of owners.entries()) {
      throwIfAborted(signal);
      const message = owner.owns(path) ? await owner.leftover(path) : undefined;
      if (message !== undefined) findings[position]?.push({ path, message });
    }
  }
  return { findings, foreign };
}

// What is elsewhere does not matter: packages, web pages, the files of a version control system.
function isForeign(path: string, { directories }: TreeOwner): boolean {
  return directories.some((directory) => path.startsWith(`${directory}/`));
}
