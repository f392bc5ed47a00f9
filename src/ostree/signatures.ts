/**
 * A file of signatures, `.sig`: detached OpenPGP signatures over another file, in the form in which OSTree keeps them.
 */
import { checkNormal } from '../glib/gvariant/check-normal.ts';
import { packArray, packBytes, packDictionary } from '../glib/gvariant/pack.ts';
import { Variant } from '../glib/gvariant/variant.ts';

const KEY = 'ostree.gpgsigs';

/** Encodes a file of signatures. */
export function encodeSignatures(signatures: readonly Uint8Array[]): Uint8Array {
  return packDictionary([[KEY, packArray('ay', signatures.map(packBytes))]]).bytes;
}

/** The signatures in a file; empty if it has none of OpenPGP. Throws a format error if it is not a dictionary in normal form. */
export function parseSignatures(bytes: Uint8Array): readonly Uint8Array[] {
  const found = checkNormal(new Variant('a{sv}', bytes)).lookup(KEY, 'aay');
  return [...(found?.children() ?? [])].map((signature) => signature.byteArray());
}
