/**
 * A store: where a client keeps what it pulled. Names are paths with `/`. Implemented in `platform/files/directory-store.ts`
 * and `client/in-memory.ts`. Only one pull may write to a store at a time.
 */

/** A client's cache. Its methods throw transport errors. */
export interface Store {
  /** For messages: a directory. */
  readonly location: string;
  /** All bytes under a name; undefined if the store lacks it. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** A range of the bytes under a name, shorter if they end early; undefined if the store lacks it. */
  readRange(name: string, start: number, length: number): Promise<Uint8Array | undefined>;
  /** Writes bytes under a name, atomically: a reader sees all of the old bytes or all of the new ones. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Removes a name. Does nothing if it is missing. */
  remove(name: string): Promise<void>;
  /** Every name, in no particular order. */
  list(): Promise<readonly string[]>;
  /**
   * Keeps all other pulls out until the returned function is called. Throws a conflict error if another pull is running. A
   * store that no other process can reach needs no lock. `signal` aborts waiting for it.
   */
  lock?(signal?: AbortSignal): Promise<() => Promise<void>>;
}
