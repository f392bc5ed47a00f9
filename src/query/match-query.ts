/**
 * Applies a query: compiles it once, then tests every record. Any query gives an answer for any record; nothing throws.
 */
import { isObject } from '../bytes/json.ts';
import { compareText } from '../model/order.ts';
import { compareVersions } from '../model/versions/debian.ts';
import type { VersionComparison } from '../model/versions/version-order.ts';
import { compileGlob } from './glob.ts';
import type { FieldPath, Query, QueryOperator } from './query.ts';

/**
 * Compiles a query into a test of records.
 *
 * @param compare - the order of versions, by default that of Debian
 * @example
 * const isSmall = compileQuery(parseQuery('size < 1MB'));
 * const small = records.filter(isSmall);
 */
export function compileQuery(query: Query, compare: VersionComparison = compareVersions): (record: object) => boolean {
  switch (query.kind) {
    case 'and': {
      const parts = query.parts.map((part) => compileQuery(part, compare));
      return (record) => parts.every((holds) => holds(record));
    }
    case 'or': {
      const parts = query.parts.map((part) => compileQuery(part, compare));
      return (record) => parts.some((holds) => holds(record));
    }
    case 'not': {
      const holds = compileQuery(query.part, compare);
      return (record) => !holds(record);
    }
    case 'has':
      return (record) => someValue(record, query.field, 0, () => true);
    case 'compare': {
      const { field, operator, value } = query;
      if (operator === '!=') return compileQuery({ kind: 'not', part: { ...query, operator: '=' } }, compare);
      const holds = compileComparison(field, operator, value, compare);
      return (record) => someValue(record, field, 0, holds);
    }
  }
}

// Whether the test holds for a value at the path. Lists are searched element by element; null counts as no value.
function someValue(value: unknown, path: FieldPath, depth: number, holds: (value: unknown) => boolean): boolean {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value)) return value.some((element) => someValue(element, path, depth, holds));
  const name = path[depth];
  if (name === undefined) return holds(value);
  return isObject(value) && Object.hasOwn(value, name) && someValue(value[name], path, depth + 1, holds);
}

function compileComparison(
  field: FieldPath,
  operator: Exclude<QueryOperator, '!='>,
  wanted: string,
  compare: VersionComparison,
): (value: unknown) => boolean {
  const ordered = (holds: (sign: number) => boolean): ((value: unknown) => boolean) =>
    isVersion(field)
      ? (value) => typeof value === 'string' && holds(compare(value, wanted))
      : compileOrder(wanted, holds);
  switch (operator) {
    case '=':
      return compileEqual(wanted);
    case '~': {
      const matches = compileGlob(wanted);
      return (value) => typeof value !== 'object' && matches(String(value));
    }
    case '<':
      return ordered((sign) => sign < 0);
    case '<=':
      return ordered((sign) => sign <= 0);
    case '>':
      return ordered((sign) => sign > 0);
    case '>=':
      return ordered((sign) => sign >= 0);
  }
}

function compileEqual(wanted: string): (value: unknown) => boolean {
  const quantity = parseQuantity(wanted);
  return (value) => {
    if (typeof value === 'number') return value === quantity;
    return typeof value !== 'object' && String(value) === wanted;
  };
}

function isVersion(field: FieldPath): boolean {
  return field.length === 1 && field[0] === 'version';
}

// Readers of text formats keep numbers in unknown fields as text. Numbers of up to 15 digits are exact.
const DIGITS = /^\d{1,15}$/;

function compileOrder(wanted: string, holds: (sign: number) => boolean): (value: unknown) => boolean {
  const quantity = parseQuantity(wanted);
  return (value) => {
    if (typeof value === 'number') return quantity !== undefined && holds(value - quantity);
    if (typeof value !== 'string') return false;
    return quantity !== undefined && DIGITS.test(value)
      ? holds(Number(value) - quantity)
      : holds(compareText(value, wanted));
  };
}

const KiB = 1024;

/** The factor of each unit, in lower case. */
const UNITS: ReadonlyMap<string, number> = new Map([
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

const QUANTITY = /^(-?\d+(?:\.\d+)?)([a-z]*)$/i;

/** The number in a text such as `12`, `-0.5`, `10MB` (10,000,000) or `4KiB` (4,096); undefined if it is not one. */
export function parseQuantity(text: string): number | undefined {
  const [, digits, unit] = QUANTITY.exec(text) ?? [];
  const factor = unit === undefined ? undefined : UNITS.get(unit.toLowerCase());
  return factor === undefined ? undefined : Number(digits) * factor;
}
