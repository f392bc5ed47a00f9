/**
 * Sizes of downloads. A size that is not published is unknown, never 0.
 */

/** Bytes, or `unknown`. */
export type Size = number | 'unknown';

/** A sum of sizes. */
export interface Total {
  /** Sum of the known sizes. */
  readonly bytes: number;
  /** Number of unknown sizes. */
  readonly unknown: number;
}

/** Adds up sizes. */
export function totalOf(sizes: readonly Size[]): Total {
  let bytes = 0;
  let unknown = 0;
  for (const size of sizes) {
    if (size === 'unknown') unknown++;
    else bytes += size;
  }
  return { bytes, unknown };
}

/** The sum of two totals. */
export function addTotals(a: Total, b: Total): Total {
  return { bytes: a.bytes + b.bytes, unknown: a.unknown + b.unknown };
}
