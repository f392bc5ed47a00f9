/**
 * The package record: what is known about one version of a package. Flat on purpose: users' own fields are next to those that
 * repomill knows, and keep their types. Only `parse-record.ts` creates records.
 */
import { compareText } from './order.ts';

/** The value of a field: any JSON value. */
export type FieldValue =
  | string
  | number
  | boolean
  | null
  | readonly FieldValue[]
  | { readonly [key: string]: FieldValue };

/** One version of one package. `arch` is one architecture, a list of them, or `all`. */
export interface PackageRecord {
  readonly name: string;
  readonly version: string;
  readonly arch: string | readonly string[];
  readonly [field: string]: FieldValue | undefined;
}

/** The fields that identify a record in a summary. */
export type RecordName = Pick<PackageRecord, 'name' | 'version' | 'arch'>;

/** The arch of packages for every architecture. */
export const ALL = 'all';

/** The record's own architectures as a list. */
export function archesOf(record: Pick<PackageRecord, 'arch'>): readonly string[] {
  return typeof record.arch === 'string' ? [record.arch] : record.arch;
}

/** A field of a record itself: a user's field may have the name of something that every object inherits, such as `constructor`. */
export function ownField(record: PackageRecord | undefined, field: string): FieldValue | undefined {
  return record !== undefined && Object.hasOwn(record, field) ? record[field] : undefined;
}

/** A key that is unique within a summary: name, version and arch, joined by NUL. */
export function recordKey(record: RecordName): string {
  return `${record.name}\0${record.version}\0${archesOf(record).join(',')}`;
}

/** The order of records in buckets and listings: by name, then version, then arch, each by code point. */
export function compareRecords(a: RecordName, b: RecordName): number {
  return (
    compareText(a.name, b.name) ||
    compareText(a.version, b.version) ||
    compareText(archesOf(a).join(','), archesOf(b).join(','))
  );
}

/** Approximate bytes of a value in a summary: one more than its length for each text, eight for anything else. */
export function weightOf(value: FieldValue | PackageRecord | undefined): number {
  if (typeof value === 'string') return value.length + 1;
  if (typeof value !== 'object' || value === null) return 8;
  let weight = 0;
  for (const member of Object.values(value)) weight += weightOf(member);
  return weight;
}

/** A record as a JSON value, without undefined members. */
export function asValue(record: PackageRecord): FieldValue {
  const value: Record<string, FieldValue> = {};
  for (const [field, member] of Object.entries(record)) if (member !== undefined) value[field] = member;
  return value;
}
