/**
 * A store: where a client keeps what it pulled. Names are paths with `/`; `platform/directory-store.ts` and
 * `client/memory-store.ts` implement it. One pull at a time writes to a store.
 */

/** A client's cache. Failures are transport errors. */
export interface Store {
  /** For messages: a directory. */
  readonly location: string;
  /** All bytes under a name; undefined where there is nothing. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** A stretch of the bytes under a name, shorter where they end early; undefined where there is nothing. */
  readRange(name: string, start: number, length: number): Promise<Uint8Array | undefined>;
  /** Puts bytes under a name, atomically: whoever reads sees all of the old bytes or all of the new ones. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Removes a name; one that is not there is fine. */
  remove(name: string): Promise<void>;
  /** Every name, in no particular order. */
  list(): Promise<readonly string[]>;
  /**
   * Keeps all other pulls out until the function that it resolves to is called. Throws a conflict error where another is at
   * work. A store that nobody else can reach needs none.
   */
  lock?(): Promise<() => Promise<void>>;
}
