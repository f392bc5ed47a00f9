/**
 * A map with a size limit in bytes that drops the least recently used values first.
 */

/** Values by key, with a limit on the sum of their sizes. */
export class BoundedMap<Key, Value> {
  /** The most bytes to keep. Values that exceed it together displace each other. */
  readonly maxSize: number;
  // Maps keep insertion order, so a value is reinserted when it is used.
  readonly #kept = new Map<Key, { readonly value: Value; readonly size: number }>();
  #size = 0;

  /** @param maxSize - in bytes */
  constructor(maxSize: number) {
    this.maxSize = maxSize;
  }

  /** The value of a key; undefined if it is not in the map. */
  get(key: Key): Value | undefined {
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found.value;
  }

  /**
   * Sets a value, and drops others until all fit.
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
