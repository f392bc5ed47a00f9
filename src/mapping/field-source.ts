/**
 * The source of a field: where its value comes from. A dotted path moves the value, as in `download.sha256`; a template makes a
 * text, as in `{name}-{version}`. Both know alternatives and filters: `hash.0|hash:sha256` is the first of two paths that has a
 * SHA-256, `{version}-{build} | {version}` the first of two templates that has its values.
 */
import { isObject } from '../bytes/json.ts';
import { ALL } from '../model/record.ts';
import { type Filter, filterHelp, parseTemplate, pathFilters, type TemplateLanguage } from '../model/template.ts';
import { quote } from '../text/printable.ts';
import { splitOutsideQuotes, type TextPart } from '../text/split-text.ts';
import { pathRefusal, splitSteps, valueAt } from './value-path.ts';

/** Looks into a record, its parents, and what its file's path gives. */
export interface LookUp {
  /** The value at the end of a path; undefined if there is none. */
  value(steps: readonly string[]): unknown;
  /** The number there as the file writes it, where texts look like numbers; undefined if there is none. */
  text(steps: readonly string[]): string | undefined;
}

/** A value that was found. */
export interface FoundValue {
  readonly value: unknown;
  /** What it was found at or made of, as it was written: the one of several paths, or the template. */
  readonly name: string;
  /** The path from which the value moves. */
  readonly moves?: readonly string[];
}

/** A parsed source. */
export interface FieldSource {
  /** The paths that it reads, as they were written. */
  readonly names: readonly string[];
  find(lookUp: LookUp): FoundValue | undefined;
  /** Whether it reads a field of this name, which it then replaces. */
  reads(field: string): boolean;
  /** Whether it takes the whole value of this field only if that is of some kind. */
  filters?(field: string): boolean;
}

/** Changes a value; undefined if it is not of the kind that the filter is for. */
type ValueFilter = (value: unknown) => unknown;

/** The filters that turn one text into another, besides those of path rules. */
const textFilters: TemplateLanguage['filters'] = {
  ...pathFilters,
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  /** The last segment of a path, or of a URL without its query and fragment. */
  file: (text) => {
    const path = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text.replace(/[?#].*$/s, '') : text;
    return path.slice(path.lastIndexOf('/') + 1);
  },
  /** Without slashes at the start. */
  relative: (text) => text.replace(/^\/+/, ''),
  /** With `-` in place of slashes, which names cannot have. */
  noslash: (text) => text.replaceAll('/', '-'),
  /** Only a number above zero. */
  positive: (text) => (/^0*[1-9][0-9]*$/.test(text) ? text : undefined),
  /** The word for packages of every architecture. */
  arch: (text) => (/^(?:noarch|any|all|none|independent|neutral|\*)$/i.test(text) ? ALL : text),
};

/** The filters that let a value through or not. */
const choiceFilters: Readonly<Record<string, ValueFilter>> = {
  text: (value) => (typeof value === 'string' ? value : undefined),
  list: (value) => (Array.isArray(value) ? value : undefined),
  map: (value) => (isObject(value) ? value : undefined),
  sha256: (value) =>
    typeof value === 'string' && /^\s*(?:sha-?256[:-])?[0-9a-f]{64}\s*$/i.test(value) ? value : undefined,
  url: (value) => (typeof value === 'string' && /^https?:\/\/[^/\s]/i.test(value) ? value : undefined),
  path: (value) => (typeof value === 'string' && !/^[a-z][a-z0-9+.-]*:/i.test(value) ? value : undefined),
};

const filters = new Map<string, ValueFilter>([
  ...Object.entries(choiceFilters),
  ...Object.entries(textFilters).map(([name, filter]) => [name, (value: unknown) => mapTexts(value, filter)] as const),
  ['arch', (value) => withoutOthers(mapTexts(value, textFilters.arch))],
]);

function mapTexts(value: unknown, filter: Filter = (text) => text): unknown {
  if (typeof value === 'string') return filter(value);
  return Array.isArray(value) ? value.flatMap((item: unknown) => mapTexts(item, filter) ?? []) : undefined;
}

/** What is for every architecture is for all others, too. An empty list says nothing. */
function withoutOthers(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.includes(ALL) ? ALL : value.length === 0 ? undefined : value;
}

const forPaths = 'it is for dotted paths, which have no braces';

const language: TemplateLanguage = {
  name: 'template',
  filters: textFilters,
  otherFilters: new Map(Object.keys(choiceFilters).map((name) => [name, forPaths])),
  hasQuotes: true,
};

/**
 * Parses the source of a field.
 *
 * @throws RepomillError (usage)
 */
export function parseFieldSource(text: string): FieldSource {
  if (!/[{}]/.test(text)) return pathSource(text);
  const [first = text, ...others] = text.split(/ +\| +(?![^{}]*\})/);
  return others.length === 0 ? templateSource(text) : firstOf([first, ...others].map(templateSource));
}

function firstOf(sources: readonly FieldSource[]): FieldSource {
  return {
    names: [...new Set(sources.flatMap(({ names }) => names))],
    reads: (field) => sources.some((source) => source.reads(field)),
    find(lookUp) {
      for (const source of sources) {
        const found = source.find(lookUp);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function templateSource(text: string): FieldSource {
  const template = parseTemplate(text, language);
  const paths = new Map(
    template.fields.map((field) => [field, stepsOf({ text: field, offset: template.offsetOf(field) })]),
  );
  const [only = text, ...others] = template.fields;
  const name = others.length === 0 ? only : text;
  return {
    names: template.fields,
    reads: (field) => [...paths.values()].some(([first]) => first === field),
    find(lookUp) {
      const value = template.apply((field) => {
        const steps = paths.get(field) ?? [];
        return lookUp.text(steps) ?? textOf(lookUp.value(steps));
      });
      return value === undefined ? undefined : { value, name };
    },
  };
}

// Templates make texts of numbers and truth values, too.
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function pathSource(text: string): FieldSource {
  const [paths, ...filterNames] = splitOutsideQuotes(text, ':');
  const parts = splitOutsideQuotes(paths?.text ?? '', '|');
  const alternatives = parts.map((part) => ({ name: part.text, steps: stepsOf(part) }));
  const chosen = filterNames.map(filterNamed);
  return {
    names: alternatives.map(({ name }) => name),
    reads: (field) => alternatives.some(({ steps: [first] }) => first === field),
    filters: (field) => chosen.length > 0 && alternatives.some(({ steps }) => steps.length === 1 && steps[0] === field),
    find(lookUp) {
      for (const { name, steps } of alternatives) {
        let value = valueBelow(steps, lookUp.value);
        for (const filter of chosen) if (value !== undefined) value = filter(value);
        if (value === undefined || value === null) continue;
        return steps.includes(ANY) ? { value, name } : { value, name, moves: steps };
      }
      return undefined;
    },
  };
}

/** The step that stands for every item of a list: the result is the list of what is below them, each once. */
const ANY = '*';

function valueBelow(steps: readonly string[], lookUp: LookUp['value']): unknown {
  const at = steps.indexOf(ANY);
  if (at === -1) return lookUp(steps);
  const list = lookUp(steps.slice(0, at));
  if (!Array.isArray(list)) return undefined;
  const below = list.map((item: unknown) => valueBelow(steps.slice(at + 1), (rest) => valueAt(item, rest)));
  const values = [...new Set(below.flat())].filter((value) => value !== undefined && value !== null);
  return values.length === 0 ? undefined : values;
}

function stepsOf({ text: path, offset }: TextPart): readonly string[] {
  return splitSteps(path, 'path', offset).map(({ text }) => text);
}

function filterNamed({ text: name, offset }: TextPart): ValueFilter {
  const filter = filters.get(name);
  if (filter !== undefined) return filter;
  const help = filterHelp(name, [...filters.keys()]);
  throw pathRefusal('path', offset, `unknown filter ${quote(name)}${help}`);
}
