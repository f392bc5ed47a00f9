/**
 * An OSTree repository as a layout needs it: its refs, and what clients are told about the whole. What the commits say is read
 * when it is needed.
 */

import type { Keyfile } from '../glib/keyfile.ts';
import type { Digest } from '../model/digest.ts';
import type { CommitFacts } from './commit.ts';
import type { StaticDelta } from './delta-index.ts';

/** A repository whose refs were read, and none of its commits. */
export interface OstreeRepository {
  /** As the user typed it. */
  readonly location: string;
  readonly config: Keyfile;
  /** The file that `config` was read from. */
  readonly configText: string;
  /** Every ref below `refs/heads`, in the order of their names' bytes. */
  readonly refs: readonly RefFile[];
  /** In the order of the file system, which libostree lists them in. */
  readonly staticDeltas: readonly StaticDelta[];
  /** Reads a ref's commit. Throws where it is missing or broken, or the tree below it, if that has to be read. */
  readCommit(ref: RefFile): RepositoryRef;
}

/** A ref as its file says it. */
export interface RefFile {
  readonly name: string;
  readonly commit: Digest;
}

/** A ref and what its commit says. */
export interface Ref {
  readonly name: string;
  readonly commit: Digest;
  readonly facts: CommitFacts;
}

/** A ref, and what its commit says that it is bound to. */
export interface RepositoryRef extends Ref {
  /** The refs that the commit may be published under; undefined: it does not say. */
  readonly refBinding: readonly string[] | undefined;
  readonly collectionBinding: string | undefined;
}
