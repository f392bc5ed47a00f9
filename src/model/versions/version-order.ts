/**
 * Orders of versions: what a repository may declare, and what it means to have one. FORMAT.md, section "Version order".
 */

/** The orders by their names in `repomill.yaml` and in the index. The first is that of repositories that declare none. */
export const versionOrderNames = ['debian', 'semver', 'pep440', 'rpm', 'loose'] as const;

/** The name of an order. */
export type VersionOrderName = (typeof versionOrderNames)[number];

/** The order of repositories that declare none. */
export const DEFAULT_VERSION_ORDER: VersionOrderName = 'debian';

/** Compares two versions: negative, zero or positive. Zero does not mean equal texts. */
export type VersionComparison = (a: string, b: string) => number;

/** An order of versions. */
export interface VersionOrder {
  /** Compares any two texts, even invalid versions: those come before all valid ones. */
  readonly compare: VersionComparison;
  /** Whether the order has a place of its own for a version. */
  isValid(version: string): boolean;
}

/** Whether a text is the name of an order. */
export function isVersionOrderName(text: string): text is VersionOrderName {
  return versionOrderNames.some((name) => name === text);
}
