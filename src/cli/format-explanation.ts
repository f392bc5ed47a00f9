/**
 * Shows how records are read: each before and after the mapping, in two tables.
 */
import type { FileExplanation, RecordExplanation } from '../catalogue/read/explain-file.ts';
import { printableLine, truncateForMessage } from '../text/printable.ts';
import { formatTable } from '../text/table.ts';

/** The lines to print. */
export function formatExplanation({
  file,
  reader,
  input,
  records,
  problems,
  hasMore,
}: FileExplanation): readonly string[] {
  return [
    `${printableLine(file)}: reader ${reader}, input ${printableLine(input)}`,
    ...records.flatMap((record) => ['', ...formatRecord(record)]),
    ...problems.map((problem) => printableLine(problem)),
    ...(hasMore ? ['', 'and more records'] : []),
  ];
}

function formatRecord({ line, source, fields, origins, problems }: RecordExplanation): readonly string[] {
  const before = Object.entries(source).map(([field, value]) => [field, formatValue(value)]);
  const after = Object.entries(fields ?? {}).map(([field, value]) => {
    const origin = origins[field] ?? '';
    return [field, origin === 'the record' ? '' : `from ${origin}`, formatValue(value)];
  });
  return [
    `line ${line}, as the file has it`,
    ...indent(formatTable(before.map(printableRow), ['left', 'left'])),
    ...(fields === undefined
      ? []
      : ['as a record', ...indent(formatTable(after.map(printableRow), ['left', 'left', 'left']))]),
    ...(problems.length === 0 ? [] : ['not valid:', ...indent(problems.map((problem) => printableLine(problem)))]),
  ];
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function printableRow(cells: readonly string[]): readonly string[] {
  return cells.map((cell) => printableLine(truncateForMessage(cell)));
}

function formatValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
