/**
 * Normal form: the one serialisation of a value that every correct writer produces. GVariant specification, section 3.2, and the
 * checks of GLib's `g_variant_is_normal_form`. In normal form every byte has a meaning, so equal values are equal bytes, and
 * nothing can hide between the parts.
 */
import { decodeText } from '../../bytes/bytes.ts';
import { quote } from '../../text/printable.ts';
import {
  malformed,
  offsetSizeOf,
  outside,
  readOffset,
  smallestOffsetSize,
  tableOfArray,
  tableOfTuple,
} from './framing.ts';
import type { Variant } from './variant.ts';
import {
  alignedTo,
  checkSignature,
  MAX_VARIANT_DEPTH,
  readVariantType,
  type SequenceType,
  type SimpleType,
  type TupleType,
  type VariantType,
} from './variant-type.ts';

/**
 * Throws a format error unless a value, and every value in it, is in normal form. Returns the value.
 *
 * GLib (2.74.4 and later, which compare the size of offsets) agrees, with one exception: it accepts a tuple of no bytes whose
 * offsets are missing, although it would write them.
 */
export function checkNormal(value: Variant): Variant {
  new NormalForm(value.bytes).check(value.type, 0, value.bytes.length, value.depth);
  return value;
}

/**
 * Walks through the bytes once, from first to last: each part must start where the previous one ends. So no byte is looked at
 * twice, whatever the offsets claim. Nothing is allocated for a part, because a summary has a hundred thousand of them.
 */
class NormalForm {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  check(type: VariantType, start: number, end: number, depth: number): void {
    if (type.fixedSize !== undefined && end - start !== type.fixedSize) {
      throw malformed(type, `${type.fixedSize} bytes`, end - start);
    }
    switch (type.kind) {
      case 'number':
        break;
      case 'boolean':
        this.#checkBoolean(type, start);
        break;
      case 'string':
        this.#checkText(type, start, end);
        break;
      case 'variant':
        this.#checkVariant(type, start, end, depth);
        break;
      case 'maybe':
        this.#checkMaybe(type, start, end, depth);
        break;
      case 'array':
        if (type.element.fixedSize === undefined) this.#checkVariableArray(type, start, end, depth);
        else this.#checkFixedArray(type, type.element.fixedSize, start, end, depth);
        break;
      default:
        this.#checkTuple(type, start, end, depth);
    }
  }

  #checkBoolean(type: SimpleType, at: number): void {
    const byte = this.#bytes[at] ?? 0;
    if (byte > 1) throw malformed(type, '0 or 1', byte);
  }

  #checkText(type: SimpleType, start: number, end: number): void {
    const bytes = this.#bytes;
    let seen = 0;
    let at = start;
    for (let byte = 1; at < end && byte !== 0; at++) {
      byte = bytes[at] ?? 0;
      seen |= byte;
    }
    if (at < end || bytes[end - 1] !== 0 || start === end) {
      throw malformed(type, 'text that ends in its only zero byte', 'something else');
    }
    if (seen < 0x80 && type.text === 's') return;
    const text = decodeText(bytes.subarray(start, end - 1));
    if (type.text === 'o' && !isPath(text)) throw malformed(type, 'a path', quote(text));
    if (type.text === 'g') checkSignature(text);
  }

  #checkVariant(type: SimpleType, start: number, end: number, depth: number): void {
    const zero = end > start ? this.#bytes.lastIndexOf(0, end - 1) : -1;
    if (zero < start) throw malformed(type, 'a zero byte before the type', 'none');
    const inner = readVariantType(this.#bytes, zero + 1, end);
    if (depth + 1 + inner.depth > MAX_VARIANT_DEPTH)
      throw malformed(type, `at most ${MAX_VARIANT_DEPTH} levels`, 'more');
    this.check(inner, start, zero, depth + 1);
  }

  #checkMaybe(type: SequenceType, start: number, end: number, depth: number): void {
    if (start === end) return;
    const partEnd = type.element.fixedSize === undefined ? end - 1 : end;
    this.check(type.element, start, partEnd, depth + 1);
    this.#checkZeros(type, partEnd, end);
  }

  #checkFixedArray(type: SequenceType, size: number, start: number, end: number, depth: number): void {
    const { element } = type;
    if ((end - start) % size !== 0) throw malformed(type, `a multiple of ${size} bytes`, end - start);
    if (element.kind === 'number') return;
    for (let at = start; at < end; at += size) this.check(element, at, at + size, depth + 1);
  }

  #checkVariableArray(type: SequenceType, start: number, end: number, depth: number): void {
    if (start === end) return;
    const { element } = type;
    const size = offsetSizeOf(end - start);
    const table = tableOfArray(type, this.#bytes, start, end);
    let at = start;
    for (let offset = table; offset < end; offset += size) {
      const partStart = this.#skipPadding(type, at, element.alignment);
      at = start + readOffset(this.#bytes, offset, size);
      if (at < partStart || at > table) throw outside(type, partStart - start, at - start, table - start);
      this.check(element, partStart, at, depth + 1);
    }
    checkOffsetSize(type, size, table - start, (end - table) / size);
  }

  #checkTuple(type: TupleType, start: number, end: number, depth: number): void {
    const size = offsetSizeOf(end - start);
    const table = tableOfTuple(type, start, end);
    let offset = end;
    let at = start;
    for (const member of type.members) {
      const partStart = this.#skipPadding(type, at, member.alignment);
      if (member.fixedSize !== undefined) at = partStart + member.fixedSize;
      else if (offset === table) at = table;
      else {
        offset -= size;
        at = start + readOffset(this.#bytes, offset, size);
      }
      if (at < partStart || at > table) throw outside(type, partStart - start, at - start, table - start);
      this.check(member, partStart, at, depth + 1);
    }
    if (type.fixedSize !== undefined) this.#checkZeros(type, at, end);
    else if (at !== table) throw malformed(type, `members up to ${table - start}`, `up to ${at - start}`);
    else checkOffsetSize(type, size, table - start, type.offsets);
  }

  #skipPadding(type: VariantType, at: number, alignment: number): number {
    const start = alignedTo(at, alignment);
    this.#checkZeros(type, at, start);
    return start;
  }

  #checkZeros(type: VariantType, start: number, end: number): void {
    for (let at = start; at < end; at++) {
      if (this.#bytes[at] !== 0) throw malformed(type, 'zeros between parts', this.#bytes[at] ?? 'the end');
    }
  }
}

// A path is not empty, and has no slash at its end and no two slashes in a row; the root is the exception.
function isPath(text: string): boolean {
  return text.startsWith('/') && !/[^\w/]|\/\/|.\/$/.test(text);
}

function checkOffsetSize(type: VariantType, size: number, end: number, count: number): void {
  const smallest = smallestOffsetSize(end, count);
  if (size !== smallest) throw malformed(type, `offsets of ${smallest} bytes`, size);
}
