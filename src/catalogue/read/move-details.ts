/**
 * Moves rarely needed fields out of the records, into documents in `details/` named by their digests, and back. The record keeps
 * the digest and the length. FORMAT.md, section "Details".
 */
import { decodeText, encodeText } from '../../bytes/bytes.ts';
import { parseJsonObject } from '../../bytes/json.ts';
import { formatCanonicalJson } from '../../model/canonical-json.ts';
import type { Digest } from '../../model/digest.ts';
import { MAX_DETAILS_SIZE } from '../../model/limits.ts';
import { type FieldValue, ownField, type PackageRecord } from '../../model/record.ts';
import { digestOf } from '../../platform/hash/sha256.ts';

/** A document for `details/`. */
export interface DetailsDocument {
  readonly sha256: Digest;
  readonly bytes: Uint8Array;
}

/** A record without its heavy fields, and the document that holds them; or the reason they cannot be moved. */
export type MovedDetails =
  | { readonly record: PackageRecord; readonly document?: DetailsDocument }
  | { readonly problem: string };

/** Moves the given fields of a record. A record without any of them is returned unchanged. */
export function moveDetails(
  record: PackageRecord,
  fields: readonly string[],
  maxSize: number = MAX_DETAILS_SIZE,
): MovedDetails {
  if (!fields.some((field) => ownField(record, field) !== undefined)) return { record };
  const heavy: Record<string, FieldValue> = {};
  const rest: Record<string, FieldValue | undefined> = { ...record };
  for (const field of fields) {
    const value = ownField(record, field);
    if (value === undefined) continue;
    heavy[field] = value;
    delete rest[field];
  }
  const bytes = encodeText(formatCanonicalJson(heavy));
  if (bytes.length > maxSize) {
    return { problem: `details: expected at most ${maxSize} bytes, found ${bytes.length}` };
  }
  const sha256 = digestOf(bytes);
  const { name, version, arch } = record;
  return {
    record: { ...rest, name, version, arch, details: sha256, detailsSize: bytes.length },
    document: { sha256, bytes },
  };
}

/** A record with the fields that were moved out of it. `document` is what they were moved to. */
export function restoreDetails(record: PackageRecord, document: Uint8Array): PackageRecord {
  const { details: _, detailsSize: __, ...rest } = record;
  const { name, version, arch } = record;
  // The document was a part of a record that had been checked.
  const heavy = parseJsonObject(decodeText(document), 'details') as Readonly<Record<string, FieldValue>>;
  return { ...rest, ...heavy, name, version, arch };
}
