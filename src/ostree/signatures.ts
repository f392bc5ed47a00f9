/**
 * A file of signatures, `.sig`: detached OpenPGP signatures over another file, as OSTree keeps them.
 */
import { checkNormal } from '../glib/gvariant/check-normal.ts';
import { packArray, packBytes, packDictionary } from '../glib/gvariant/pack.ts';
import { Variant } from '../glib/gvariant/variant.ts';

const KEY = 'ostree.gpgsigs';

/** The file that holds signatures. */
export function encodeSignatures(signatures: readonly Uint8Array[]): Uint8Array {
  return packDictionary([[KEY, packArray('ay', signatures.map(packBytes))]]).bytes;
}

/** The signatures in a file; a format error where it is none. */
export function parseSignatures(bytes: Uint8Array): readonly Uint8Array[] {
  const found = checkNormal(new Variant('a{sv}', bytes)).lookup(KEY, 'aay');
  return [...(found?.children() ?? [])].map((signature) => signature.byteArray());
}
