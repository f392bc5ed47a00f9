/**
 * A map with a limit in bytes. The least recently used values are dropped first.
 */

/** Values by key, with a limit on the sum of their sizes. */
export class BoundedMap<Key, Value> {
  /** The most bytes to keep. Values that are larger together are not worth setting: they displace each other. */
  readonly maxSize: number;
  // A map keeps the order of insertion, so a value that is used is inserted again.
  readonly #kept = new Map<Key, { readonly value: Value; readonly size: number }>();
  #size = 0;

  /** @param maxSize - in bytes */
  constructor(maxSize: number) {
    this.maxSize = maxSize;
  }

  /** The value of a key; undefined if it is not kept. */
  get(key: Key): Value | undefined {
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found.value;
  }

  /**
   * Keeps a value, and drops others until all fit.
   *
   * @param size - of the value, in bytes
   */
  set(key: Key, value: Value, size: number): void {
    this.#drop(key);
    this.#kept.set(key, { value, size });
    this.#size += size;
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= this.maxSize) return;
      this.#drop(oldest);
    }
  }

  #drop(key: Key): void {
    this.#size -= this.#kept.get(key)?.size ?? 0;
    this.#kept.delete(key);
  }
}
