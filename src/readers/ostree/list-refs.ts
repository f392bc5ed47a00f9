/**
 * Refs as package records, so that any layout can publish an OSTree repository: each ref becomes one JSON document, which is then
 * read like any other input.
 */

import { encodeText } from '../../bytes/bytes.ts';
import { defined } from '../../model/defined.ts';
import { compareText } from '../../model/order.ts';
import { refPath } from '../../ostree/paths.ts';
import { parseRefName } from '../../ostree/ref-name.ts';
import type { RepositoryRef } from '../../ostree/repository.ts';
import { checkpoint, FILES_PER_TURN } from '../../platform/threads/next-turn.ts';
import type { OpenRepository } from './open-repository.ts';

/** A ref as a file with one JSON document. */
export interface RefDocument {
  /** The file of the ref. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** The apps and runtimes of a repository, and the subsets that they belong to, in order. */
export interface ListedRefs {
  readonly documents: readonly RefDocument[];
  readonly subsets: readonly string[];
}

/**
 * Makes a record of every app and runtime of a repository. Other refs (appstream data, other programs' refs) have none.
 *
 * @throws RepomillError (metadata) with everything that is wrong in the repository
 */
export async function listRefs(repository: OpenRepository, signal?: AbortSignal): Promise<ListedRefs> {
  const { findings } = repository;
  const refs: RepositoryRef[] = [];
  for (const [i, ref] of repository.refs.entries()) {
    if (signal !== undefined && i % FILES_PER_TURN === 0) await checkpoint(signal);
    const read = findings.attempt(refPath(ref.name), () => repository.readCommit(ref));
    if (read !== undefined) refs.push(read);
  }
  findings.check();
  return {
    documents: refs.flatMap((ref) => documentOf(ref) ?? []),
    subsets: [...new Set(refs.flatMap(({ facts }) => facts.subsets))].sort(compareText),
  };
}

function documentOf({ name: ref, commit, facts }: RepositoryRef): RefDocument | undefined {
  const { kind, id, arch, branch } = parseRefName(ref);
  if (id === undefined) return undefined;
  const { installedSize, downloadSize, metadata, subsets, timestamp, extraData, size: _, ...rest } = facts;
  const record = {
    name: id,
    version: branch,
    arch,
    kind,
    ref,
    commit,
    timestamp: Number(timestamp),
    size: Number(downloadSize),
    installedSize: Number(installedSize),
    ...defined({
      subsets: subsets.length === 0 ? undefined : subsets,
      extraData: extraData && { sources: extraData.sources, size: Number(extraData.downloadSize) },
    }),
    ...rest,
    details: { metadata },
  };
  return { path: refPath(ref), content: encodeText(JSON.stringify(record)) };
}
