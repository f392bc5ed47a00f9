/**
 * An input rule as YAML on one line, for hints that a person can copy.
 */
import type { FieldValue } from '../model/record.ts';
import { formatQuery } from '../query/query.ts';
import type { InputRule } from './config.ts';

/** The rule as an entry of `inputs`: `{ files: "*.json", fields: { name: id } }`. */
export function formatRule({ files, reader, encoding, where, ...mapping }: InputRule): string {
  const parts = [
    `files: ${JSON.stringify(files)}`,
    ...(reader === undefined ? [] : [`reader: ${reader}`]),
    ...(encoding === undefined ? [] : [`encoding: ${encoding}`]),
    ...(where === undefined ? [] : [`where: ${JSON.stringify(formatQuery(where))}`]),
    ...mappingParts(mapping),
  ];
  return `{ ${parts.join(', ')} }`;
}

/** Each key of a mapping with its value. */
export function mappingParts({
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
    text === '…' || (/^[A-Za-z_$][\w.|/<>*-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text));
  return isPlain ? text : JSON.stringify(text);
}
