/**
 * Compiles subset rules into tests of records: by query, or by the records' tags.
 */
import { defined } from '../model/defined.ts';
import type { PackageRecord } from '../model/record.ts';
import { compileQuery } from '../query/match-query.ts';
import { formatQuery } from '../query/query.ts';
import type { SubsetRule } from './config.ts';

/** A subset, and a test for the records in it. */
export interface SubsetTest {
  readonly name: string;
  /** Its query in normal form, if it has one. */
  readonly where?: string;
  matches(record: PackageRecord): boolean;
}

/** One test for each subset. */
export function compileSubsets(rules: readonly SubsetRule[]): readonly SubsetTest[] {
  return rules.map(({ name, where }) => ({
    name,
    ...defined({ where: where && formatQuery(where) }),
    matches: where === undefined ? (record) => isTagged(record.subsets, name) : compileQuery(where),
  }));
}

function isTagged(subsets: unknown, name: string): boolean {
  return Array.isArray(subsets) && subsets.includes(name);
}
