/**
 * A record of a bucket with some of its fields: the columns of the others are not decoded.
 */
import { RepomillError } from '../../errors.ts';
import type { Bucket } from '../../layouts/native/format/bucket.ts';
import type { FieldValue, PackageRecord } from '../../model/record.ts';

/** Name, version, arch and the given fields of the record at a position of a bucket. */
export function projectRecord(bucket: Bucket, position: number, fields: readonly string[]): PackageRecord {
  const at = (field: string): FieldValue | undefined => bucket.value(field, position);
  const [name, version, arch] = [at('name'), at('version'), at('arch')];
  if (typeof name !== 'string' || typeof version !== 'string' || !(typeof arch === 'string' || isTextList(arch))) {
    throw new RepomillError('format', `bucket: record ${position} lacks a name, a version or an arch`);
  }
  const record: Record<string, FieldValue> = {};
  for (const field of fields) {
    const value = at(field);
    if (value !== undefined) record[field] = value;
  }
  return { ...record, name, version, arch };
}

function isTextList(value: FieldValue | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
