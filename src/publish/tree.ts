/**
 * A published tree as the generator sees it, whatever holds it. Three verbs write; each keeps its promise against a crash.
 */

/** A file of a tree. */
export interface TreeFile {
  readonly path: string;
  /** Stored bytes. */
  readonly size: number;
}

/** Bytes on their way to a file: all at once or, for what need not be whole in memory, part by part. */
export type Content = Uint8Array | Iterable<Uint8Array>;

/** The parts of a content, in order. */
export function partsOf(content: Content): Iterable<Uint8Array> {
  return content instanceof Uint8Array ? [content] : content;
}

/** Reads from a tree, here or elsewhere. */
export interface ReadableTree {
  /** For messages: a directory or a URL. */
  readonly location: string;
  /** Whether there is such a file, as far as that can be told without reading it: a web host is believed to have it. */
  has(path: string): Promise<boolean>;
  /** A file's bytes, for the caller to keep; undefined where there is none. Never reads more than `maxSize` bytes. */
  read(path: string, maxSize: number): Promise<Uint8Array | undefined>;
}

/** A tree that can be written. */
export interface Tree extends ReadableTree {
  /** The files at the top, and all below these directories; without them, all there are. */
  list(directories?: readonly string[]): Promise<readonly TreeFile[]>;
  /** Creates a file that never changes; where it stands already with the same bytes, nothing is written. */
  create(path: string, content: Content): Promise<void>;
  /** Puts a file in the place of another, atomically. */
  replace(path: string, content: Content): Promise<void>;
  remove(path: string): Promise<void>;
}
