/**
 * Records that lack a name, a version or an arch: one problem for all that lack the same, with what they have instead.
 */
import type { InputRule } from '../../../config/config.ts';
import type { Problem } from '../../../errors.ts';
import { guessMapping } from '../../../mapping/guess-mapping.ts';
import { formatSteps } from '../../../mapping/value-path.ts';
import { formatCount } from '../../../text/quantity.ts';
import { formatList } from '../../../text/word-list.ts';
import type { ChunkLine } from './problem-kinds.ts';

/** What a record lacks, and what it has instead. */
export interface LackingFields {
  /** By the names here, and for messages: as the file calls them, with the source that has no value. */
  readonly missing: readonly string[];
  readonly called: readonly string[];
  /** The fields that it has, as the file calls them. */
  readonly has: readonly string[];
  /** Those that are texts and have no other use yet, as a mapping calls them. */
  readonly texts: readonly string[];
  /** A mapping of records inside the record, if it looks like a document of them. */
  readonly inner?: InnerMapping;
}

/** A guessed mapping of the records in a document. */
export type InnerMapping = Pick<InputRule, 'records' | 'fields' | 'defaults' | 'omit'>;

/** Records of a chunk that lack the same fields: how many, and what and where the first one is. */
export interface LackingRecords extends LackingFields, ChunkLine {
  readonly count: number;
}

/** All records of a rule that lack the same fields, and what and where the first one is. */
export interface RuledLacking extends LackingFields, Pick<Problem, 'file' | 'line'> {
  readonly count: number;
  readonly rule: InputRule;
}

/** A mapped record, the same under the names of the mapping, and what its file calls them. */
interface NamedRecord {
  readonly fields: object;
  readonly source: object;
  readonly names: ReadonlyMap<string, string>;
  /** The source that the mapping has for a field. */
  sourceOf(field: string): string | undefined;
}

/** What a record has instead of the fields that are missing. */
export function lackingFields(
  missing: readonly string[],
  { fields, source, names, sourceOf }: NamedRecord,
): LackingFields {
  const nameOf = (field: string): string => names.get(field) ?? field;
  const calledFor = (field: string): string => {
    const from = sourceOf(field);
    return from === undefined ? nameOf(field) : `${nameOf(field)} (from ${from})`;
  };
  return {
    missing,
    ...innerMapping(missing, source),
    called: missing.map(calledFor),
    has: [...new Set(Object.keys(source).map(nameOf))],
    texts: Object.entries(fields).flatMap(([field, value]) =>
      typeof value === 'string' && Object.hasOwn(source, field) ? [field] : [],
    ),
  };
}

function innerMapping(missing: readonly string[], source: object): Pick<LackingFields, 'inner'> {
  if (!missing.includes('version')) return {};
  const { rule, undecided } = guessMapping([{ path: '', value: source }], {
    fieldsOf: () => ({}),
    numbersAreTexts: false,
  });
  return rule.records === undefined || undecided.length > 0 ? {} : { inner: rule };
}

const SHOWN_FIELDS = 8;

/** `expected version and arch, found name` */
export function lackingMessage({ called, has }: LackingFields): string {
  const shown = has.slice(0, SHOWN_FIELDS).map((field) => formatSteps([field]));
  const more = has.length > shown.length ? ` and ${has.length - shown.length} more` : '';
  const found = shown.length === 0 ? 'no fields' : `${shown.join(', ')}${more}`;
  return `expected ${formatList(called)}, found ${found}`;
}

/** The problem of records that lack fields, at the first of them. */
export function lackingProblem({ count, file, line, ...lacking }: RuledLacking): Problem {
  const others = count > 1 ? ` (${formatCount(count)} records)` : '';
  return { file, ...(line === undefined ? {} : { line }), message: `${lackingMessage(lacking)}${others}` };
}
