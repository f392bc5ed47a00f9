/**
 * An OSTree repository as a layout sees it: its refs, static deltas and configuration. Commits are read on demand.
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
  /** The text that `config` was parsed from. */
  readonly configText: string;
  /** Every ref below `refs/heads`, in the order of their names' bytes. */
  readonly refs: readonly RefFile[];
  /** In the order of the file system, as libostree lists them. */
  readonly staticDeltas: readonly StaticDelta[];
  /** Reads a ref's commit. Throws if it is missing or broken, or if its tree is and has to be read. */
  readCommit(ref: RefFile): RepositoryRef;
}

/** A ref and the commit that its file names. */
export interface RefFile {
  readonly name: string;
  readonly commit: Digest;
}

/** A ref and what its commit says. */
export interface Ref extends RefFile {
  readonly facts: CommitFacts;
}

/** A ref, what its commit says, and what the commit is bound to. */
export interface RepositoryRef extends Ref {
  /** The refs that the commit may be published under; undefined if it names none. */
  readonly refBinding: readonly string[] | undefined;
  readonly collectionBinding: string | undefined;
}
