/**
 * An OSTree repository as a layout needs it: what its refs say, and what clients are told about the whole.
 */
import type { StaticDelta } from './delta-index.ts';
import type { Keyfile } from './keyfile.ts';
import type { Ref } from './summary.ts';

/** A repository that was read. */
export interface OstreeRepository {
  /** As the user typed it. */
  readonly location: string;
  readonly config: Keyfile;
  /** The file that `config` was read from. */
  readonly configText: string;
  /** Every ref below `refs/heads`, in the order of their names' bytes. */
  readonly refs: readonly RepositoryRef[];
  /** In the order of their targets, then of their sources. */
  readonly staticDeltas: readonly StaticDelta[];
}

/** A ref, and what its commit says that it is bound to. */
export interface RepositoryRef extends Ref {
  /** The refs that the commit may be published under; undefined: it does not say. */
  readonly refBinding: readonly string[] | undefined;
  readonly collectionBinding: string | undefined;
}
