/**
 * What changed between two sets of records: added, removed, another version, other content under the same version. Pure: it does
 * not know where records come from, so trees, copies and anything else that holds records are compared in the same words.
 */
import { formatCanonicalJson } from './canonical-json.ts';
import { compareText } from './order.ts';
import { archesOf, compareRecords, type FieldValue, ownField, type PackageRecord, recordKey } from './record.ts';
import type { VersionComparison } from './versions/version-order.ts';

/** A record that only one side has. */
export interface ChangedRecord {
  readonly name: string;
  readonly version: string;
  /** The record's own: one, several, or `all`. */
  readonly arch: string | readonly string[];
  /** Architectures of the summaries in which this changed. */
  readonly arches: readonly string[];
}

/** How one version follows another. `respelled`: equal in the order, in other characters. `unknown`: there is no order. */
export type VersionDirection = 'upgrade' | 'downgrade' | 'respelled' | 'unknown';

/** A package of which one version took the place of another. */
export interface ChangedVersion {
  readonly name: string;
  readonly arch: string | readonly string[];
  readonly from: string;
  readonly to: string;
  readonly direction: VersionDirection;
  /** Architectures of the summaries in which this changed. */
  readonly arches: readonly string[];
}

/** A field that differs. A side that lacks the field has no member. */
export interface ChangedField {
  readonly field: string;
  readonly from?: FieldValue;
  readonly to?: FieldValue;
}

/** A record that both sides have, with different content. */
export interface ChangedContent extends ChangedRecord {
  /** In the order of their names. */
  readonly fields: readonly ChangedField[];
}

/** All changes, each list in the order of names, versions and arches. */
export interface RecordChanges {
  readonly added: readonly ChangedRecord[];
  readonly removed: readonly ChangedRecord[];
  readonly changed: readonly ChangedVersion[];
  readonly content: readonly ChangedContent[];
}

/** What to compare by. */
export interface CompareOptions {
  /** Puts versions in order, so that the newest that went is paired with the newest that came. */
  readonly compare: VersionComparison;
  /** Whether that order is the repository's own, and says which version is newer. */
  readonly decides: boolean;
  /** The architecture whose summary holds the records. */
  readonly arch: string;
}

/**
 * Compares the records of one summary, or of a part of it that holds all records with the same names. Records are the same if
 * name, version and arch are. Of one name and arch, each version that went is paired with one that came, newest first.
 *
 * @param before - no two with the same name, version and arch
 * @param after - the same
 */
export function compareRecordSets(
  before: readonly PackageRecord[],
  after: readonly PackageRecord[],
  options: CompareOptions,
): RecordChanges {
  const old = new Map(before.map((record) => [recordKey(record), record]));
  const came: PackageRecord[] = [];
  const content: ChangedContent[] = [];
  for (const record of after) {
    const known = old.get(recordKey(record));
    old.delete(recordKey(record));
    if (known === undefined) came.push(record);
    else {
      const fields = changedFields(known, record);
      if (fields.length > 0) content.push({ ...placed(record, options.arch), fields });
    }
  }
  return sorted({ ...pairVersions([...old.values()], came, options), content });
}

/** Changes of several summaries, or of several parts of one, as one: a change that is in several is listed once. */
export function mergeChanges(parts: readonly RecordChanges[]): RecordChanges {
  const merged = <Change extends ChangedRecord | ChangedVersion>(lists: readonly (readonly Change[])[]): Change[] => {
    const byKey = new Map<string, Change>();
    for (const change of lists.flat()) {
      const key = JSON.stringify({ ...change, arches: undefined });
      const known = byKey.get(key);
      const arches = [...new Set([...(known?.arches ?? []), ...change.arches])].sort(compareText);
      byKey.set(key, { ...change, arches });
    }
    return [...byKey.values()];
  };
  return sorted({
    added: merged(parts.map((part) => part.added)),
    removed: merged(parts.map((part) => part.removed)),
    changed: merged(parts.map((part) => part.changed)),
    content: merged(parts.map((part) => part.content)),
  });
}

/** How many changes there are. */
export function countChanges({ added, removed, changed, content }: RecordChanges): number {
  return added.length + removed.length + changed.length + content.length;
}

function pairVersions(
  went: readonly PackageRecord[],
  came: readonly PackageRecord[],
  { compare, decides, arch }: CompareOptions,
): Omit<RecordChanges, 'content'> {
  const newestFirst = (a: PackageRecord, b: PackageRecord): number =>
    compare(b.version, a.version) || compareText(b.version, a.version);
  const wentOf = groupByPackage(went);
  const changed: ChangedVersion[] = [];
  const added: ChangedRecord[] = [];
  const removed: ChangedRecord[] = [];
  for (const [key, arrivals] of groupByPackage(came)) {
    const departures = (wentOf.get(key) ?? []).toSorted(newestFirst);
    for (const [i, record] of arrivals.toSorted(newestFirst).entries()) {
      const old = departures[i];
      if (old === undefined) {
        added.push(placed(record, arch));
        continue;
      }
      const direction = decides ? directionOf(compare(old.version, record.version)) : 'unknown';
      const { name } = record;
      changed.push({ name, arch: record.arch, from: old.version, to: record.version, direction, arches: [arch] });
    }
    removed.push(...departures.slice(arrivals.length).map((record) => placed(record, arch)));
    wentOf.delete(key);
  }
  removed.push(...[...wentOf.values()].flat().map((record) => placed(record, arch)));
  return { added, removed, changed };
}

function groupByPackage(records: readonly PackageRecord[]): Map<string, PackageRecord[]> {
  const groups = new Map<string, PackageRecord[]>();
  for (const record of records) {
    const key = recordKey({ ...record, version: '' });
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  return groups;
}

function directionOf(order: number): VersionDirection {
  if (order === 0) return 'respelled';
  return order < 0 ? 'upgrade' : 'downgrade';
}

function placed({ name, version, arch }: PackageRecord, listed: string): ChangedRecord {
  return { name, version, arch, arches: [listed] };
}

function changedFields(before: PackageRecord, after: PackageRecord): readonly ChangedField[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(compareText);
  return fields.flatMap((field) => {
    const from = ownField(before, field);
    const to = ownField(after, field);
    if (isSameValue(from, to)) return [];
    return [{ field, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
  });
}

function isSameValue(a: FieldValue | undefined, b: FieldValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return formatCanonicalJson(a) === formatCanonicalJson(b);
}

function sorted({ added, removed, changed, content }: RecordChanges): RecordChanges {
  return {
    added: added.toSorted(compareRecords),
    removed: removed.toSorted(compareRecords),
    changed: changed.toSorted(
      (a, b) =>
        compareText(a.name, b.name) ||
        compareText(archesOf(a).join(','), archesOf(b).join(',')) ||
        compareText(a.from, b.from),
    ),
    content: content.toSorted(compareRecords),
  };
}
