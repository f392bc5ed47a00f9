/**
 * Why a record is refused: what it lacks and all that is wrong with it, by the names of its file.
 */
import type { MappedRecord, Mapping } from '../../../mapping/mapping.ts';
import { nameInstead, type Remedy, remedyFor } from '../../../mapping/remedy.ts';
import type { PathFacts } from '../../../mapping/source-record.ts';
import { formatSteps } from '../../../mapping/value-path.ts';
import { convertField, parseConvertible } from '../../../model/convert-record.ts';
import { isRecordField, missingFields } from '../../../model/parse-record.ts';
import { ALL } from '../../../model/record.ts';
import type { RecordProblem } from '../../../model/record-problems.ts';
import type { Draft, Reader } from '../../../readers/reader.ts';
import { quote } from '../../../text/printable.ts';
import { type LackingFields, lackingFields, lackingMessage } from './lacking-records.ts';
import type { RemediableProblem } from './problem-kinds.ts';

/** What is wrong with a record. */
export interface RecordRefusal {
  /** The fields that it lacks. */
  readonly missing: readonly string[];
  /** What it has instead. */
  describeLacking(): LackingFields;
  readonly problems: readonly RemediableProblem[];
}

/** How a record was read. */
export interface ReadingRule {
  readonly mapping: Mapping;
  readonly reader: Pick<Reader, 'names'>;
  readonly path: PathFacts;
  /** Fields that go to `details/`. */
  readonly detailFields?: ReadonlySet<string>;
}

/** Says what is wrong with a record. A record that lacks something is checked, too, so that one run says all. */
export function refusalOf(
  draft: Draft,
  { fields, source, problems }: MappedRecord,
  { mapping, reader, path, detailFields = new Set() }: ReadingRule,
): RecordRefusal {
  const missing = missingFields(fields);
  const { names = new Map<string, string>() } = reader;
  const sources = mapping.namesOf(draft, path);
  const called = new Map([...sources].map(([field, name]) => [field, names.get(name) ?? name]));
  const allNames = new Map([...names, ...called]);
  const parsed = parseConvertible({ ...fields, ...placeholders(missing) }, { detailFields, names: allNames });
  const ofMapping = problems.map(({ field, flaw, kind, remedy }) => {
    // Without a remedy, the value is from a source: the file calls it by the name of that.
    const name = (remedy === undefined ? allNames : names).get(field) ?? field;
    return { message: formatFlaw(name, flaw), kind, remedy };
  });
  const ofValues = ('record' in parsed ? [] : parsed.problems).map((mistake) => ({
    message: `${mistake.message}${originOf(mistake, draft, path)}`,
    kind: mistake.kind,
    remedy: remedyOf(mistake, fields, source, sources),
  }));
  const flaw = archFlaw(fields.arch, path);
  const arch = { message: formatFlaw(allNames.get('arch') ?? 'arch', flaw ?? ''), kind: 'arch', remedy: undefined };
  return {
    missing,
    describeLacking: () => lackingFields(missing, { fields, source, names, sourceOf: mapping.sourceOf }),
    problems: [...ofMapping, ...(flaw === undefined ? [] : [arch]), ...ofValues],
  };
}

/** The messages of a refusal, in order. */
export function messagesOf({ missing, describeLacking, problems }: RecordRefusal): readonly string[] {
  const messages = problems.map(({ message }) => message);
  return missing.length === 0 ? messages : [lackingMessage(describeLacking()), ...messages];
}

/** What is wrong with the arch of a record that a path lists: it is for other architectures. */
export function archFlaw(arch: unknown, { listedBy }: Pick<PathFacts, 'listedBy'>): string | undefined {
  if (listedBy === undefined) return undefined;
  const own = [convertField('arch', arch)].flat().filter((one) => typeof one === 'string');
  if (own.length === 0 || own.includes(ALL) || own.includes(listedBy)) return undefined;
  return `expected ${listedBy}, as in the path, found ${own.join(', ')}`;
}

function formatFlaw(name: string, flaw: string): string {
  return `field ${quote(name)}: ${flaw}`;
}

/** Values for what a record lacks, with which the rest can be checked. */
function placeholders(missing: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(missing.map((field) => [field, '0']));
}

/** The end of a message about a value that is not in the record itself, but in the path or the key that leads to it. */
function originOf({ field = '' }: RecordProblem, { fields, keys = {} }: Draft, { given }: PathFacts): string {
  if (Object.hasOwn(fields, field)) return '';
  if (given.some(([name]) => name === field)) return ' in the path of the file';
  return Object.hasOwn(keys, field) ? ' as the key of the map' : '';
}

function remedyOf(
  { field }: RecordProblem,
  fields: Readonly<Record<string, unknown>>,
  record: Readonly<Record<string, unknown>>,
  sources: ReadonlyMap<string, string>,
): Remedy | undefined {
  if (field === undefined || !isRecordField(field)) return undefined;
  const value = fields[field];
  if (field === 'name' && typeof value === 'string') return nameInstead(record);
  return remedyFor(field, value, sources.get(field) ?? formatSteps([field]));
}
