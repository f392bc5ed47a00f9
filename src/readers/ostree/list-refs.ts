/**
 * Refs as package records, so that any layout can publish an OSTree repository: each ref becomes one JSON document, which is then
 * read like any other input.
 */

import { encodeText } from '../../bytes/bytes.ts';
import type { InputPath, Inputs } from '../../catalogue/read/list-inputs.ts';
import { defined } from '../../model/defined.ts';
import { compareText } from '../../model/order.ts';
import { refPath } from '../../ostree/paths.ts';
import { parseRefName } from '../../ostree/ref-name.ts';
import type { RepositoryRef } from '../../ostree/repository.ts';
import type { OpenRepository } from './open-repository.ts';

/** Refs as inputs, and the subsets that they belong to, in order. */
export interface RefInputs extends Inputs {
  readonly subsets: readonly string[];
}

/**
 * Makes a record of every app and runtime of a repository. Other refs (appstream data, other programs' refs) have none.
 *
 * @throws RepomillError (metadata) with everything that is wrong in the repository
 */
export function listRefs(repository: OpenRepository): RefInputs {
  const { location, findings } = repository;
  const refs = repository.refs.flatMap((ref) => {
    return findings.attempt(refPath(ref.name), () => repository.readCommit(ref)) ?? [];
  });
  findings.check();
  const files = refs.flatMap((ref) => recordOf(ref) ?? []);
  const subsets = [...new Set(refs.flatMap(({ facts }) => facts.subsets))].sort(compareText);
  return { directory: location, files, size: files.reduce((sum, { size }) => sum + size, 0), problems: [], subsets };
}

function recordOf({ name: ref, commit, facts }: RepositoryRef): InputPath | undefined {
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
  const content = encodeText(JSON.stringify(record));
  const path = refPath(ref);
  return { path, size: content.length, content, rule: { files: path, reader: 'json', omit: [] }, given: [] };
}
