/**
 * What the reader says of a value, in the words of the vectors.
 */
import type { ByteOrder, Variant } from '../../../../src/glib/gvariant/variant.ts';
import type { Spelled } from './vectors.ts';

/** Numbers that have no getter as hexadecimal bytes, 64 bits as text, parts as lists. */
export function spell(value: Variant, order: ByteOrder = 'little'): Spelled {
  switch (value.type.kind) {
    case 'boolean':
      return value.boolean();
    case 'string':
      return value.string();
    case 'variant':
      return { type: value.inner().type.text, value: spell(value.inner(), order) };
    case 'number':
      return spellNumber(value, order);
    default:
      return [...value.children()].map((part) => spell(part, order));
  }
}

function spellNumber(value: Variant, order: ByteOrder): Spelled {
  switch (value.type.text) {
    case 'u':
      return value.uint32(order);
    case 'i':
      return value.int32(order);
    case 't':
      return value.uint64(order).toString();
    default: {
      const bytes = Buffer.from(value.bytes);
      return (order === 'little' ? bytes : Buffer.from(bytes).reverse()).toString('hex');
    }
  }
}
