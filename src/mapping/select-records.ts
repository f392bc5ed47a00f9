/**
 * Finds the records in a document by the ways that `records:` gives, with what each inherits from its parents. Of two ways that
 * lead to values of which one contains the other, the first one counts: `[architecture.<arch>, .]` takes the document itself
 * only where it has no architectures.
 */
import { isObject } from '../bytes/json.ts';
import { describeValue } from '../model/record-problems.ts';
import { closestWord } from '../text/closest-word.ts';
import type { RecordsPath } from './records-path.ts';
import { formatSteps, setField } from './value-path.ts';

/** Keys and positions that lead from a document to a value in it. */
export type Location = readonly (string | number)[];

/** A record that was found in a document. */
export interface SelectedRecord {
  readonly location: Location;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Fields of its parents: those of the nearest one come first. */
  readonly inherited: Readonly<Record<string, unknown>>;
  /** The objects that hold those fields, the nearest first. */
  readonly parents: readonly object[];
  /** Fields that the keys on the way give: `<name>` in a path. */
  readonly keys: Readonly<Record<string, string>>;
}

/** What is wrong with a way to records, which many documents may have in common. */
export interface WayFlaw {
  readonly message: string;
  /** The same for all documents with this flaw: the message without what was found. */
  readonly way: string;
}

/** Something on the way that is not what the way needs. */
export interface SelectionProblem extends WayFlaw {
  readonly location: Location;
}

/** What records inherit from where a search begins. */
export interface Surroundings {
  readonly inherited: Readonly<Record<string, unknown>>;
  readonly parents: readonly object[];
  readonly keys: Readonly<Record<string, string>>;
}

const noSurroundings: Surroundings = { inherited: {}, parents: [], keys: {} };

/** The records that were found, and the problems on the way. */
export interface Selected {
  readonly records: readonly SelectedRecord[];
  readonly problems: readonly SelectionProblem[];
}

/** The records in a document, or in each document of a list, in the order of the paths. */
export function selectRecords(document: unknown, paths: readonly RecordsPath[]): Selected {
  const search = startSearch(paths);
  const documents: readonly Place[] = Array.isArray(document)
    ? document.map((value: unknown, i) => ({ value, location: [i], ...noSurroundings }))
    : [{ value: document, location: [], ...noSurroundings }];
  for (const place of documents) {
    search.foundWay = false;
    for (const path of paths) follow(search, place, path, paths, 0);
    if (!search.foundWay) search.problems.push({ location: place.location, ...noWay(place.value, paths) });
  }
  return search;
}

/** The records in a part of a document: `paths` begin there. */
export function selectWithin(part: unknown, paths: readonly RecordsPath[], surroundings: Surroundings): Selected {
  const search = startSearch(paths);
  const place = { value: part, location: [], ...surroundings };
  for (const path of paths) follow(search, place, path, paths, 0);
  return search;
}

/** The record that is an item of the list at the end of paths. */
export function selectItem(item: unknown, paths: readonly RecordsPath[], surroundings: Surroundings): Selected {
  const search = startSearch(paths);
  for (const path of paths) take(search, { value: item, location: [], ...surroundings }, path);
  return search;
}

interface Search {
  readonly records: SelectedRecord[];
  readonly problems: SelectionProblem[];
  /** With one path no value is found twice. */
  readonly isOnlyWay: boolean;
  /** Locations of records, and of all that contain one. */
  readonly taken: Set<string>;
  readonly around: Set<string>;
  /** Whether any path leads somewhere in the current document, perhaps to an empty list. */
  foundWay: boolean;
}

function startSearch(paths: readonly RecordsPath[]): Search {
  const isOnlyWay = paths.length === 1;
  return { records: [], problems: [], isOnlyWay, taken: new Set(), around: new Set(), foundWay: false };
}

interface Place extends Surroundings {
  readonly value: unknown;
  readonly location: Location;
}

function follow(search: Search, place: Place, path: RecordsPath, all: readonly RecordsPath[], depth: number): void {
  const { value, location, inherited, parents, keys } = place;
  const step = path.steps[depth];
  if (step === undefined) {
    search.foundWay = true;
    if (!Array.isArray(value)) take(search, place, path);
    else
      for (const [i, item] of value.entries())
        take(search, { ...place, value: item, location: [...location, i] }, path);
    return;
  }
  // No value: nothing is there.
  if (value === null) return;
  const refuse = (expected: string): void => {
    search.problems.push({
      location,
      ...wayFlaw(`records \`${path.text}\`: expected ${expected}`, describeValue(value)),
    });
    search.foundWay = true;
  };
  if (step.kind === 'any' && Array.isArray(value)) {
    search.foundWay = true;
    for (const [i, item] of value.entries()) {
      follow(search, { ...place, value: item, location: [...location, i] }, path, all, depth + 1);
    }
    return;
  }
  if (!isObject(value)) {
    refuse(
      step.kind === 'any' ? 'a list or a map' : step.kind === 'entry' ? 'a map' : `a map with the key ${step.key}`,
    );
    return;
  }
  if (step.kind === 'key') {
    if (!Object.hasOwn(value, step.key)) return;
    const passed = { ...inherited };
    const ways = keysOnTheWay(all, path, depth);
    for (const [key, member] of Object.entries(value)) if (!ways.has(key)) setField(passed, key, member);
    const next = {
      value: value[step.key],
      location: [...location, step.key],
      inherited: passed,
      parents: [value, ...parents],
      keys,
    };
    follow(search, next, path, all, depth + 1);
    return;
  }
  search.foundWay = true;
  for (const [key, item] of Object.entries(value)) {
    const next = { ...place, ...(step.kind === 'entry' ? keyedBy(step.field, key, place) : {}) };
    follow(search, { ...next, value: item, location: [...location, key] }, path, all, depth + 1);
  }
}

/** The surroundings of an entry whose key gives a field: the key is nearer than a field of the same name further up. */
export function keyedBy(field: string, key: string, { inherited, parents, keys }: Surroundings): Surroundings {
  const { [field]: _, ...others } = inherited;
  return { inherited: Object.hasOwn(inherited, field) ? others : inherited, parents, keys: { ...keys, [field]: key } };
}

/** The keys by which any path goes on from where this one is. */
export function keysOnTheWay(paths: readonly RecordsPath[], path: RecordsPath, depth: number): ReadonlySet<string> {
  const start = JSON.stringify(path.steps.slice(0, depth));
  const onTheWay = paths.filter(({ steps }) => JSON.stringify(steps.slice(0, depth)) === start);
  return new Set(onTheWay.flatMap(({ steps: { [depth]: step } }) => (step?.kind === 'key' ? [step.key] : [])));
}

function take(search: Search, { value, location, inherited, parents, keys }: Place, path: RecordsPath): void {
  const own = search.isOnlyWay ? '' : nameOf(location);
  const above = search.isOnlyWay ? [] : location.map((_, length) => nameOf(location.slice(0, length)));
  if (search.taken.has(own) || search.around.has(own) || above.some((name) => search.taken.has(name))) return;
  if (!isObject(value)) {
    search.problems.push({ location, ...wayFlaw(`records \`${path.text}\`: expected a record`, describeValue(value)) });
    return;
  }
  if (!search.isOnlyWay) search.taken.add(own);
  for (const name of above) search.around.add(name);
  search.records.push({ location, fields: value, inherited, parents, keys });
}

function nameOf(location: Location): string {
  return JSON.stringify(location);
}

function wayFlaw(way: string, found: string): WayFlaw {
  return { message: `${way}, found ${found}`, way };
}

/** The problem of a document in which no path leads anywhere. */
export function noWay(value: unknown, paths: readonly RecordsPath[]): WayFlaw {
  const wanted = paths.map(({ text }) => `\`${text}\``).join(' or ');
  const found = isObject(value) ? `a map with ${listOfKeys(value)}` : describeValue(value);
  return wayFlaw(`records: expected ${wanted}`, `${found}${isObject(value) ? closestWay(value, paths) : ''}`);
}

/** The end of a message: a way whose first step is almost a key of the document. */
function closestWay(value: Readonly<Record<string, unknown>>, paths: readonly RecordsPath[]): string {
  for (const { text, steps } of paths) {
    const [first] = steps;
    // Any short word is close to any other.
    if (first?.kind !== 'key' || first.key.length < 3) continue;
    const meant = closestWord(first.key, Object.keys(value));
    const written = formatSteps([first.key]);
    if (meant === undefined || !text.startsWith(written)) continue;
    return `; did you mean \`${formatSteps([meant])}${text.slice(written.length)}\`?`;
  }
  return '';
}

const SHOWN_KEYS = 5;

function listOfKeys(value: Readonly<Record<string, unknown>>): string {
  const keys = Object.keys(value);
  if (keys.length === 0) return 'nothing in it';
  const shown = keys.slice(0, SHOWN_KEYS).map((key) => formatSteps([key]));
  return `${shown.join(', ')}${keys.length > SHOWN_KEYS ? ` and ${keys.length - SHOWN_KEYS} more` : ''}`;
}
