/**
 * Normal form: the one serialisation that every correct writer gives a value. GVariant specification, section 3.2, and what
 * GLib's `g_variant_is_normal_form` checks. A file in normal form has no byte that says nothing, so equal values are equal
 * bytes, and nothing can hide between the parts.
 */
import { malformed, offsetSizeOf } from './framing.ts';
import type { Variant } from './variant.ts';
import { alignedTo, parseVariantType, type VariantType } from './variant-type.ts';

/** Throws a format error unless a value, and every value in it, is in normal form. Returns the value. */
export function checkNormal(value: Variant): Variant {
  switch (value.type.kind) {
    case 'number':
      break;
    case 'boolean':
      if ((value.bytes[0] ?? 0) > 1) throw malformed(value.type, '0 or 1', value.bytes[0] ?? 0);
      break;
    case 'string':
      checkText(value);
      break;
    default:
      checkParts(value);
  }
  return value;
}

function checkText(value: Variant): void {
  const text = value.string();
  if (value.type.text === 'o' && !/^\/(?:\w+(?:\/\w+)*)?$/.test(text)) throw malformed(value.type, 'a path', text);
  if (value.type.text === 'g') for (let at = 0; at < text.length; at += typeLengthAt(text, at));
}

// A signature is any number of types, one behind the other.
function typeLengthAt(text: string, at: number): number {
  let depth = 0;
  let end = at;
  do {
    while (/[am]/.test(text.charAt(end))) end++;
    if (/[({]/.test(text.charAt(end))) depth++;
    if (/[)}]/.test(text.charAt(end))) depth--;
    end++;
  } while (depth > 0 && end < text.length);
  parseVariantType(text.slice(at, end));
  return end - at;
}

function checkParts(value: Variant): void {
  const { type, bytes, count } = value;
  if ((type.kind === 'tuple' || type.kind === 'entry') && count === 0) checkZeros(type, bytes, 0, 1);
  let end = 0;
  let variable = 0;
  for (let i = 0; i < count; i++) {
    const part = value.child(i);
    const { start, end: partEnd } = value.stretchOf(i);
    if (start !== alignedTo(end, part.type.alignment)) throw malformed(type, `part ${i} at ${end}`, `at ${start}`);
    checkZeros(type, bytes, end, start);
    checkNormal(part);
    end = partEnd;
    if (part.type.fixedSize === undefined) variable++;
  }
  checkRest(value, end, variable);
}

// What stands behind the parts: offsets of the smallest size, a zero byte, padding; and nothing else.
function checkRest({ type, bytes, contentEnd }: Variant, end: number, variable: number): void {
  if (end !== contentEnd) throw malformed(type, `parts up to ${contentEnd}`, `up to ${end}`);
  switch (type.kind) {
    case 'array':
      if (type.element.fixedSize === undefined) checkOffsets(type, bytes, end, variable);
      break;
    case 'tuple':
    case 'entry': {
      const last = type.members.at(-1);
      if (type.fixedSize !== undefined) checkZeros(type, bytes, end, bytes.length);
      else checkOffsets(type, bytes, end, variable - (last?.fixedSize === undefined ? 1 : 0));
      break;
    }
    default:
      if (type.kind === 'maybe') checkZeros(type, bytes, end, bytes.length);
  }
}

function checkOffsets(type: VariantType, bytes: Uint8Array, end: number, count: number): void {
  const size = smallestOffsetSize(end, count);
  if (bytes.length !== end + count * size) {
    throw malformed(type, `${count} offsets of ${size} bytes behind ${end}`, `${bytes.length - end} bytes`);
  }
}

/** Bytes of each of so many offsets behind parts of so many bytes: as few as can tell every place in the whole. */
export function smallestOffsetSize(end: number, count: number): number {
  return [1, 2, 4].find((size) => offsetSizeOf(end + count * size) <= size) ?? 8;
}

function checkZeros(type: VariantType, bytes: Uint8Array, start: number, end: number): void {
  for (let at = start; at < end; at++)
    if (bytes[at] !== 0) throw malformed(type, 'zeros between parts', bytes[at] ?? 0);
}
