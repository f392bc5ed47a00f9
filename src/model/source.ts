/**
 * A source: where a published tree is read from, and the client's only access to the network. Implemented in `platform/` and
 * `client/in-memory.ts`. Nothing returned by a source is verified.
 */

/** A range of a file, in bytes. */
export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/** How to fetch a file. */
export interface FetchRequest {
  /** The most bytes of the whole file. Nothing is read beyond them; a longer file is an integrity error. */
  readonly maxBytes: number;
  /** The wanted range. A host that does not support ranges returns the whole file, as `full`. */
  readonly range?: ByteRange;
  /** The `validator` of an earlier result. If the file has not changed since, the result is `unchanged`. */
  readonly validator?: string;
  /** Treats "forbidden" as "missing", as flatpak does: hosts that do not list their files answer so for missing ones. */
  readonly forbiddenIsMissing?: boolean;
  /** Aborts the request with an `interrupted` error. */
  readonly signal?: AbortSignal;
  /** Called while the file arrives, with the number of bytes so far. */
  readonly onBytes?: (received: number) => void;
}

/** A file, or the requested range of it; the range is shorter if the file ends early. */
export interface FetchedBytes {
  readonly kind: 'full' | 'partial';
  readonly bytes: Uint8Array;
  /** Bytes that crossed the network according to the host: fewer than `bytes` if it compressed them. */
  readonly transferred: number;
  /** Opaque; identifies this state of the file in a later request. */
  readonly validator?: string;
  /** The Content-Encoding sent by the host, such as `gzip`. It is undone here, but other clients may not do so. */
  readonly encoding?: string;
  /** The Cache-Control sent by the host: `max-age=60`. */
  readonly cacheControl?: string;
}

/** The result of a fetch. */
export type FetchResult = FetchedBytes | { readonly kind: 'unchanged' } | { readonly kind: 'missing' };

/** Where a published tree is read from. */
export interface Source {
  /** A URL or a directory, for messages and to distinguish sources. Never contains a secret. */
  readonly location: string;
  /** The local directory it reads, if any. Some checks are possible only there. */
  readonly directory?: string;
  /** Fetches the file at a path of the tree. Throws a transport error if it cannot tell whether the file exists. */
  fetch(path: string, request: FetchRequest): Promise<FetchResult>;
  /** Every path of the tree, in no particular order. Absent if the source cannot list its files, as for a web host. */
  list?(signal?: AbortSignal): Promise<readonly string[]>;
}
