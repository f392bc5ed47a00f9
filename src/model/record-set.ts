/**
 * All records of a repository, each once, with the architectures that list it. The same record twice is accepted once;
 * one name, version and arch with two contents is a conflict wherever both would stand in one summary.
 */
import type { Problem } from '../errors.ts';
import { formatCanonicalJson } from './canonical-json.ts';
import { compareText } from './order.ts';
import { archesOf, compareRecords, type FieldValue, type PackageRecord, recordKey } from './record.ts';

/** Where a record was read. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** A record and who lists it. */
export interface Listing {
  readonly record: PackageRecord;
  /** The architectures that list it, as paths told; empty where none told: then the record's own arch decides. */
  readonly listedBy: ReadonlySet<string>;
  readonly place: Place;
}

/** Collects records. `add` returns a problem instead of a record that contradicts an earlier one. */
export class RecordSet {
  private readonly listings = new Map<string, MutableListing[]>();
  private readonly listers = new Map<string, ReadonlySet<string>>();

  /** How many names, versions and arches there are. */
  get size(): number {
    return this.listings.size;
  }

  /** Adds a record that `listedBy` lists (an architecture), or that no path assigns to one. */
  add(record: PackageRecord, listedBy: string | undefined, place: Place): Problem | undefined {
    const key = recordKey(record);
    const listers = listedBy === undefined ? nobody : this.with(nobody, listedBy);
    const known = this.listings.get(key);
    if (known === undefined) {
      this.listings.set(key, [{ record, listedBy: listers, place }]);
      return undefined;
    }
    const same = known.find((listing) => isSame(listing.record, record));
    const other = known.find((listing) => listing !== same && overlaps(listing, listedBy));
    if (other !== undefined) return conflict(record, place, other.place);
    if (same === undefined) known.push({ record, listedBy: listers, place });
    else if (listedBy === undefined) same.listedBy = nobody;
    else if (same.listedBy.size > 0) same.listedBy = this.with(same.listedBy, listedBy);
    return undefined;
  }

  // Many records have the same few listers: each combination is one set.
  private with(listers: ReadonlySet<string>, arch: string): ReadonlySet<string> {
    if (listers.has(arch)) return listers;
    const all = [...listers, arch].sort(compareText);
    const key = all.join('\0');
    const known = this.listers.get(key);
    if (known !== undefined) return known;
    const combined = new Set(all);
    this.listers.set(key, combined);
    return combined;
  }

  /** All listings in the total order of records, whatever order they came in. */
  sorted(): readonly Listing[] {
    const all = [...this.listings.values()].flat();
    return all.sort((a, b) => compareRecords(a.record, b.record) || compareListers(a, b));
  }
}

interface MutableListing extends Omit<Listing, 'listedBy'> {
  listedBy: ReadonlySet<string>;
}

const nobody: ReadonlySet<string> = new Set();

function overlaps(listing: Listing, listedBy: string | undefined): boolean {
  return listing.listedBy.size === 0 || listedBy === undefined || listing.listedBy.has(listedBy);
}

function compareListers(a: Listing, b: Listing): number {
  return compareText([...a.listedBy].join(','), [...b.listedBy].join(','));
}

function conflict(record: PackageRecord, place: Place, earlier: Place): Problem {
  const what = `${record.name} ${record.version} (${archesOf(record).join(', ')})`;
  return { ...place, message: `${what} stands at ${earlier.file}:${earlier.line} too, with another content` };
}

function isSame(a: PackageRecord, b: PackageRecord): boolean {
  const fields = Object.keys(a);
  return fields.length === Object.keys(b).length && fields.every((field) => isSameValue(a[field], b[field]));
}

function isSameValue(a: FieldValue | undefined, b: FieldValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, i) => isSameValue(item, b[i]));
  return formatCanonicalJson(a) === formatCanonicalJson(b);
}

function isList(value: FieldValue): value is readonly FieldValue[] {
  return Array.isArray(value);
}
