/**
 * Numbers as a query writes them: decimal, with a unit of bytes if need be.
 */

const KiB = 1024;

const units: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
  ['tb', 1e12],
  ['kib', KiB],
  ['mib', KiB ** 2],
  ['gib', KiB ** 3],
  ['tib', KiB ** 4],
]);

const pattern = /^(-?\d+(?:\.\d+)?)([a-z]*)$/i;

/** The number that a text such as `12`, `-0.5`, `10MB` (10,000,000) or `4KiB` (4,096) stands for, if it is one. */
export function parseQuantity(text: string): number | undefined {
  const [, digits, unit] = pattern.exec(text) ?? [];
  const factor = unit === undefined ? undefined : units.get(unit.toLowerCase());
  return factor === undefined ? undefined : Number(digits) * factor;
}
