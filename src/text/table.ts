/**
 * Formats text tables whose columns are as wide as their widest cell.
 */

/** How the cells of a column are aligned. */
export type Alignment = 'left' | 'right';

/** The lines of a table. Each row has as many cells as there are alignments; the first row may be headings. */
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
