/**
 * A source: where a published tree is read from, and the client's only access to the network. `platform/` and
 * `client/in-memory.ts` implement it. Nothing that comes out of a source is verified.
 */

/** A range of a file, in bytes. */
export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/** How to fetch a file. */
export interface FetchRequest {
  /** The most bytes that the whole file may have. Nothing is read beyond; a longer file is an integrity error. */
  readonly maxBytes: number;
  /** The range that is wanted. A host that cannot give it gives the whole file, as `full`. */
  readonly range?: ByteRange;
  /** The `validator` of an earlier answer: if the file has not changed since, the answer is `unchanged`. */
  readonly validator?: string;
  /** Treats "forbidden" as "missing", as flatpak does: hosts answer so that do not let clients list their files. */
  readonly forbiddenIsMissing?: boolean;
  /** Ends the request with an `interrupted` error when it is aborted. */
  readonly signal?: AbortSignal;
  /** Called as the file arrives, with the number of bytes so far. */
  readonly onBytes?: (received: number) => void;
}

/** A file, or the range of it that was asked for, which is shorter if the file ends early. */
export interface FetchedBytes {
  readonly kind: 'full' | 'partial';
  readonly bytes: Uint8Array;
  /** Bytes that crossed the network, as far as the host says: fewer than `bytes` if it compressed them. */
  readonly transferred: number;
  /** Opaque; identifies this state of the file in a later request. */
  readonly validator?: string;
  /** How the host says that it encoded the bytes on the way, such as `gzip`. It is undone here; other clients may not do so. */
  readonly encoding?: string;
  /** What caches may do with the file, as the host says it: `max-age=60`. */
  readonly cacheControl?: string;
}

/** What a source answers. */
export type FetchResult = FetchedBytes | { readonly kind: 'unchanged' } | { readonly kind: 'missing' };

/** Where a published tree is read from. */
export interface Source {
  /** A URL or a directory, for messages and to tell sources apart. Never contains a secret. */
  readonly location: string;
  /** The local directory that it reads, if it reads one: some checks are possible only there. */
  readonly directory?: string;
  /** Fetches the file at a path of the tree. Throws a transport error if it cannot find out whether there is such a file. */
  fetch(path: string, request: FetchRequest): Promise<FetchResult>;
  /** Every path of the tree, in no particular order. A source that cannot list its files, such as a web host, has no `list`. */
  list?(): Promise<readonly string[]>;
}
