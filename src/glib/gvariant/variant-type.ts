/**
 * Types of GVariant values: what a type string such as `a{sv}` says about size and alignment. GVariant specification, sections
 * 2.3 and 3.2. Refuses strings that are not one complete type, and types that nest deeper than GLib allows.
 */

import { decodeText } from '../../bytes/bytes.ts';
import { RepomillError } from '../../errors.ts';
import { quote } from '../../text/printable.ts';

interface TypeFacts {
  /** The type string. */
  readonly text: string;
  /** Values start at a multiple of this many bytes: 1, 2, 4 or 8. */
  readonly alignment: number;
  /** Bytes of every value; undefined if they vary in size. */
  readonly fixedSize: number | undefined;
  /** The number of levels: 1 for a simple type, one more than its deepest part for any other. */
  readonly depth: number;
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
  /** The number of framing offsets in a value: one for each member of no fixed size, except the last member. */
  readonly offsets: number;
}

/** A type. */
export type VariantType = SimpleType | SequenceType | TupleType;

/** The most levels that values and their types may have together, as in GLib (`G_VARIANT_MAX_RECURSION_DEPTH`). */
export const MAX_VARIANT_DEPTH = 128;

/** Types parsed so far. Hostile files may have any number of long types, so long ones are not kept, and the table is bounded. */
const known = new Map<string, VariantType>();
const MAX_KNOWN = 1000;
const MAX_KNOWN_LENGTH = 100;

/** Parses a type string. Throws a format error unless the string is exactly one complete type. */
export function parseVariantType(text: string): VariantType {
  const found = known.get(text);
  if (found !== undefined) return found;
  const reader = new TypeReader(text);
  const type = reader.read(1);
  if (!reader.done) throw refusal(text, 'one complete type');
  return remember(type);
}

/** Parses the type string in the bytes from `start` to `end`. */
export function readVariantType(bytes: Uint8Array, start: number, end: number): VariantType {
  if (end - start > MAX_KNOWN_LENGTH) return parseVariantType(decodeText(bytes.subarray(start, end)));
  // Types are ASCII and mostly a few letters: this is faster than a decoder. Other bytes become letters that name no type.
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return parseVariantType(text);
}

/** Throws a format error unless a text is a signature: any number of types, one after the other, without maybes. */
export function checkSignature(text: string): void {
  const reader = new TypeReader(text);
  while (!reader.done) reader.read(1);
  if (text.includes('m')) throw refusal(text, 'a signature without maybes');
}

/** The type of arrays of an element. */
export function arrayOf(element: VariantType): SequenceType {
  const text = `a${element.text}`;
  const found = known.get(text);
  return found?.kind === 'array' ? found : remember(sequence('array', text, element));
}

/** The type of tuples, or of dictionary entries, of these members. */
export function tupleOf(members: readonly VariantType[], kind: TupleType['kind'] = 'tuple'): TupleType {
  let inside = '';
  for (const member of members) inside += member.text;
  const text = kind === 'tuple' ? `(${inside})` : `{${inside}}`;
  const found = known.get(text);
  return found?.kind === 'tuple' || found?.kind === 'entry' ? found : remember(tuple(kind, text, members));
}

/** The next multiple of an alignment. */
export function alignedTo(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

function remember<T extends VariantType>(type: T): T {
  if (type.text.length <= MAX_KNOWN_LENGTH && known.size < MAX_KNOWN) known.set(type.text, type);
  return type;
}

function simple(kind: SimpleType['kind'], text: string, alignment: number, fixedSize?: number): SimpleType {
  return { kind, text, alignment, fixedSize, depth: 1 };
}

function sequence(kind: SequenceType['kind'], text: string, element: VariantType): SequenceType {
  return { kind, text, alignment: element.alignment, fixedSize: undefined, depth: element.depth + 1, element };
}

function tuple(kind: TupleType['kind'], text: string, members: readonly VariantType[]): TupleType {
  let alignment = 1;
  let deepest = 0;
  let offsets = 0;
  for (const member of members) {
    alignment = Math.max(alignment, member.alignment);
    deepest = Math.max(deepest, member.depth);
    if (member.fixedSize === undefined) offsets++;
  }
  const fixedSize = offsets === 0 ? fixedSizeOf(members, alignment) : undefined;
  if (members.length > 0 && members.at(-1)?.fixedSize === undefined) offsets--;
  return { kind, text, alignment, fixedSize, depth: deepest + 1, members, offsets };
}

// The empty tuple takes a byte, so that every element of an array takes some.
function fixedSizeOf(members: readonly VariantType[], alignment: number): number {
  let size = 0;
  for (const member of members) size = alignedTo(size, member.alignment) + (member.fixedSize ?? 0);
  return alignedTo(Math.max(1, size), alignment);
}

const simpleTypes: ReadonlyMap<string, SimpleType> = new Map(
  [
    simple('boolean', 'b', 1, 1),
    simple('number', 'y', 1, 1),
    ...['n', 'q'].map((code) => simple('number', code, 2, 2)),
    ...['i', 'u', 'h'].map((code) => simple('number', code, 4, 4)),
    ...['x', 't', 'd'].map((code) => simple('number', code, 8, 8)),
    ...['s', 'o', 'g'].map((code) => simple('string', code, 1)),
    simple('variant', 'v', 8),
  ].map((type) => [type.text, type]),
);

class TypeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#at === this.#text.length;
  }

  /** @param level - 1 for a type that is in no other */
  read(level: number): VariantType {
    if (level > MAX_VARIANT_DEPTH) throw refusal(this.#text, `at most ${MAX_VARIANT_DEPTH} levels`);
    const start = this.#at++;
    const code = this.#text.charAt(start);
    switch (code) {
      case 'a':
      case 'm': {
        const element = this.read(level + 1);
        return sequence(code === 'a' ? 'array' : 'maybe', this.#from(start), element);
      }
      case '(': {
        const members = this.#members(')', level);
        return tuple('tuple', this.#from(start), members);
      }
      case '{': {
        const members = this.#members('}', level);
        const isKey = members[0] !== undefined && simpleTypes.has(members[0].text) && members[0].kind !== 'variant';
        if (members.length !== 2 || !isKey) throw refusal(this.#text, 'a simple key and a value between braces');
        return tuple('entry', this.#from(start), members);
      }
      default: {
        const type = simpleTypes.get(code);
        if (type === undefined) throw refusal(this.#text, 'a type');
        return type;
      }
    }
  }

  #members(end: string, level: number): readonly VariantType[] {
    const members: VariantType[] = [];
    while (this.#text.charAt(this.#at) !== end) members.push(this.read(level + 1));
    this.#at++;
    return members;
  }

  #from(start: number): string {
    return this.#text.slice(start, this.#at);
  }
}

function refusal(text: string, expected: string): RepomillError {
  return new RepomillError('format', `GVariant type: expected ${expected}, found ${quote(text)}`);
}
