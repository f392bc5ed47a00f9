/**
 * A source: where a published tree is read from. The client's one window on the network; `platform/` and
 * `client/memory-source.ts` implement it. Whatever comes out of a source is unverified.
 */

/** A stretch of a file, in bytes. */
export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/** How much of a file is wanted, and when. */
export interface FetchRequest {
  /** Bytes that the whole file may have at most. Nothing is read beyond; a longer file is an integrity error. */
  readonly maxBytes: number;
  /** The stretch that is wanted. A host that cannot give it gives the whole file, as `full`. */
  readonly range?: ByteRange;
  /** The `validator` of an earlier answer: where the file is still that one, the answer is `unchanged`. */
  readonly validator?: string;
  /** Take "forbidden" for "missing", as hosts say it that do not let anybody list their files, and as flatpak understands it. */
  readonly forbiddenIsMissing?: boolean;
  /** Ends the request with an `interrupted` error when it is aborted. */
  readonly signal?: AbortSignal;
  /** Called as the file comes in, with the bytes so far. */
  readonly onBytes?: (received: number) => void;
}

/** A file, or the stretch of it that was asked for. A stretch may be shorter where the file ends early. */
export interface FetchedBytes {
  readonly kind: 'full' | 'partial';
  readonly bytes: Uint8Array;
  /** Bytes that crossed the wire, as far as the host tells: fewer than `bytes` where it compressed them. */
  readonly transferred: number;
  /** Opaque; names this state of the file in a later request. */
  readonly validator?: string;
  /** What the host says that it did to the bytes on the way: `gzip`. They are undone here; other clients may do without. */
  readonly encoding?: string;
  /** What the host lets caches do with the file, as it says it: `max-age=60`. */
  readonly cacheControl?: string;
}

/** What a source answers. */
export type FetchResult = FetchedBytes | { readonly kind: 'unchanged' } | { readonly kind: 'missing' };

/** Where a published tree is read from. */
export interface Source {
  /** For messages, and to tell one source from another: a URL or a directory. Never holds a secret. */
  readonly location: string;
  /** Fetches the file at a path of the tree. Throws a transport error where neither the file nor its absence can be had. */
  fetch(path: string, request: FetchRequest): Promise<FetchResult>;
  /** Every path of the tree, in no particular order. A source that cannot list its files, such as a web host, lacks it. */
  list?(): Promise<readonly string[]>;
}
