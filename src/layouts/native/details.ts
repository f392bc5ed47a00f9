/**
 * Moves what is needed rarely out of the summary: heavy fields become a document of their own in `details/`, named by its
 * digest, and the record keeps the digest and the length. FORMAT.md, section "Details".
 */
import { RepomillError } from '../../errors.ts';
import { encodeText } from '../../format/bytes.ts';
import { formatCanonicalJson } from '../../model/canonical-json.ts';
import type { Digest } from '../../model/digest.ts';
import { MAX_DETAILS_SIZE } from '../../model/limits.ts';
import type { SummaryContent } from '../../model/partition.ts';
import type { FieldValue, PackageRecord } from '../../model/record.ts';
import { sha256 } from '../../platform/sha256.ts';

/** The contents with light records, and the documents that the records now point to, by digest. */
export interface MovedDetails {
  readonly contents: readonly SummaryContent[];
  readonly documents: ReadonlyMap<Digest, Uint8Array>;
}

/** Moves the given fields of every record that has one of them. */
export async function moveDetails(
  contents: readonly SummaryContent[],
  fields: readonly string[],
): Promise<MovedDetails> {
  const documents = new Map<Digest, Uint8Array>();
  const light = new Map<PackageRecord, PackageRecord>();
  for (const { records } of contents) {
    for (const record of records) {
      if (light.has(record) || !fields.some((field) => ownField(record, field) !== undefined)) continue;
      light.set(record, await moveFields(record, fields, documents));
    }
  }
  if (light.size === 0) return { contents, documents };
  return {
    contents: contents.map((content) => ({
      ...content,
      records: content.records.map((record) => light.get(record) ?? record),
    })),
    documents,
  };
}

async function moveFields(
  record: PackageRecord,
  fields: readonly string[],
  documents: Map<Digest, Uint8Array>,
): Promise<PackageRecord> {
  const heavy: Record<string, FieldValue> = {};
  const rest: Record<string, FieldValue | undefined> = { ...record };
  for (const field of fields) {
    const value = ownField(record, field);
    if (value === undefined) continue;
    heavy[field] = value;
    delete rest[field];
  }
  const document = encodeText(formatCanonicalJson(heavy));
  if (document.length > MAX_DETAILS_SIZE) {
    throw new RepomillError(
      'metadata',
      `${record.name} ${record.version}: details of ${document.length} bytes, expected at most ${MAX_DETAILS_SIZE}`,
    );
  }
  const digest = await sha256(document);
  documents.set(digest, document);
  return {
    ...rest,
    name: record.name,
    version: record.version,
    arch: record.arch,
    details: digest,
    detailsSize: document.length,
  };
}

// A configured field may be named like something that every object inherits, such as `constructor`.
function ownField(record: PackageRecord, field: string): FieldValue | undefined {
  return Object.hasOwn(record, field) ? record[field] : undefined;
}
