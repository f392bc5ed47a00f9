/**
 * A published tree as the generator sees it, wherever it is. Four methods write; each is crash-safe.
 */
import type { Digest } from '../model/digest.ts';
import type { DigestMemory } from '../platform/files/hash-file.ts';
import type { IncomingFile } from './incoming-file.ts';

export interface TreeFile {
  readonly path: string;
  /** Stored bytes. */
  readonly size: number;
}

/** The content of a file: in one piece or, to save memory, in parts. */
export type Content = Uint8Array | Iterable<Uint8Array>;

/** The parts of a content, in order. */
export function partsOf(content: Content): Iterable<Uint8Array> {
  return content instanceof Uint8Array ? [content] : content;
}

/** How a file came into a tree. */
export type Transfer = 'copied' | 'linked';

/** A tree to read from, local or remote. */
export interface ReadableTree {
  /** A directory or a URL, for messages. */
  readonly location: string;
  /**
   * Whether the file exists and has any bytes, as far as it is known without reading it: after a power cut, it may have none. A web
   * host is assumed to have it.
   */
  has(path: string): Promise<boolean>;
  /** The bytes of a file, which the caller may keep; undefined if it is missing. Never reads more than `maxSize` bytes. */
  read(path: string, maxSize: number): Promise<Uint8Array | undefined>;
}

/** The tree that was published before. The files of packages in it may be larger than memory. */
export interface PreviousTree extends ReadableTree {
  /** Whether there is a file of this size. A web host is asked for its first byte. */
  holds(path: string, size: number): Promise<boolean>;
  /** The bytes of a file of this size, piece by piece, unverified. */
  chunks(path: string, size: number): AsyncIterable<Uint8Array>;
}

/** What is at a path of a tree. */
export interface TreeEntry {
  /** `other`: a directory, a link to nothing, or something below a file. */
  readonly kind: 'file' | 'other';
  /** Stored bytes. */
  readonly size: number;
  /** The digest of the stored bytes, which are read unless the memory knows it. */
  digest(memory?: DigestMemory): Promise<Digest>;
}

export interface Tree extends PreviousTree {
  /** The files at the top, and all files in these directories; by default, in all directories. */
  list(directories?: readonly string[]): Promise<readonly TreeFile[]>;
  /** What is at a path; undefined if nothing is. Synchronous, because it is asked for every package. */
  look(path: string): TreeEntry | undefined;
  /** Creates a file that never changes. If it exists with the same bytes, nothing is written. */
  create(path: string, content: Content): Promise<void>;
  /**
   * Copies a file into the tree, or links it, atomically.
   *
   * @throws RepomillError `conflict` if its content is no longer what was planned; `integrity` if it comes damaged from a tree
   */
  place(file: IncomingFile): Promise<Transfer>;
  /** Replaces a file, or creates it, atomically. */
  replace(path: string, content: Content): Promise<void>;
  /** Removes a file, and the directories that are empty without it. */
  remove(path: string): Promise<void>;
}
