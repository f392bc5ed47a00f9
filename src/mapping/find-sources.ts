/**
 * Finds the values that the sources of `fields:` have in a record. A value that a path leads to moves: it is not in the record a
 * second time.
 */
import { isObject } from '../bytes/json.ts';
import type { FieldSource } from './field-source.ts';
import { asText, lookUpFor, type PathFacts, type SourceRecord } from './source-record.ts';
import { without } from './value-path.ts';

/** A line of `fields:`. */
export interface SourceRule {
  readonly field: string;
  /** As it was written. */
  readonly text: string;
  readonly source: FieldSource;
  /** Whether `only:` and `omit:` leave it in. */
  readonly isKept: boolean;
}

/** What the sources of fields give for one record. */
export interface FoundSources {
  readonly made: readonly (readonly [SourceRule, unknown])[];
  /** The fields whose whole value moves. */
  readonly moved: ReadonlySet<string>;
  /** The record without the values that move from inside a field. */
  readonly rest: Readonly<Record<string, unknown>>;
}

/** A mapping without sources. */
export const noSources: Omit<FoundSources, 'rest'> = { made: [], moved: new Set() };

/** Finds the value of each source that has one. `whole`: the record with what it inherits. */
export function findSources(
  rules: readonly SourceRule[],
  whole: Readonly<Record<string, unknown>>,
  source: SourceRecord,
  path: PathFacts,
): FoundSources {
  const lookUp = lookUpFor(whole, source, path);
  const made: (readonly [SourceRule, unknown])[] = [];
  const moved = new Set<string>();
  const movedFromInside: (readonly string[])[] = [];
  for (const rule of rules) {
    const found = rule.source.find(lookUp);
    if (found === undefined) continue;
    const { moves } = found;
    made.push([rule, moves === undefined ? found.value : asText(rule.field, found.value, moves, whole, source)]);
    if (moves?.length === 1) moved.add(moves[0] ?? '');
    else if (moves !== undefined) movedFromInside.push(moves);
  }
  return { made, moved, rest: movedFromInside.sort(lastItemFirst).reduce(removeAt, whole) };
}

/** The order in which items can be removed from a list: each keeps its position until it is its turn. */
function lastItemFirst(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((step, i) => step !== b[i]);
  return Number(b[at]) - Number(a[at]) || 0;
}

function removeAt(
  fields: Readonly<Record<string, unknown>>,
  steps: readonly string[],
): Readonly<Record<string, unknown>> {
  const left = without(fields, steps);
  return isObject(left) ? left : {};
}
