/**
 * Tables of text: columns as wide as their widest cell, numbers to the right.
 */

/** How a column stands. */
export type Alignment = 'left' | 'right';

/** Lines of a table; `rows` are as long as `alignments`, the first may be the headings. */
export function formatTable(rows: readonly (readonly string[])[], alignments: readonly Alignment[]): readonly string[] {
  const widths = alignments.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    alignments
      .map((alignment, column) => {
        const cell = row[column] ?? '';
        const width = widths[column] ?? 0;
        return alignment === 'left' ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
