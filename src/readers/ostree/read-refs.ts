/**
 * Reads `refs/heads`: one file for each ref, named after it, with the digest of its commit in one line.
 */

import { decodeText } from '../../bytes/bytes.ts';
import { RepomillError } from '../../errors.ts';
import { isDigest } from '../../model/digest.ts';
import { compareText } from '../../model/order.ts';
import type { Reporter } from '../../model/progress.ts';
import { REFS_PATH } from '../../ostree/paths.ts';
import { isRefName } from '../../ostree/ref-name.ts';
import type { RefFile } from '../../ostree/repository.ts';
import type { Folder } from '../../platform/files/folder.ts';
import type { RepositoryFindings } from './findings.ts';

/** A digest and a line end, with room for one that Windows wrote. */
const MAX_REF_SIZE = 66;

/** Every ref, in the order of their names' bytes. */
export function readRefs(folder: Folder, findings: RepositoryFindings, progress: Reporter): readonly RefFile[] {
  // Like OSTree, whoever keeps files here that start with a dot means no ref by them.
  const names = folder.list(REFS_PATH).filter((name) => !/(?:^|\/)\./.test(name));
  progress.start('reading', names.length, 'refs');
  return names.toSorted(compareText).flatMap((name) => {
    progress.advance(1);
    return findings.attempt(`${REFS_PATH}/${name}`, () => readRef(folder, name)) ?? [];
  });
}

function readRef(folder: Folder, name: string): RefFile {
  if (!isRefName(name))
    throw new RepomillError(
      'metadata',
      'expected letters, digits, ".", "-" and "_" in a ref, and none of "." and "-" first',
    );
  const commit = decodeText(folder.read(`${REFS_PATH}/${name}`, MAX_REF_SIZE)).trimEnd();
  if (isDigest(commit)) return { name, commit };
  throw new RepomillError('metadata', `expected the digest of a commit, found ${JSON.stringify(commit)}`);
}
