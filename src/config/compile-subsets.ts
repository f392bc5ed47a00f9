/**
 * Compiles subset rules into tests of records: by query, or by the records' tags.
 */
import { defined } from '../model/defined.ts';
import type { PackageRecord } from '../model/record.ts';
import type { VersionComparison } from '../model/versions/version-order.ts';
import { compileQuery } from '../query/match-query.ts';
import { formatQuery } from '../query/query.ts';
import type { SubsetRule } from './config.ts';

/** A subset as it is described to clients. */
export interface SubsetDescription {
  readonly name: string;
  /** Its query in normal form, if it has one. */
  readonly where?: string;
}

/** A test for the records in a subset. */
export interface SubsetTest {
  matches(record: PackageRecord): boolean;
}

/** Describes subsets. */
export function describeSubsets(rules: readonly SubsetRule[]): readonly SubsetDescription[] {
  return rules.map(({ name, where }) => ({ name, ...defined({ where: where && formatQuery(where) }) }));
}

/**
 * One test for each subset.
 *
 * @param compare - the order of versions
 */
export function compileSubsets(rules: readonly SubsetRule[], compare: VersionComparison): readonly SubsetTest[] {
  return rules.map(({ name, where }) => ({
    matches: where === undefined ? (record) => isTagged(record.subsets, name) : compileQuery(where, compare),
  }));
}

function isTagged(subsets: unknown, name: string): boolean {
  return Array.isArray(subsets) && subsets.includes(name);
}
