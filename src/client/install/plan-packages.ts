/**
 * What an installation would download: for each package the whole file, or a package delta from the installed version if one
 * exists.
 */
import { isObject } from '../../bytes/json.ts';
import { defined } from '../../model/defined.ts';
import { isDigest } from '../../model/digest.ts';
import type { FieldValue, PackageRecord } from '../../model/record.ts';
import type { VersionComparison } from '../../model/versions/version-order.ts';
import type { Details } from '../details.ts';
import type { Size } from '../size.ts';

/** A delta between two versions of a package, as listed by its publisher in `packageDeltas`. */
export interface PackageDelta {
  /** The version that must be installed. */
  readonly from: string;
  readonly size: number;
  readonly sha256?: string;
  readonly path?: string;
  readonly url?: string;
}

/** The cost of one package. */
export interface PackagePlan {
  readonly name: string;
  readonly version: string;
  readonly arch: string | readonly string[];
  readonly installed?: string;
  /** `keep`: this version or a newer one is installed. */
  readonly action: 'install' | 'upgrade' | 'keep';
  /** Bytes of the whole package, or 0 to keep it. */
  readonly full: Size;
  /** Bytes with a package delta if one is suitable; otherwise the same as `full`. */
  readonly withDelta: Size;
  readonly delta?: PackageDelta;
}

/** What planning a package needs. */
export interface PackageOptions {
  readonly installed: string | undefined;
  /** The order of versions. */
  readonly compare: VersionComparison;
  /** Resolves to the details of the record; undefined if they cannot be fetched. */
  readonly fetchDetails: (record: PackageRecord) => Promise<Details | undefined>;
}

/** Plans one package. */
export async function planPackage(
  record: PackageRecord,
  { installed, compare, fetchDetails }: PackageOptions,
): Promise<PackagePlan> {
  const { name, version, arch } = record;
  const base = defined({ name, version, arch, installed });
  if (installed === undefined) {
    const full = sizeOf(record.size);
    return { ...base, action: 'install', full, withDelta: full };
  }
  if (compare(installed, version) >= 0) return { ...base, action: 'keep', full: 0, withDelta: 0 };
  const full = sizeOf(record.size);
  const details = record.packageDeltas === undefined ? await fetchDetails(record) : record;
  if (details === undefined) return { ...base, action: 'upgrade', full, withDelta: 'unknown' };
  const delta = chooseDelta(details.packageDeltas, installed, full);
  if (delta === undefined) return { ...base, action: 'upgrade', full, withDelta: full };
  return { ...base, action: 'upgrade', full, withDelta: delta.size, delta };
}

function sizeOf(value: FieldValue | undefined): Size {
  return isSize(value) ? value : 'unknown';
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

// The smallest delta from the installed version, if it is smaller than the package.
function chooseDelta(listed: unknown, installed: string, full: Size): PackageDelta | undefined {
  const deltas = Array.isArray(listed) ? listed.flatMap(parseDelta) : [];
  return deltas
    .filter(({ from, size }) => from === installed && (full === 'unknown' || size < full))
    .sort((a, b) => a.size - b.size)[0];
}

// Publishers may put anything into details: whatever is not a delta is ignored.
function parseDelta(value: unknown): readonly PackageDelta[] {
  if (!isObject(value)) return [];
  const { from, size, sha256, path, url } = value;
  if (typeof from !== 'string' || !isSize(size)) return [];
  return [
    defined({
      from,
      size,
      sha256: isDigest(sha256) ? sha256 : undefined,
      path: typeof path === 'string' ? path : undefined,
      url: typeof url === 'string' ? url : undefined,
    }),
  ];
}
