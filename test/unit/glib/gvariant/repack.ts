/**
 * A value made again from what the reader says of it: leaves by value, everything else part by part.
 */
import {
  type Packed,
  packArray,
  packBoolean,
  packBytes,
  packInt32,
  packString,
  packTuple,
  packUint32,
  packUint64,
  packVariant,
  packWhole,
} from '../../../../src/glib/gvariant/pack.ts';
import type { ByteOrder, Variant } from '../../../../src/glib/gvariant/variant.ts';

/** The value packed anew. `order` is the byte order that it has, and gets. */
export function repack(value: Variant, order: ByteOrder = 'little'): Packed {
  const { type, bytes } = value;
  if (type.text === 'ay') return packBytes(value.byteArray());
  switch (type.kind) {
    case 'boolean':
      return packBoolean(value.boolean());
    case 'string':
      return packWhole(type, packString(value.string()).bytes);
    case 'variant':
      return packVariant(repack(value.inner(), order));
    case 'array':
      return packArray(type.element, repackParts(value, order));
    case 'tuple':
    case 'entry':
      return packTuple(repackParts(value, order), type.kind);
    case 'maybe':
      return packWhole(type, repackMaybe(value, order));
    default:
      if (type.text === 'u') return packUint32(value.uint32(order), order);
      if (type.text === 'i') return packInt32(value.int32(order), order);
      if (type.text === 't') return packUint64(value.uint64(order), order);
      return packWhole(type, bytes);
  }
}

function repackParts(value: Variant, order: ByteOrder): readonly Packed[] {
  return [...value.children()].map((part) => repack(part, order));
}

// Nothing in this repository packs maybes.
function repackMaybe(value: Variant, order: ByteOrder): Uint8Array {
  const [part] = repackParts(value, order);
  if (part === undefined) return new Uint8Array();
  return part.type.fixedSize === undefined ? Uint8Array.from([...part.bytes, 0]) : part.bytes;
}
