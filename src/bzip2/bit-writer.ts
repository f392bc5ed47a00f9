/**
 * Bits to bytes, the highest of each byte first, as bzip2 writes them: the other side of `bit-reader.ts`.
 */

const FIRST_SIZE = 256;

/** Takes up to 24 bits at a time. */
export class BitWriter {
  private bytes = new Uint8Array(FIRST_SIZE);
  private size = 0;
  /** The bits that make no whole byte yet, right-aligned: `held` of them, at most 7. */
  private window = 0;
  private held = 0;

  /** Appends the lowest `count` bits (0 to 24) of `value`, whose other bits are zero. */
  write(value: number, count: number): void {
    this.window = (this.window << count) | value;
    this.held += count;
    while (this.held >= 8) {
      this.held -= 8;
      this.append(this.window >>> this.held);
    }
    this.window &= (1 << this.held) - 1;
  }

  /** Appends 32 bits. */
  writeUint32(value: number): void {
    this.write(value >>> 16, 16);
    this.write(value & 0xffff, 16);
  }

  /** All that was written; zeros fill the last byte. */
  finish(): Uint8Array {
    if (this.held > 0) this.write(0, 8 - this.held);
    return this.bytes.slice(0, this.size);
  }

  private append(byte: number): void {
    if (this.size === this.bytes.length) {
      const larger = new Uint8Array(this.bytes.length * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes[this.size++] = byte;
  }
}
