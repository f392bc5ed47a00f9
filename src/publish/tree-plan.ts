/**
 * The plan of a tree: the complete inventory that a layout decides and `publish.ts` carries out.
 */
import type { Digest } from '../model/digest.ts';
import type { PackageFile } from '../model/package-file.ts';
import { digestOf } from '../platform/hash/sha256.ts';
import type { IncomingFile } from './incoming-file.ts';
import type { Content } from './tree.ts';

/** A file that the tree must contain after publishing. */
export interface PlannedFile {
  readonly path: string;
  /** Stored bytes, if known without making the content. */
  readonly size?: number;
  /** Makes or fetches the content. Called only if the tree lacks the file. */
  content(): Promise<Content>;
}

/** A file that changes under the same name. It counts as present only if its bytes match. */
export interface MutableFile {
  readonly path: string;
  /** Digest of the stored bytes. Without it, the content is made in order to compare it. */
  readonly sha256?: Digest;
  /** Stored bytes. A file of a different size is not read in order to compare it. */
  readonly size?: number;
  content(): Promise<Content>;
}

/** What happens to the files of packages. */
export interface PackageFilesPlan {
  /** The list of those that we publish. It is in the tree before them, so that even after a crash they are known to be ours. */
  readonly list: PlannedFile;
  /** Every file on the list. */
  readonly files: readonly PackageFile[];
  /** Files that the tree lacks. */
  readonly missing: readonly IncomingFile[];
  /** Files of ours that no client asks for any more. */
  readonly obsolete: readonly PackageFile[];
}

export interface TreePlan {
  /** Absent if the layout publishes no files of packages. */
  readonly packages?: PackageFilesPlan;
  /** Files named by their digests, which never change. Written before all others, except for the packages' files. */
  readonly files: readonly PlannedFile[];
  /** Written one by one after all files; the entry points that clients start from come last. */
  readonly mutable: readonly MutableFile[];
  /**
   * Files for web hosts, such as `.nojekyll`. Other people write them too, so one that exists stays as it is, and none is ever
   * pruned.
   */
  readonly hostFiles?: readonly PlannedFile[];
  /** Directories the layout writes to, besides the top of the tree. */
  readonly directories: readonly string[];
  /** Whether the layout writes files at this path, and may prune them if the plan lacks them. */
  owns(path: string): boolean;
}

/** A small file that changes under the same name. */
export function mutableFile(path: string, bytes: Uint8Array): MutableFile {
  return { path, sha256: digestOf(bytes), size: bytes.length, content: async () => bytes };
}
