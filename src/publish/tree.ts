/**
 * A published tree as the generator sees it, wherever it is. Three methods write; each is crash-safe.
 */

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

/** A tree to read from, local or remote. */
export interface ReadableTree {
  /** A directory or a URL, for messages. */
  readonly location: string;
  /** Whether the file exists, as far as it is known without reading it. A web host is assumed to have it. */
  has(path: string): Promise<boolean>;
  /** The bytes of a file, which the caller may keep; undefined if it is missing. Never reads more than `maxSize` bytes. */
  read(path: string, maxSize: number): Promise<Uint8Array | undefined>;
}

export interface Tree extends ReadableTree {
  /** The files at the top, and all files in these directories; by default, in all directories. */
  list(directories?: readonly string[]): Promise<readonly TreeFile[]>;
  /** Creates a file that never changes. If it exists with the same bytes, nothing is written. */
  create(path: string, content: Content): Promise<void>;
  /** Replaces a file, or creates it, atomically. */
  replace(path: string, content: Content): Promise<void>;
  remove(path: string): Promise<void>;
}
