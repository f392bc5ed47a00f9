/**
 * Guesses where the records of unknown documents may be: the ways to all maps in them. A map whose keys are names, versions or
 * architectures is a step of the way; one whose keys are fields may be a record. Which way is right, `guess-mapping.ts` decides.
 */
import { isObject } from '../bytes/json.ts';
import { looksLikeArch, looksLikeVersion } from './guess-values.ts';
import { formatSteps } from './value-path.ts';

/** A way to maps in a document, as `records:` has it. */
export interface GuessedWay {
  /** Undefined: each document is a record, or a list of records. */
  readonly path: string | undefined;
  readonly depth: number;
  /** How many maps are there. */
  readonly count: number;
}

/** How deep records are looked for. */
const MAX_DEPTH = 7;

/** The most fields of a record. */
const MAX_FIELDS = 250;

/** Members of a map that are compared. */
const COMPARED = 20;

/** The share of two maps' keys that maps of one kind have in common. */
const ALIKE = 0.5;

/** The step for the keys of a map that are neither versions nor architectures. */
export const NAME_STEP = '<name>';

/** All ways, the shortest first. A key of a map that may be a name is the field `name`. */
export function guessWays(documents: readonly unknown[]): readonly GuessedWay[] {
  const found = new Map<string, GuessedWay>();
  const roots = documents.flatMap((value) => (Array.isArray(value) ? (value as readonly unknown[]) : [value]));
  explore(roots, [], found);
  return [...found.values()].sort((a, b) => a.depth - b.depth || b.count - a.count);
}

/** Follows all values at one place of all documents together, so that a map with one key here and another there is one. */
function explore(values: readonly unknown[], steps: readonly string[], found: Map<string, GuessedWay>): void {
  if (steps.length > MAX_DEPTH) return;
  const lists = values.filter((value): value is readonly unknown[] => Array.isArray(value));
  if (lists.length > 0 && steps.length > 0) explore(lists.flat(), [...steps, '*'], found);
  const maps = values.filter(isObject);
  if (maps.length === 0) return;
  const step = entryStep(maps, steps);
  if (step !== undefined) {
    explore(
      maps.flatMap((map) => Object.values(map)),
      [...steps, step],
      found,
    );
    return;
  }
  const path = steps.length === 0 ? undefined : steps.join('.');
  found.set(path ?? '', { path, depth: steps.length, count: maps.length });
  const keys = new Set(maps.flatMap((map) => Object.keys(map)));
  if (keys.size > MAX_FIELDS) return;
  for (const key of keys) {
    const members = maps.flatMap((map) => (Object.hasOwn(map, key) ? [map[key]] : []));
    explore(members, [...steps, formatSteps([key])], found);
  }
}

type JsonMap = Readonly<Record<string, unknown>>;

/** How to go on from maps whose keys differ from document to document; undefined if their keys are names of fields. */
function entryStep(maps: readonly JsonMap[], steps: readonly string[]): string | undefined {
  const entries = maps.flatMap((map) => Object.entries(map));
  if (entries.length === 0) return undefined;
  const areLists = entries.every(([, value]) => Array.isArray(value));
  if (!areLists && !entries.every(([, value]) => isObject(value))) return undefined;
  const keys = [...new Set(entries.map(([key]) => key))];
  if (keys.length > MAX_FIELDS) return freeStep(NAME_STEP, steps);
  if (keys.every(looksLikeVersion)) return freeStep('<version>', steps);
  if (keys.every(looksLikeArch)) return freeStep('<arch>', steps);
  return haveOwnKeys(maps, entries, keys) ? freeStep(NAME_STEP, steps) : undefined;
}

/** A field can be the key of one map only. */
function freeStep(step: string, steps: readonly string[]): string {
  return steps.includes(step) ? '*' : step;
}

function haveOwnKeys(
  maps: readonly JsonMap[],
  entries: readonly (readonly [string, unknown])[],
  keys: readonly string[],
): boolean {
  const [only = ''] = keys;
  if (keys.length === 1) return /[/@:.\d]/.test(only);
  // Fields are the same in all maps of a kind.
  const common = keys.filter((key) => maps.filter((map) => Object.hasOwn(map, key)).length > maps.length / 2);
  if (maps.length > 1 && common.length >= keys.length / 2) return false;
  if (keys.every((key) => /[/@]/.test(key))) return true;
  const shapes = entries.slice(0, COMPARED).flatMap(([, value]) => shapeOf(value) ?? []);
  const [first, ...others] = shapes.map(withoutVersions);
  if (first === undefined) return false;
  return others.length > 0 && others.filter((shape) => likeness(first, shape) >= ALIKE).length >= others.length / 2;
}

/** Maps of versions have the same shape, whatever the versions are. */
function withoutVersions(shape: ReadonlySet<string>): ReadonlySet<string> {
  return [...shape].every(looksLikeVersion) ? new Set(['<version>']) : shape;
}

/** The keys of a map, or of the first map of a list. */
export function shapeOf(value: unknown): ReadonlySet<string> | undefined {
  const map: unknown = Array.isArray(value) ? value.find(isObject) : value;
  return isObject(map) && Object.keys(map).length > 0 ? new Set(Object.keys(map)) : undefined;
}

/** The share of keys that two maps have in common. */
export function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = [...a].filter((key) => b.has(key)).length;
  return common / Math.max(1, a.size + b.size - common);
}
