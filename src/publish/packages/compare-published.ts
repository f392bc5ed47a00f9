/**
 * Compares the file of a package with what is at its path in the tree: nothing, the same file, or a different one, which is
 * never replaced.
 */
import type { FoundPackageFile } from '../../catalogue/packages/package-input.ts';
import type { DigestMemory } from '../../platform/files/hash-file.ts';
import { quote } from '../../text/printable.ts';
import type { Tree } from '../tree.ts';
import type { PublishedPackageLists } from './read-package-lists.ts';

/** What is to be done with a file. */
export type PublishedVerdict =
  /** It is in the tree, and ours. */
  | { readonly kind: 'present' }
  /** It is in the tree, but a different program put it there. */
  | { readonly kind: 'foreign' }
  /** It is to be placed. `replaces`: a damaged file of ours is in its place. */
  | { readonly kind: 'missing'; readonly replaces: boolean }
  | { readonly kind: 'refused'; readonly message: string };

/** Compares a file with the tree. What a different program put there is read, unless its digest is remembered. */
export async function comparePublished(
  { path, size, sha256 }: FoundPackageFile,
  { announced, ours }: PublishedPackageLists,
  output: Tree,
  digests: DigestMemory,
): Promise<PublishedVerdict> {
  const before = announced.get(path);
  if (before !== undefined && before.sha256 !== sha256) {
    return refuse(path, `was published with sha256 ${before.sha256}, and cannot become ${sha256}`);
  }
  const found = output.look(path);
  if (found === undefined) return { kind: 'missing', replaces: false };
  if (found.kind !== 'file') return refuse(path, `something that is no file is in the way in ${output.location}`);
  const listed = ours.get(path) ?? [];
  if (listed.some((file) => file.sha256 === sha256)) {
    return found.size === size ? { kind: 'present' } : { kind: 'missing', replaces: true };
  }
  const digest = listed.length > 0 || found.size === size ? await found.digest(digests) : undefined;
  if (digest === sha256) return { kind: 'foreign' };
  // An interrupted build left it, and no index has ever named it.
  if (listed.some((file) => file.sha256 === digest)) return { kind: 'missing', replaces: true };
  return refuse(path, `a different file is there in ${output.location}, which repomill did not publish`);
}

function refuse(path: string, why: string): PublishedVerdict {
  return { kind: 'refused', message: `path ${quote(path)}: ${why}` };
}
