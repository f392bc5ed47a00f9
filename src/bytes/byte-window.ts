/**
 * A window on a stream of bytes: chunks are appended at the end, and bytes are dropped from the beginning.
 */

/** A window on a stream of bytes. Each byte is copied in once, and moved only when the buffer is full. */
export class ByteWindow {
  #buffer: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;

  /** The bytes of the window; valid until the next `append`. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  get length(): number {
    return this.#end - this.#start;
  }

  append(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#buffer.length) this.#makeRoom(chunk.length);
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** Drops the first `count` bytes. */
  drop(count: number): void {
    this.#start += count;
    if (this.#start === this.#end) this.#start = this.#end = 0;
  }

  #makeRoom(wanted: number): void {
    const kept = this.bytes;
    const needed = kept.length + wanted;
    // At least doubled, so that a record arriving in many chunks is not copied once per chunk.
    const buffer = needed > this.#buffer.length / 2 ? new Uint8Array(needed * 2) : this.#buffer;
    buffer.set(kept);
    this.#buffer = buffer;
    this.#end = kept.length;
    this.#start = 0;
  }
}
