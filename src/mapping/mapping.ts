/**
 * A mapping: what an input rule says about the fields of its records. `fields:` gives values their names here, `omit:` and `only:`
 * leave fields out, `defaults:` fill in what is missing.
 */
import { convertField } from '../model/convert-record.ts';
import { textFields } from '../model/parse-record.ts';
import type { FieldValue } from '../model/record.ts';
import { describeValue, type RecordProblem } from '../model/record-problems.ts';
import { quote } from '../text/printable.ts';
import { parseFieldSource } from './field-source.ts';
import { type FoundSources, findSources, noSources, type SourceRule } from './find-sources.ts';
import { omittedPath, omitWithin } from './omitted-path.ts';
import { giveOwnName, type Remedy } from './remedy.ts';
import {
  asText,
  FOLDER,
  findLostDigits,
  lookUpFor,
  type PathFacts,
  type SourceRecord,
  wholeOf,
} from './source-record.ts';
import { setField, valueAt } from './value-path.ts';

/** The settings of a mapping, as plain data. */
export interface MappingRule {
  /** The source of each field: a dotted path, whose value moves, or a template, which makes a text. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Values of fields that a record lacks. */
  readonly defaults?: Readonly<Record<string, FieldValue>>;
  /** The only fields to keep, by the names in the file or here. Empty: all. */
  readonly only?: readonly string[];
  /** Fields to leave out, by the names in the file or here, and values inside them, by dotted paths. */
  readonly omit: readonly string[];
}

/** The settings of a mapping that hold names or values. */
export type MappingKey = keyof MappingRule;

/** All of them. */
export const mappingKeys: readonly MappingKey[] = ['fields', 'defaults', 'only', 'omit'];

/** A record under our names. */
export interface MappedRecord {
  readonly fields: Record<string, unknown>;
  /** The record and what it inherits, under the names of the file. */
  readonly source: Readonly<Record<string, unknown>>;
  readonly problems: readonly MappingProblem[];
}

/** A problem of the mapping of one record. */
export interface MappingProblem extends Pick<RecordProblem, 'kind'> {
  /** The field of the record, and what is wrong with it: the rest of a message. */
  readonly field: string;
  readonly flaw: string;
  /** What would help, if a line of `fields:` does. */
  readonly remedy: Remedy | undefined;
}

/** Notes that a setting had an effect: a key of the mapping, and the name in it. */
export type NoteEffect = (key: MappingKey, name: string) => void;

/** Notes where the value of a field came from, in a few words. */
export type NoteOrigin = (field: string, origin: string) => void;

/** A compiled mapping. */
export interface Mapping {
  map(source: SourceRecord, path: PathFacts, noteEffect: NoteEffect, noteOrigin?: NoteOrigin): MappedRecord;
  /** The source of a field, as it was written; undefined if it has none. */
  sourceOf(field: string): string | undefined;
  /** What the file calls each field of a record that has a source: `download_size` for `size`. */
  namesOf(source: SourceRecord, path: PathFacts): ReadonlyMap<string, string>;
}

/** Whether a mapping reads the folder of a file. Throws a usage error for a malformed source. */
export function readsFolder({ fields = {} }: Pick<MappingRule, 'fields'>): boolean {
  return Object.values(fields).some((text) => text.includes(FOLDER) && parseFieldSource(text).reads(FOLDER));
}

/** Compiles a mapping. Throws a usage error for a malformed source. */
export function compileMapping({ fields = {}, defaults = {}, only = [], omit }: MappingRule): Mapping {
  const rules = Object.entries(fields).map(([field, text]): SourceRule => {
    const source = parseFieldSource(text);
    const isKept = only.length === 0 || [field, ...source.names].some((name) => only.includes(name));
    return { field, text, source, isKept };
  });
  const ours = new Set(rules.map(({ field }) => field));
  const filtering = rules.filter(({ field, source }) => source.filters?.(field) === true);
  const filled = Object.entries(defaults);
  const omittedPaths = omit.flatMap((name) => omittedPath(name) ?? []);

  /** Copies the fields that `omit:` and `only:` leave in, except those whose value moved. */
  const copyKept = (
    whole: Readonly<Record<string, unknown>>,
    { rest, moved }: Pick<FoundSources, 'rest' | 'moved'>,
    noteEffect: NoteEffect,
  ): { readonly kept: Record<string, unknown>; readonly omitted: ReadonlySet<string> } => {
    const kept: Record<string, unknown> = {};
    const omitted = new Set<string>();
    // Of a field whose value moved nothing may be left, as `omit` wants it.
    for (const field of omit) if (Object.hasOwn(whole, field)) noteEffect('omit', field);
    for (const field in rest) {
      if (moved.has(field)) continue;
      if (omit.includes(field)) omitted.add(field);
      else if (only.length === 0) setField(kept, field, rest[field]);
      else if (only.includes(field) && !ours.has(field)) {
        setField(kept, field, rest[field]);
        noteEffect('only', field);
      }
    }
    return { kept, omitted };
  };

  const map = (
    source: SourceRecord,
    path: PathFacts,
    noteEffect: NoteEffect,
    noteOrigin?: NoteOrigin,
  ): MappedRecord => {
    const problems: MappingProblem[] = [];
    const noteOmitted = (name: string): void => noteEffect('omit', name);
    const whole = wholeOf(source);
    // Most rules have no sources, and most records no parents: they cost no more than a copy.
    const { made, moved, rest } =
      rules.length === 0 ? { ...noSources, rest: whole } : findSources(rules, whole, source, path);
    const left = { rest: omitWithin(rest, omittedPaths, noteOmitted), moved };
    const { kept: mapped, omitted } = copyKept(whole, left, noteEffect);
    /** Adds what the path of the file or a key on the way to the record says. */
    const give = (field: string, value: string, origin: string): void => {
      const own = valueAt(mapped, [field]);
      if (omit.includes(field)) noteEffect('omit', field);
      else if (isNothing(own)) {
        setField(mapped, field, value);
        noteOrigin?.(field, origin);
      } else if (own !== value && convertField(field, own) !== convertField(field, value)) {
        problems.push(differs(field, value, origin, { own, record: whole, isMade: ours.has(field) }));
      }
    };
    if (source.textOf !== undefined) {
      for (const field of textFields) {
        if (Object.hasOwn(mapped, field)) mapped[field] = asText(field, mapped[field], [field], whole, source);
      }
    }
    noteOrigins(mapped, source, noteOrigin);
    for (const { field } of filtering) {
      if (isNothing(mapped[field]) || !Object.hasOwn(whole, field)) continue;
      // The file's own value is of a different kind than ours has to be: it keeps its place under another name.
      setField(mapped, `their-${field}`, mapped[field]);
      delete mapped[field];
      noteOrigin?.(`their-${field}`, field);
    }
    for (const [rule, value] of made) {
      const { field, text } = rule;
      noteEffect('fields', field);
      if (omit.includes(field) && !omitted.has(field)) {
        noteEffect('omit', field);
        continue;
      }
      if (!rule.isKept) continue;
      if (!isNothing(mapped[field]) && Object.hasOwn(source.fields, field) && !rule.source.reads(field)) {
        problems.push(twoSources(field, text, whole));
      }
      if (omittedPaths.length === 0) setField(mapped, field, value);
      else setField(mapped, field, omitWithin({ [field]: value }, omittedPaths, noteOmitted)[field]);
      for (const name of only) if (name === field || rule.source.names.includes(name)) noteEffect('only', name);
      noteOrigin?.(field, text);
    }
    const { given, listedBy } = path;
    for (const [field, value] of given) give(field, value, 'path');
    if (source.keys !== undefined) {
      for (const [field, value] of Object.entries(source.keys)) give(field, value, 'key of the map');
    }
    // A record may be for other architectures than the one that lists it, which is checked elsewhere.
    if (listedBy !== undefined && isNothing(mapped.arch)) give('arch', listedBy, 'path');
    for (const [field, value] of filled) {
      if (!isNothing(valueAt(mapped, [field]))) continue;
      setField(mapped, field, value);
      noteEffect('defaults', field);
      noteOrigin?.(field, 'defaults');
    }
    if (source.textOf !== undefined) problems.push(...lostDigits(mapped, source));
    return { fields: mapped, source: whole, problems };
  };
  const namesOf = (source: SourceRecord, path: PathFacts): ReadonlyMap<string, string> => {
    const lookUp = lookUpFor(wholeOf(source), source, path);
    return new Map(
      rules.flatMap(({ field, source: from }) => {
        const found = from.find(lookUp);
        return found === undefined ? [] : [[field, found.name] as const];
      }),
    );
  };
  return { map, namesOf, sourceOf: (field) => (Object.hasOwn(fields, field) ? fields[field] : undefined) };
}

function twoSources(field: string, text: string, record: object): MappingProblem {
  const flaw = `comes from ${quote(text)}, but the record has a field of this name, too`;
  return { field, flaw, kind: `${field}: ${flaw}`, remedy: giveOwnName(field, record, 'all') };
}

function differs(
  field: string,
  value: string,
  origin: string,
  { own, record, isMade }: { readonly own: unknown; readonly record: object; readonly isMade: boolean },
): MappingProblem {
  const flaw = `expected ${value}, as in the ${origin}, found ${describeValue(own)}`;
  const remedy = isMade ? undefined : giveOwnName(field, record, 'many');
  return { field, flaw, kind: `${field}: as in the ${origin}`, remedy };
}

/** Integers that were read as different ones: YAML takes any digits for a number. */
function lostDigits(mapped: Readonly<Record<string, unknown>>, source: SourceRecord): readonly MappingProblem[] {
  return Object.entries(mapped).flatMap(([field, value]) => {
    const written = findLostDigits(value, source, () => source.textOf?.(source.fields, field));
    if (written === undefined) return [];
    const flaw = `expected an integer of at most ${Number.MAX_SAFE_INTEGER}, found ${written}; make it a string`;
    return [{ field, flaw, kind: `${field}: digits`, remedy: undefined }];
  });
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

function noteOrigins(mapped: object, { fields }: SourceRecord, noteOrigin: NoteOrigin | undefined): void {
  if (noteOrigin === undefined) return;
  for (const field of Object.keys(mapped)) {
    noteOrigin(field, Object.hasOwn(fields, field) ? 'the record' : 'its parents');
  }
}
