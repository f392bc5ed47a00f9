/**
 * Records that lack a name, a version or an arch: one problem for all that lack the same, with what they have instead, and a hint
 * at the mapping that would help.
 */
import { CONFIG_NAME, type InputRule } from '../../config/config.ts';
import type { Problem } from '../../errors.ts';
import { guessSources } from '../../mapping/guess-source.ts';
import { formatSteps } from '../../mapping/value-path.ts';
import { formatCount } from '../../text/quantity.ts';
import type { LackingRecords } from './record-intake.ts';

/** All records of a rule that lack the same fields, and where the first one is. */
export interface LackingFields extends Omit<LackingRecords, 'chunk'> {
  readonly rule: InputRule;
  readonly file: string;
}

const SHOWN_FIELDS = 8;

/** The problem of records that lack fields, at the first of them. */
export function lackingProblem({ missing, count, file, line, has }: LackingFields): Problem {
  const shown = has.slice(0, SHOWN_FIELDS).map((field) => formatSteps([field]));
  const more = has.length > shown.length ? ` and ${has.length - shown.length} more` : '';
  const found = shown.length === 0 ? 'no fields' : `${shown.join(', ')}${more}`;
  const others = count > 1 ? ` (${formatCount(count)} records)` : '';
  return { file, line, message: `expected ${missing.join(' and ')}, found ${found}${others}` };
}

/** How to map the first of several. */
export function lackingHint(lacking: readonly LackingFields[]): string | undefined {
  const [first] = lacking;
  if (first === undefined) return undefined;
  const { rule, missing, texts } = first;
  const sources = missing.map((field) => [field, guessSources(field, texts)[0]] as const);
  const fields = sources.flatMap(([field, source]) => (source === undefined ? [] : [`${field}: ${source}`]));
  const unknown = sources.flatMap(([field, source]) =>
    source === undefined && field !== 'arch' ? [`${field}: …`] : [],
  );
  const parts = [
    `files: ${JSON.stringify(rule.files)}`,
    ...(fields.length + unknown.length > 0 ? [`fields: { ${[...fields, ...unknown].join(', ')} }`] : []),
    ...(missing.includes('arch') && !fields.some((field) => field.startsWith('arch:'))
      ? ['defaults: { arch: all }']
      : []),
  ];
  const rest = 'or let `repomill init DIR --from INPUT` guess';
  return `say in ${CONFIG_NAME} where they are, such as \`inputs: [{ ${parts.join(', ')} }]\`, ${rest}`;
}
