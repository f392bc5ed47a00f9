/**
 * A map that holds at most so many bytes: what was not used for longest goes first.
 */

/** Values by key, with a bound on their sizes together. */
export class BoundedMap<Key, Value> {
  /** Bytes to keep at most. Values that are larger together are not worth setting: they push each other out. */
  readonly maxSize: number;
  // A map remembers the order of insertion: a value that is used again is inserted again.
  readonly #kept = new Map<Key, { readonly value: Value; readonly size: number }>();
  #size = 0;

  /** @param maxSize - in bytes */
  constructor(maxSize: number) {
    this.maxSize = maxSize;
  }

  /** The value of a key, if it is still kept. */
  get(key: Key): Value | undefined {
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found.value;
  }

  /**
   * Keeps a value, and forgets others until all fit.
   *
   * @param size - of the value, in bytes
   */
  set(key: Key, value: Value, size: number): void {
    this.#forget(key);
    this.#kept.set(key, { value, size });
    this.#size += size;
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= this.maxSize) return;
      this.#forget(oldest);
    }
  }

  #forget(key: Key): void {
    this.#size -= this.#kept.get(key)?.size ?? 0;
    this.#kept.delete(key);
  }
}
