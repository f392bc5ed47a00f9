/**
 * Values of any type for property tests, packed, with what a reader has to say of them.
 */
import fc from 'fast-check';
import {
  type Packed,
  packArray,
  packBoolean,
  packInt32,
  packString,
  packTuple,
  packUint32,
  packUint64,
  packVariant,
  packWhole,
} from '../../../../src/glib/gvariant/pack.ts';
import type { ByteOrder } from '../../../../src/glib/gvariant/variant.ts';
import { parseVariantType, type VariantType } from '../../../../src/glib/gvariant/variant-type.ts';
import type { Spelled } from './vectors.ts';

/** A value, and the same in words. */
export interface Sample {
  readonly packed: Packed;
  readonly spelled: Spelled;
}

const basicType = fc.constantFrom('y', 'b', 'n', 'q', 'i', 'u', 'h', 'x', 't', 'd', 's', 'o', 'g');

/** Type strings, of few levels. */
export const anyType: fc.Arbitrary<string> = fc.letrec<{ type: string }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    basicType,
    fc.constant('v'),
    tie('type').map((element) => `a${element}`),
    tie('type').map((element) => `m${element}`),
    fc.array(tie('type'), { maxLength: 4 }).map((members) => `(${members.join('')})`),
    fc.tuple(basicType, tie('type')).map(([key, value]) => `{${key}${value}}`),
  ),
})).type;

/** Values of any type whose numbers have a byte order. */
export function anySample(order: ByteOrder): fc.Arbitrary<Sample> {
  return anyType.chain((text) => sampleOf(parseVariantType(text), order, 3));
}

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.nat(300).map((length) => 'x'.repeat(length)),
);

function sampleOf(type: VariantType, order: ByteOrder, variants: number): fc.Arbitrary<Sample> {
  switch (type.kind) {
    case 'number':
      return numberOf(type, order);
    case 'boolean':
      return fc.boolean().map((value) => ({ packed: packBoolean(value), spelled: value }));
    case 'string':
      return textOf(type).map((text) => ({ packed: packWhole(type, packString(text).bytes), spelled: text }));
    case 'variant': {
      const inner = variants === 0 ? basicType : anyType;
      return inner
        .chain((text) => sampleOf(parseVariantType(text), order, Math.max(0, variants - 1)))
        .map(({ packed, spelled }) => ({
          packed: packVariant(packed),
          spelled: { type: packed.type.text, value: spelled },
        }));
    }
    case 'array':
      return fc
        .array(sampleOf(type.element, order, variants), { maxLength: 5 })
        .map((parts) => ({ packed: packArray(type.element, parts.map(packedOf)), spelled: parts.map(spelledOf) }));
    case 'maybe':
      return fc
        .option(sampleOf(type.element, order, variants))
        .map((part) => ({ packed: packWhole(type, maybeBytes(part)), spelled: part === null ? [] : [part.spelled] }));
    default:
      return fc
        .tuple(...type.members.map((member) => sampleOf(member, order, variants)))
        .map((parts) => ({ packed: packTuple(parts.map(packedOf), type.kind), spelled: parts.map(spelledOf) }));
  }
}

function numberOf(type: VariantType, order: ByteOrder): fc.Arbitrary<Sample> {
  switch (type.text) {
    case 'u':
      return fc.nat(0xffff_ffff).map((value) => ({ packed: packUint32(value, order), spelled: value }));
    case 'i':
      return fc.integer().map((value) => ({ packed: packInt32(value, order), spelled: value }));
    case 't':
      return fc
        .bigInt({ min: 0n, max: 2n ** 64n - 1n })
        .map((value) => ({ packed: packUint64(value, order), spelled: value.toString() }));
    default: {
      const size = type.fixedSize ?? 0;
      return fc.uint8Array({ minLength: size, maxLength: size }).map((bytes) => {
        const little = order === 'little' ? bytes : bytes.toReversed();
        return { packed: packWhole(type, bytes), spelled: Buffer.from(little).toString('hex') };
      });
    }
  }
}

function textOf(type: VariantType): fc.Arbitrary<string> {
  if (type.text === 's') return anyText;
  return type.text === 'o' ? fc.constantFrom('/', '/a', '/org/x_1/Y') : fc.constantFrom('', 'a{sv}', 'ss(ii)');
}

function maybeBytes(part: Sample | null): Uint8Array {
  if (part === null) return new Uint8Array();
  const { type, bytes } = part.packed;
  return type.fixedSize === undefined ? Uint8Array.from([...bytes, 0]) : bytes;
}

function packedOf({ packed }: Sample): Packed {
  return packed;
}

function spelledOf({ spelled }: Sample): Spelled {
  return spelled;
}
