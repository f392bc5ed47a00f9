/**
 * The package record: what is known of one version of one package. Flat on purpose: a field of the user's own stands
 * beside the fields that repomill knows, and keeps its type. Records are made by `parse-record.ts` alone.
 */
import { compareText } from './order.ts';

/** What a field may hold: any JSON value. */
export type FieldValue =
  | string
  | number
  | boolean
  | null
  | readonly FieldValue[]
  | { readonly [key: string]: FieldValue };

/** One version of one package. `arch` is the record's own: one, several, or `all`. */
export interface PackageRecord {
  readonly name: string;
  readonly version: string;
  readonly arch: string | readonly string[];
  readonly [field: string]: FieldValue | undefined;
}

/** What names a record in a summary. */
export type RecordName = Pick<PackageRecord, 'name' | 'version' | 'arch'>;

/** The arch of a record that runs on every architecture. */
export const ALL = 'all';

/** The record's own architectures as a list. */
export function archesOf(record: Pick<PackageRecord, 'arch'>): readonly string[] {
  return typeof record.arch === 'string' ? [record.arch] : record.arch;
}

/** What makes a record unique inside one summary: name, version and own arch, joined by NUL. */
export function recordKey(record: RecordName): string {
  return `${record.name}\0${record.version}\0${archesOf(record).join(',')}`;
}

/** The order of records in a bucket and in every listing: by name, then version, then arch, each by code point. */
export function compareRecords(a: RecordName, b: RecordName): number {
  return (
    compareText(a.name, b.name) ||
    compareText(a.version, b.version) ||
    compareText(archesOf(a).join(','), archesOf(b).join(','))
  );
}

/** Roughly the bytes that a value takes in a summary: its texts, each with one byte more, and eight bytes for anything else. */
export function weightOf(value: FieldValue | PackageRecord | undefined): number {
  if (typeof value === 'string') return value.length + 1;
  if (typeof value !== 'object' || value === null) return 8;
  let weight = 0;
  for (const member of Object.values(value)) weight += weightOf(member);
  return weight;
}

/** A record as a JSON value: without the members that are undefined. */
export function asValue(record: PackageRecord): FieldValue {
  const value: Record<string, FieldValue> = {};
  for (const [field, member] of Object.entries(record)) if (member !== undefined) value[field] = member;
  return value;
}
