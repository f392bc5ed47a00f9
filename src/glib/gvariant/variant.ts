/**
 * A GVariant value, read in place: parts are found without copying or decoding the rest. GVariant specification, chapter 3.
 * Refuses anything that would lead outside the value; `check-normal.ts` refuses every serialisation but the normal one.
 */
import { decodeText } from '../../bytes/bytes.ts';
import { type Frame, frameOfArray, frameOfMaybe, frameOfTuple, malformed, type PartExtent } from './framing.ts';
import { MAX_VARIANT_DEPTH, parseVariantType, readVariantType, type VariantType } from './variant-type.ts';

/** The byte order of a number. GVariant itself has none: the writer of the file chose it. */
export type ByteOrder = 'little' | 'big';

/** A value of a known type. Every getter throws a format error if the value is of a different type. */
export class Variant {
  readonly type: VariantType;
  readonly bytes: Uint8Array;
  /** The number of values that contain this one. */
  readonly depth: number;
  #found: Frame | undefined;

  /** @param depth - the number of values that contain this one */
  constructor(type: VariantType | string, bytes: Uint8Array, depth = 0) {
    this.type = typeof type === 'string' ? parseVariantType(type) : type;
    this.bytes = bytes;
    this.depth = depth;
    if (depth + this.type.depth > MAX_VARIANT_DEPTH)
      throw malformed(this.type, `at most ${MAX_VARIANT_DEPTH} levels`, 'more');
    const { fixedSize } = this.type;
    if (fixedSize !== undefined && fixedSize !== bytes.length) {
      throw malformed(this.type, `${fixedSize} bytes`, bytes.length);
    }
  }

  /** The number of parts: elements, members, or the value in a variant. */
  get count(): number {
    return this.#frame.count;
  }

  /** Where the parts end and framing offsets or padding begin. */
  get contentEnd(): number {
    return this.#frame.end;
  }

  /** Where a part is in `bytes`. */
  extentOf(index: number): PartExtent {
    if (index < 0 || index >= this.count) throw malformed(this.type, `a part ${index}`, `${this.count} parts`);
    return this.#frame.extentOf(index);
  }

  /** A part of this value. */
  child(index: number): Variant {
    const { start, end } = this.extentOf(index);
    return new Variant(this.#typeOf(index), this.bytes.subarray(start, end), this.depth + 1);
  }

  /** All parts in order. */
  *children(): Generator<Variant> {
    const { count } = this;
    for (let i = 0; i < count; i++) yield this.child(i);
  }

  /** The value in a variant. */
  inner(): Variant {
    if (this.type.kind !== 'variant') throw this.#isNot('a variant');
    return this.child(0);
  }

  /** The text of a string, object path or signature. */
  string(): string {
    const { bytes } = this;
    const end = bytes.length - 1;
    if (this.type.kind !== 'string') throw this.#isNot('a string');
    if (end < 0 || bytes.indexOf(0) !== end)
      throw malformed(this.type, 'text that ends in its only zero byte', 'something else');
    return decodeText(bytes.subarray(0, end));
  }

  /** A boolean. */
  boolean(): boolean {
    if (this.type.kind !== 'boolean') throw this.#isNot('a boolean');
    return this.bytes[0] === 1;
  }

  /** An unsigned 32-bit number. */
  uint32(order: ByteOrder = 'little'): number {
    if (this.type.text !== 'u') throw this.#isNot('an unsigned 32-bit number');
    return this.#numbers.getUint32(0, order === 'little');
  }

  /** A signed 32-bit number. */
  int32(order: ByteOrder = 'little'): number {
    if (this.type.text !== 'i') throw this.#isNot('a signed 32-bit number');
    return this.#numbers.getInt32(0, order === 'little');
  }

  /** An unsigned 64-bit number. */
  uint64(order: ByteOrder = 'little'): bigint {
    if (this.type.text !== 't') throw this.#isNot('an unsigned 64-bit number');
    return this.#numbers.getBigUint64(0, order === 'little');
  }

  /** The bytes of an `ay`. */
  byteArray(): Uint8Array {
    if (this.type.text !== 'ay') throw this.#isNot('bytes');
    return this.bytes;
  }

  /** The value of the first entry with a key, in a dictionary whose keys are strings; undefined if it has no such key. */
  find(key: string): Variant | undefined {
    const entry = this.type.kind === 'array' ? this.type.element : undefined;
    if (entry?.kind !== 'entry' || entry.members[0]?.kind !== 'string')
      throw this.#isNot('a dictionary with string keys');
    for (const found of this.children()) {
      const text = found.child(0);
      // UTF-8 takes one to three bytes for each UTF-16 unit of a key, so the length alone rules out most entries.
      const size = text.bytes.length - 1;
      if (size >= key.length && size <= key.length * 3 && text.string() === key) return found.child(1);
    }
    return undefined;
  }

  /** The value under a key of an `a{sv}` if it has this type, like `g_variant_lookup`. */
  lookup(key: string, type: string): Variant | undefined {
    const value = this.find(key)?.inner();
    return value?.type.text === type ? value : undefined;
  }

  get #frame(): Frame {
    this.#found ??= this.#findFrame();
    return this.#found;
  }

  #findFrame(): Frame {
    const { type, bytes } = this;
    switch (type.kind) {
      case 'array':
        return frameOfArray(type, bytes);
      case 'maybe':
        return frameOfMaybe(type, bytes);
      case 'tuple':
      case 'entry':
        return frameOfTuple(type, bytes);
      case 'variant': {
        const end = bytes.lastIndexOf(0);
        if (end < 0) throw malformed(type, 'a zero byte before the type', 'none');
        return { count: 1, extentOf: () => ({ start: 0, end }), end };
      }
      default:
        return { count: 0, extentOf: () => ({ start: 0, end: 0 }), end: bytes.length };
    }
  }

  #typeOf(index: number): VariantType {
    const { type, bytes } = this;
    switch (type.kind) {
      case 'array':
      case 'maybe':
        return type.element;
      case 'tuple':
      case 'entry':
        return type.members[index] ?? type;
      default:
        return readVariantType(bytes, bytes.lastIndexOf(0) + 1, bytes.length);
    }
  }

  get #numbers(): DataView {
    const { buffer, byteOffset, length } = this.bytes;
    return new DataView(buffer, byteOffset, length);
  }

  #isNot(expected: string): Error {
    return malformed(this.type, expected, 'a different type');
  }
}
