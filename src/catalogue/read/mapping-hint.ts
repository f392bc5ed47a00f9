/**
 * What a mapping could do about the problems of an input: an input rule that a person can copy to `repomill.yaml`.
 */
import { CONFIG_NAME, type Config, type InputRule } from '../../config/config.ts';
import { guessSources } from '../../mapping/guess-source.ts';
import type { FieldValue } from '../../model/record.ts';
import { withoutCompression } from '../../platform/zlib/compressions.ts';
import { formatQuery } from '../../query/query.ts';
import type { RuledKind } from './chunk-tasks.ts';
import type { RuledLacking } from './lacking-records.ts';
import type { InputPath } from './list-inputs.ts';
import { remedyOfKind } from './problem-kinds.ts';

/** The problems of records that a mapping might help against, and the files that were read. */
export interface MappableProblems {
  readonly lacking: readonly RuledLacking[];
  readonly kinds: readonly RuledKind[];
  readonly read: readonly Pick<InputPath, 'path' | 'rule'>[];
}

/** Lines for `fields:` and `defaults:`. */
interface Advice {
  readonly fields: Readonly<Record<string, string>>;
  readonly defaults: Readonly<Record<string, FieldValue>>;
  /** Lines of `fields:` that they replace. */
  readonly replaced: readonly string[];
}

/** The mapping of the first rule that needs one. Undefined if none would help. */
export function mappingHint(config: Config, { lacking, kinds, read }: MappableProblems): string | undefined {
  const mended = kinds.filter((kind) => remedyOfKind(kind) !== undefined);
  const [first = mended[0]] = lacking;
  if (first === undefined) return kinds.some(({ isWay }) => isWay) ? WAY_HINT : undefined;
  const { rule } = first;
  const file = 'file' in first ? first.file : (first.first[0]?.file ?? '');
  const isOwn = (one: { readonly rule: InputRule }): boolean => one.rule === rule;
  const advice = adviceFor(rule, lacking.filter(isOwn), mended.filter(isOwn));
  const example = formatExample(config, rule, advice, file, read);
  if (lacking.length === 0) return `map them in ${CONFIG_NAME}, such as ${example}`;
  return `say in ${CONFIG_NAME} where they are, such as ${example}, or let \`repomill init DIR --from INPUT\` guess`;
}

const WAY_HINT =
  `say in \`records:\` of ${CONFIG_NAME} where the records are, or let \`repomill init DIR --from INPUT\` guess; ` +
  '`invalid: skip` leaves other values out';

function adviceFor(rule: InputRule, lacking: readonly RuledLacking[], kinds: readonly RuledKind[]): Advice {
  const fields: Record<string, string> = {};
  const defaults: Record<string, FieldValue> = {};
  for (const { missing, texts } of lacking) {
    for (const field of missing) {
      const [source] = guessSources(field, texts);
      if (source === undefined && field === 'arch') defaults.arch = 'all';
      else fields[field] ??= source ?? '…';
    }
  }
  const remedies = kinds.flatMap((kind) => remedyOfKind(kind) ?? []);
  const replaced = remedies.flatMap(({ replaces }) => replaces ?? []);
  for (const { field, source } of remedies) {
    const isTaken = fields[field] !== undefined || (!replaced.includes(field) && rule.fields?.[field] !== undefined);
    fields[isTaken ? `their-${source}` : field] ??= source;
  }
  return { fields, defaults, replaced };
}

function formatExample(
  { inputs }: Config,
  rule: InputRule,
  advice: Advice,
  file: string,
  read: MappableProblems['read'],
): string {
  if (rule.preset !== undefined) {
    const lines = [...ruleParts(advice), ...advice.replaced.map((field) => `no line for ${field}`)].join(', ');
    return `\`${lines}\` in a copy of the preset (templates/presets/${rule.preset.name}.yaml)`;
  }
  const fields = Object.entries(rule.fields ?? {}).filter(([field]) => !advice.replaced.includes(field));
  const mapped = {
    ...rule,
    fields: { ...Object.fromEntries(fields), ...advice.fields },
    defaults: { ...rule.defaults, ...advice.defaults },
  };
  if (inputs.length > 1) return `\`${formatRule(mapped)}\` as inputs[${inputs.indexOf(rule)}]`;
  if (rule.skipsUnrecognised !== true) return `\`inputs: [${formatRule(mapped)}]\``;
  // No rule says which files to read: those that were read must be read all the same.
  const own = patternOf(file);
  const others = [...new Set(read.map(({ path }) => patternOf(path)))].filter((pattern) => pattern !== own);
  const rules = [formatRule({ ...mapped, files: own }), ...others.map((pattern) => JSON.stringify(pattern))];
  return `\`inputs: [${rules.join(', ')}]\``;
}

/** A pattern for files of one kind: those with the suffix of a path, or with its name if it has none. */
function patternOf(path: string): string {
  const name = withoutCompression(path.slice(path.lastIndexOf('/') + 1));
  const dot = name.lastIndexOf('.');
  const kind = dot > 0 ? `*${name.slice(dot)}` : name;
  return /^\*?[\w.-]+$/.test(kind) ? `**/${kind}` : '**/*';
}

function formatRule({ files, reader, encoding, where, ...mapping }: InputRule): string {
  const parts = [
    `files: ${JSON.stringify(files)}`,
    ...(reader === undefined ? [] : [`reader: ${reader}`]),
    ...(encoding === undefined ? [] : [`encoding: ${encoding}`]),
    ...(where === undefined ? [] : [`where: ${JSON.stringify(formatQuery(where))}`]),
    ...ruleParts(mapping),
  ];
  return `{ ${parts.join(', ')} }`;
}

function ruleParts({
  records,
  fields = {},
  defaults = {},
  only = [],
  omit = [],
  skipsInvalid,
}: Partial<Omit<InputRule, 'files'>>): readonly string[] {
  return [
    ...(records === undefined
      ? []
      : [`records: ${records.length === 1 ? formatValue(records[0]) : formatValue(records)}`]),
    ...(Object.keys(fields).length === 0 ? [] : [`fields: ${formatValue(fields)}`]),
    ...(Object.keys(defaults).length === 0 ? [] : [`defaults: ${formatValue(defaults)}`]),
    ...(only.length === 0 ? [] : [`only: ${formatValue(only)}`]),
    ...(omit.length === 0 ? [] : [`omit: ${formatValue(omit)}`]),
    ...(skipsInvalid === true ? ['invalid: skip'] : []),
  ];
}

/** A value as YAML in flow style; texts without quotation marks where they need none. */
function formatValue(value: FieldValue | undefined): string {
  if (typeof value === 'string') return formatText(value);
  if (Array.isArray(value)) return `[${value.map(formatValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value).map(([key, entry]) => `${formatText(key)}: ${formatValue(entry)}`);
  return `{ ${entries.join(', ')} }`;
}

function formatText(text: string): string {
  const isPlain =
    text === '…' || (/^[A-Za-z_$][\w.|/-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text));
  return isPlain ? text : JSON.stringify(text);
}
