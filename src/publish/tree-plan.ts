/**
 * The complete inventory of a tree to come: what a layout decides and publishing makes true.
 */

import type { Digest } from '../model/digest.ts';
import { digestOf } from '../platform/hash/sha256.ts';
import type { Content } from './tree.ts';

/** A file that the tree must hold after publishing. */
export interface PlannedFile {
  readonly path: string;
  /** Stored bytes, where they are known without making the content. */
  readonly size?: number;
  /** Makes or fetches the content; called only if the tree does not hold the file. */
  content(): Promise<Content>;
}

/** A file that changes under its name. It is held if the tree has one of its digest or, without that, of its size. */
export interface MutableFile extends PlannedFile {
  /** Of the stored bytes, where it is known without making the content. */
  readonly sha256?: Digest;
}

/** The complete inventory of a tree. Publishing makes it so: immutable files first, mutable ones next, the index last. */
export interface TreePlan {
  readonly files: readonly PlannedFile[];
  readonly mutable: readonly MutableFile[];
  readonly index: { readonly path: string; readonly bytes: Uint8Array };
  /** Directories that this layout writes to, beside the top of the tree. */
  readonly directories: readonly string[];
  /** Whether a path is one that this layout writes, and may be pruned when the plan lacks it. */
  owns(path: string): boolean;
}

/** A small file that changes under its name. */
export function mutableFile(path: string, bytes: Uint8Array): MutableFile {
  return { path, sha256: digestOf(bytes), content: async () => bytes };
}
