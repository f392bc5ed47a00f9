/**
 * The line of `fields:` that would help against a problem of records, for hints.
 */
import { isObject } from '../bytes/json.ts';
import { listFields, missingFields, textFields } from '../model/parse-record.ts';
import { guessSources } from './guess-source.ts';
import { formatSteps, splitSteps } from './value-path.ts';

/** A line of `fields:`. */
export interface Remedy {
  readonly field: string;
  readonly source: string;
  /** The field whose line it replaces, if there is one: its value does not fit. */
  readonly replaces?: string;
  /**
   * Who needs it: `all` records with the problem, which is no mistake in one of them; even a `few`, if the mistake cannot be
   * mended; only `many`, because a few have mistakes.
   */
  readonly helps: 'all' | 'few' | 'many';
  /** A second line that belongs to it. */
  readonly also?: Remedy;
}

/** Gives a field of a record a name of its own, because another value has the name. What is called `name` is often a title. */
export function giveOwnName(field: string, record: object, helps: Remedy['helps']): Remedy {
  const isTitle = field === 'name' && !Object.hasOwn(record, 'title');
  return { field: isTitle ? 'title' : `their-${field}`, source: formatSteps([field]), helps };
}

/** Another field that can be the name of a record whose `name` cannot, and is probably a title. */
export function nameInstead(record: Readonly<Record<string, unknown>>): Remedy | undefined {
  const words = Object.entries(record).flatMap(([field, value]) =>
    typeof value === 'string' && /^[^\s/\\]+$/.test(value) ? [formatSteps([field])] : [],
  );
  const source = guessSources('name', words).find((path) => path !== 'name');
  if (source === undefined || !Object.hasOwn(record, 'name')) return undefined;
  return { field: 'name', source, replaces: 'name', helps: 'few', also: giveOwnName('name', record, 'few') };
}

const identity: readonly string[] = missingFields({});

/**
 * Makes use of a value that does not fit. Undefined: only another value would help.
 *
 * @param field - the field that has it
 * @param source - the path that it was found at
 */
export function remedyFor(field: string, value: unknown, source: string): Remedy | undefined {
  if ((typeof value === 'number' || typeof value === 'boolean') && textFields.includes(field)) {
    return { field, source: `{${source}}`, replaces: field, helps: 'few' };
  }
  // A template that reads several fields has no path of its own.
  if (source.includes('{')) return undefined;
  const isListOfTexts = Array.isArray(value) && listFields.includes(field) && !value.some(isContainer);
  const helps = isContainer(value) && !isListOfTexts ? 'all' : 'many';
  if (!identity.includes(field)) return { field: `their-${lastName(source)}`, source, replaces: field, helps };
  if (isListOfTexts) return undefined;
  const [key] = isObject(value) || Array.isArray(value) ? (Object.entries(value).find(isText) ?? []) : [];
  return key === undefined ? undefined : { field, source: `${source}.${formatSteps([key])}`, replaces: field, helps };
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isText([, value]: readonly [string, unknown]): boolean {
  return typeof value === 'string' && value !== '';
}

/** The last step that is a name, and not a position in a list. */
function lastName(source: string): string {
  const names = splitSteps(source, 'path').map(({ text }) => text);
  return names.findLast((name) => !/^(?:\d+|\*)$/.test(name)) ?? source;
}
