/**
 * Types of GVariant values: what a type string such as `a{sv}` says of size and alignment. GVariant specification, sections
 * 2.3 and 3.2. Refuses strings that are not one complete type, and types that nest deeper than GLib allows.
 */
import { RepomillError } from '../errors.ts';

interface TypeFacts {
  /** The type string. */
  readonly text: string;
  /** Values start at a multiple of so many bytes: 1, 2, 4 or 8. */
  readonly alignment: number;
  /** Bytes of every value, or undefined where they differ in size. */
  readonly fixedSize: number | undefined;
}

/** A number or a boolean, a text, or a value that carries its own type. */
export interface SimpleType extends TypeFacts {
  readonly kind: 'number' | 'boolean' | 'string' | 'variant';
}

/** Nothing or one value; any number of values. */
export interface SequenceType extends TypeFacts {
  readonly kind: 'maybe' | 'array';
  readonly element: VariantType;
}

/** A fixed list of values of any types; `entry` is one of a dictionary, with a key and a value. */
export interface TupleType extends TypeFacts {
  readonly kind: 'tuple' | 'entry';
  readonly members: readonly VariantType[];
}

/** A type. */
export type VariantType = SimpleType | SequenceType | TupleType;

/** How deep types and values may nest together, as in GLib (`G_VARIANT_MAX_RECURSION_DEPTH`). */
export const MAX_VARIANT_DEPTH = 128;

/** Types that were parsed. Hostile files may have any number of types: a full table takes no more. */
const known = new Map<string, VariantType>();
const MAX_KNOWN = 1000;

/** The type that a string names. Throws a format error unless the string is exactly one complete type. */
export function parseVariantType(text: string): VariantType {
  const found = known.get(text);
  if (found !== undefined) return found;
  const reader = new TypeReader(text);
  const type = reader.read(0);
  if (!reader.done) throw refusal(text, 'one complete type');
  if (known.size < MAX_KNOWN) known.set(text, type);
  return type;
}

/** The type of arrays of an element. */
export function arrayOf(element: VariantType): SequenceType {
  return { kind: 'array', text: `a${element.text}`, alignment: element.alignment, fixedSize: undefined, element };
}

/** The type of tuples, or of dictionary entries, of these members. */
export function tupleOf(members: readonly VariantType[], kind: TupleType['kind'] = 'tuple'): TupleType {
  const inside = members.map((member) => member.text).join('');
  const alignment = Math.max(1, ...members.map((member) => member.alignment));
  const text = kind === 'tuple' ? `(${inside})` : `{${inside}}`;
  return { kind, text, alignment, fixedSize: fixedSizeOf(members, alignment), members };
}

// The empty tuple takes a byte, so that every element of an array takes some.
function fixedSizeOf(members: readonly VariantType[], alignment: number): number | undefined {
  if (members.length === 0) return 1;
  let size = 0;
  for (const member of members) {
    if (member.fixedSize === undefined) return undefined;
    size = alignedTo(size, member.alignment) + member.fixedSize;
  }
  return alignedTo(size, alignment);
}

/** The next multiple of an alignment. */
export function alignedTo(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

const numberSizes: Readonly<Record<string, number>> = { y: 1, n: 2, q: 2, i: 4, u: 4, h: 4, x: 8, t: 8, d: 8 };

class TypeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#at === this.#text.length;
  }

  read(depth: number): VariantType {
    if (depth > MAX_VARIANT_DEPTH) throw refusal(this.#text, `at most ${MAX_VARIANT_DEPTH} levels`);
    const code = this.#text.charAt(this.#at++);
    const size = numberSizes[code];
    if (size !== undefined) return { kind: 'number', text: code, alignment: size, fixedSize: size };
    switch (code) {
      case 'b':
        return { kind: 'boolean', text: code, alignment: 1, fixedSize: 1 };
      case 's':
      case 'o':
      case 'g':
        return { kind: 'string', text: code, alignment: 1, fixedSize: undefined };
      case 'v':
        return { kind: 'variant', text: code, alignment: 8, fixedSize: undefined };
      case 'a':
        return arrayOf(this.read(depth + 1));
      case 'm': {
        const element = this.read(depth + 1);
        return { kind: 'maybe', text: `m${element.text}`, alignment: element.alignment, fixedSize: undefined, element };
      }
      case '(':
        return tupleOf(this.#members(')', depth));
      case '{':
        return this.#entry(depth);
      default:
        throw refusal(this.#text, 'a type');
    }
  }

  #entry(depth: number): TupleType {
    const members = this.#members('}', depth);
    const [key] = members;
    const isBasic = key?.kind === 'number' || key?.kind === 'boolean' || key?.kind === 'string';
    if (members.length !== 2 || !isBasic) throw refusal(this.#text, 'a simple key and a value between braces');
    return tupleOf(members, 'entry');
  }

  #members(end: string, depth: number): readonly VariantType[] {
    const members: VariantType[] = [];
    while (this.#text.charAt(this.#at) !== end) members.push(this.read(depth + 1));
    this.#at++;
    return members;
  }
}

function refusal(text: string, expected: string): RepomillError {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return new RepomillError('format', `GVariant type: expected ${expected}, found ${JSON.stringify(shown)}`);
}
