/**
 * The complete inventory of a tree to come: what a layout decides and publishing makes true.
 */
import type { Digest } from '../model/digest.ts';
import { digestOf } from '../platform/hash/sha256.ts';
import type { Content } from './tree.ts';

/** A file that the tree must hold after publishing. */
export interface PlannedFile {
  readonly path: string;
  /** Stored bytes, if they are known without making the content. */
  readonly size?: number;
  /** Makes or fetches the content; called only if the tree does not hold the file. */
  content(): Promise<Content>;
}

/** A file that changes under its name. The tree holds it if it holds these bytes: being there says nothing. */
export interface MutableFile {
  readonly path: string;
  /** Of the stored bytes. Without it the content is made, to be compared. */
  readonly sha256?: Digest;
  content(): Promise<Content>;
}

/** The complete inventory of a tree. */
export interface TreePlan {
  /** Named by their digests, so they never change. Written first. */
  readonly files: readonly PlannedFile[];
  /** Written one after the other when all files are there; the last ones are the entry points that clients start from. */
  readonly mutable: readonly MutableFile[];
  /** Directories that this layout writes to, besides the top of the tree. */
  readonly directories: readonly string[];
  /** Whether a path is one that this layout writes, and may be pruned if the plan lacks it. */
  owns(path: string): boolean;
}

/** A small file that changes under its name. */
export function mutableFile(path: string, bytes: Uint8Array): MutableFile {
  return { path, sha256: digestOf(bytes), content: async () => bytes };
}
