/**
 * The vectors of `test/vectors/gvariant.json`, decoded. GLib made them; the README beside them says how to read them.
 */
import { readFileSync } from 'node:fs';

/** What GLib reads: numbers that have no getter as hexadecimal bytes, 64 bits as text, parts as lists. */
export type Spelled =
  | boolean
  | number
  | string
  | readonly Spelled[]
  | { readonly type: string; readonly value: Spelled };

/** A value in normal form, and variations of its bytes by whether they are in normal form. */
export interface GoodVector {
  readonly title: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly value: Spelled | undefined;
  readonly bigEndian: Uint8Array | undefined;
  readonly normal: readonly Uint8Array[];
  readonly notNormal: readonly Uint8Array[];
}

/** Bytes that are not in normal form. */
export interface BadVector {
  readonly title: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Base64; long bytes are a list of base64 and of runs: the byte and how often it is repeated. */
type Encoded = string | readonly (string | readonly [byte: number, count: number])[];

interface EncodedCase {
  readonly title: string;
  readonly type: string;
  readonly bytes: Encoded;
  readonly value?: Spelled;
  readonly bigEndian?: Encoded;
  readonly normal?: readonly Encoded[];
  readonly notNormal?: readonly Encoded[];
}

/** The document, unparsed. */
export interface EncodedVectors {
  readonly types: { readonly good: readonly Encoded[]; readonly bad: readonly Encoded[] };
  readonly values: readonly EncodedCase[];
  readonly refused: readonly EncodedCase[];
}

/** `gvariant.json`, unparsed. */
export const encodedVectors: EncodedVectors = JSON.parse(
  readFileSync(new URL('../../../vectors/gvariant.json', import.meta.url), 'utf8'),
) as EncodedVectors;

/** Type strings that name one definite type, and such that do not. */
export const goodTypes: readonly string[] = encodedVectors.types.good.map(decodeType);
export const badTypes: readonly string[] = encodedVectors.types.bad.map(decodeType);

export const goodVectors: readonly GoodVector[] = encodedVectors.values.map(
  ({ title, type, bytes, value, bigEndian, normal = [], notNormal = [] }) => ({
    title,
    type,
    bytes: decode(bytes),
    value,
    bigEndian: bigEndian === undefined ? undefined : decode(bigEndian),
    normal: normal.map(decode),
    notNormal: notNormal.map(decode),
  }),
);

export const badVectors: readonly BadVector[] = encodedVectors.refused.map(({ title, type, bytes }) => ({
  title,
  type,
  bytes: decode(bytes),
}));

// A type string of some length is spelled as bytes; no type string is a list.
function decodeType(text: Encoded): string {
  return typeof text === 'string' ? text : Buffer.from(decode(text)).toString();
}

function decode(encoded: Encoded): Uint8Array {
  if (typeof encoded === 'string') return Uint8Array.from(Buffer.from(encoded, 'base64'));
  const parts = encoded.map((part) =>
    typeof part === 'string' ? decode(part) : new Uint8Array(part[1]).fill(part[0]),
  );
  return Uint8Array.from(Buffer.concat(parts));
}
