/**
 * A published tree as the generator sees it, wherever it is. Three verbs write, each safe against a crash.
 */

/** A file of a tree. */
export interface TreeFile {
  readonly path: string;
  /** Stored bytes. */
  readonly size: number;
}

/** The content of a file: all at once or, to save memory, part by part. */
export type Content = Uint8Array | Iterable<Uint8Array>;

/** The parts of a content, in order. */
export function partsOf(content: Content): Iterable<Uint8Array> {
  return content instanceof Uint8Array ? [content] : content;
}

/** Reads from a tree, here or elsewhere. */
export interface ReadableTree {
  /** For messages: a directory or a URL. */
  readonly location: string;
  /** Whether the file exists, as far as that can be seen without reading it: a web host is assumed to have it. */
  has(path: string): Promise<boolean>;
  /** A file's bytes, for the caller to keep; undefined if it is missing. Never reads more than `maxSize` bytes. */
  read(path: string, maxSize: number): Promise<Uint8Array | undefined>;
}

/** A tree that can be written. */
export interface Tree extends ReadableTree {
  /** The files at the top, and all files below these directories; by default, below all directories. */
  list(directories?: readonly string[]): Promise<readonly TreeFile[]>;
  /** Creates a file that never changes. If it exists with the same bytes, nothing is written. */
  create(path: string, content: Content): Promise<void>;
  /** Replaces a file, or creates it, atomically. */
  replace(path: string, content: Content): Promise<void>;
  remove(path: string): Promise<void>;
}
