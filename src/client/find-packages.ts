/**
 * Finds a package by name. FORMAT.md, section "Buckets": opens at most two buckets of each summary.
 */
import type { Bucket } from '../layouts/native/format/bucket.ts';
import { bucketsFor } from '../layouts/native/format/summary.ts';
import { compareRecords, type PackageRecord } from '../model/record.ts';
import type { VersionComparison } from '../model/versions/version-order.ts';
import type { Summary } from './summaries/open-summary.ts';
import { visitBuckets } from './summaries/visit-buckets.ts';

/** A record found by name. */
export interface FoundPackage {
  readonly record: PackageRecord;
  /** Architectures of the summaries that list it. */
  readonly arches: readonly string[];
}

/** How to find packages. */
export interface FindOptions {
  /** The order of versions. */
  readonly compare: VersionComparison;
  readonly signal: AbortSignal | undefined;
}

/** Every record with this name, newest version first. A record in several summaries is returned once. */
export async function findPackages(
  name: string,
  summaries: readonly Summary[],
  options: FindOptions,
): Promise<readonly FoundPackage[]> {
  return (await findAllPackages([name], summaries, options)).get(name) ?? [];
}

/** The same for many names, by name; without those that no record has. A bucket is opened once, however many of them are in it. */
export async function findAllPackages(
  names: readonly string[],
  summaries: readonly Summary[],
  { compare, signal }: FindOptions,
): Promise<ReadonlyMap<string, readonly FoundPackage[]>> {
  const wanted = new Set(names);
  const positions = new Map(
    summaries.map((summary) => {
      const ofNames = names.flatMap((name) => bucketsFor(name, summary.header));
      return [summary, [...new Set(ofNames.map(({ position }) => position))].sort((a, b) => a - b)];
    }),
  );
  const positionsOf = (summary: Summary): readonly number[] => positions.get(summary) ?? [];
  const inBucket = await visitBuckets(summaries, positionsOf, (bucket) => namedRecords(wanted, bucket), signal);
  const found = new Map<string, { record: PackageRecord; arches: Set<string> }>();
  for (const summary of summaries) {
    const digests = positionsOf(summary).flatMap((position) => summary.header.buckets[position]?.sha256 ?? []);
    for (const record of digests.flatMap((sha256) => inBucket.get(sha256) ?? [])) {
      // Columns are sorted by field name, so equal records give equal texts.
      const key = JSON.stringify(record);
      const known = found.get(key);
      if (known === undefined) found.set(key, { record, arches: new Set([summary.entry.arch]) });
      else known.arches.add(summary.entry.arch);
    }
  }
  const sorted = [...found.values()]
    .map(({ record, arches }) => ({ record, arches: [...arches] }))
    .sort((a, b) => compare(b.record.version, a.record.version) || compareRecords(a.record, b.record));
  const byName = new Map<string, FoundPackage[]>();
  for (const one of sorted) {
    const group = byName.get(one.record.name);
    if (group === undefined) byName.set(one.record.name, [one]);
    else group.push(one);
  }
  return byName;
}

function namedRecords(wanted: ReadonlySet<string>, bucket: Bucket): readonly PackageRecord[] {
  const names = bucket.column('name') ?? [];
  return names.flatMap((found, position) =>
    typeof found === 'string' && wanted.has(found) ? [bucket.record(position)] : [],
  );
}
