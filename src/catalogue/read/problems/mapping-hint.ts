/**
 * What a mapping could do about the problems of an input: an input rule that a person can copy to `repomill.yaml`.
 */
import { CONFIG_NAME, type Config, type InputRule } from '../../../config/config.ts';
import { formatRule, mappingParts } from '../../../config/format-rule.ts';
import { parseFilePattern } from '../../../config/pattern/file-pattern.ts';
import { guessPattern } from '../../../config/pattern/guess-pattern.ts';
import { guessSources } from '../../../mapping/guess-source.ts';
import { defined } from '../../../model/defined.ts';
import type { FieldValue } from '../../../model/record.ts';
import { withoutCompression } from '../../../platform/zlib/compressions.ts';
import type { InputPath } from '../list-inputs.ts';
import type { InnerMapping, RuledLacking } from './lacking-records.ts';
import { type RuledKind, remedyOfKind } from './problem-kinds.ts';

/** The problems of records that a mapping might help against, and the files that were read. */
export interface MappableProblems {
  readonly lacking: readonly RuledLacking[];
  readonly kinds: readonly RuledKind[];
  readonly read: readonly Pick<InputPath, 'path' | 'rule'>[];
}

/** What to write into an input rule. */
interface Advice extends Partial<InnerMapping> {
  readonly files?: string;
  /** Lines of `fields:` that it replaces. */
  readonly replaced?: readonly string[];
}

/** The mapping of the first rule that needs one. Undefined if none would help. */
export function mappingHint(config: Config, { lacking, kinds, read }: MappableProblems): string | undefined {
  const mended = kinds.filter((kind) => remedyOfKind(kind) !== undefined);
  const first = lacking[0] ?? mended[0];
  if (first === undefined) return kinds.some(({ isWay }) => isWay) ? WAY_HINT : undefined;
  const { rule } = first;
  // Files of different kinds, which no rule names, need rules of their own.
  const kindOf = (path: string): string => (rule.skipsUnrecognised === true ? patternOf(path) : rule.files);
  const kind = kindOf(fileOf(first));
  const isAlike = (one: RuledLacking | RuledKind): boolean => one.rule === rule && kindOf(fileOf(one)) === kind;
  const alike = read.filter((file) => file.rule === rule && kindOf(file.path) === kind).map(({ path }) => path);
  const advice = adviceFor(rule, lacking.filter(isAlike), mended.filter(isAlike), alike);
  const others = new Set(rule.skipsUnrecognised === true ? read.map(({ path }) => kindOf(path)) : []);
  others.delete(kind);
  const example = formatExample(config, { ...rule, files: kind }, config.inputs.indexOf(rule), advice, [...others]);
  if (lacking.length === 0) return `map them in ${CONFIG_NAME}, such as ${example}`;
  return `say in ${CONFIG_NAME} where they are, such as ${example}, or let \`repomill init DIR --from INPUT\` guess`;
}

const WAY_HINT =
  `say in \`records:\` of ${CONFIG_NAME} where the records are, or let \`repomill init DIR --from INPUT\` guess; ` +
  '`invalid: skip` leaves other values out';

/** In place of a source that a person must find. */
const UNKNOWN = '…';

/** The file of the first of several records. */
function fileOf(one: RuledLacking | RuledKind): string {
  return 'file' in one ? one.file : (one.first[0]?.file ?? '');
}

function adviceFor(
  rule: InputRule,
  lacking: readonly RuledLacking[],
  kinds: readonly RuledKind[],
  paths: readonly string[],
): Advice {
  const [{ inner } = {}] = lacking;
  if (inner !== undefined) return inner;
  const fields: Record<string, string> = {};
  const defaults: Record<string, FieldValue> = {};
  const nameless = lacking.filter(({ missing }) => missing.includes('name'));
  // If each file has one record without a name, the name is probably that of the file.
  const isNamedByFile =
    nameless.reduce((sum, { count }) => sum + count, 0) === paths.length &&
    nameless.every(({ texts }) => guessSources('name', texts).length === 0);
  const files = isNamedByFile ? namedPattern(paths) : undefined;
  for (const { missing, texts } of lacking) {
    for (const field of missing) {
      const [source] = guessSources(field, texts);
      if (source === undefined && field === 'arch') defaults.arch = 'all';
      else if (field !== 'name' || files === undefined) fields[field] ??= source ?? UNKNOWN;
    }
  }
  const remedies = kinds.flatMap((kind) => remedyOfKind(kind) ?? []);
  const replaced = remedies.flatMap(({ replaces }) => replaces ?? []);
  for (const one of remedies.flatMap((remedy) => (remedy.also === undefined ? [remedy] : [remedy, remedy.also]))) {
    const { field, source } = one;
    const isTaken = fields[field] !== undefined || rule.fields?.[field] !== undefined;
    if (one.replaces !== field) fields[isTaken ? `their-${source}` : field] ??= source;
    // A line for the field itself: some records may lack it, too.
    else if (fields[field] === undefined || fields[field] === UNKNOWN) fields[field] = source;
  }
  return { ...defined({ files }), fields, defaults, replaced };
}

/** A pattern that gives each file a name of its own; undefined if there is none, or only one file. */
function namedPattern(paths: readonly string[]): string | undefined {
  const pattern = guessPattern(paths, ['name']);
  const { match } = parseFilePattern(pattern);
  const names = new Set(paths.map((path) => match(path)?.name));
  return paths.length > 1 && names.size === paths.length && !names.has(undefined) ? pattern : undefined;
}

function formatExample(
  { inputs }: Config,
  rule: InputRule,
  position: number,
  { replaced = [], ...advice }: Advice,
  others: readonly string[],
): string {
  if (rule.preset !== undefined) {
    const lines = [...mappingParts(advice), ...replaced.map((field) => `no line for ${field}`)].join(', ');
    return `\`${lines}\` in a copy of the preset (templates/presets/${rule.preset.name}.yaml)`;
  }
  const fields = Object.entries(rule.fields ?? {}).filter(([field]) => !replaced.includes(field));
  const mapped = formatRule({
    ...rule,
    ...advice,
    fields: { ...Object.fromEntries(fields), ...advice.fields },
    defaults: { ...rule.defaults, ...advice.defaults },
  });
  if (inputs.length > 1) return `\`${mapped}\` as inputs[${position}]`;
  // Files that were read because no rule names any must be read all the same.
  return `\`inputs: [${[mapped, ...others.map((pattern) => JSON.stringify(pattern))].join(', ')}]\``;
}

/** A pattern for files of one kind: those with the suffix of a path, or with its name if it has none. */
function patternOf(path: string): string {
  const name = withoutCompression(path.slice(path.lastIndexOf('/') + 1));
  const dot = name.lastIndexOf('.');
  const kind = dot > 0 ? `*${name.slice(dot)}` : name;
  return /^\*?[\w.-]+$/.test(kind) ? `**/${kind}` : '**/*';
}
