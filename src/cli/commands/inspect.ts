/** `repomill inspect`: what is in an index, a summary, a delta, of either layout. */
import { RepomillError } from '../../errors.ts';
import { type Inspection, inspect } from '../../inspect.ts';
import { SUMMARY_INDEX_PATH } from '../../layouts/flatpak/format/paths.ts';
import { describeFlatpak } from '../../layouts/flatpak/text.ts';
import { INDEX_PATH } from '../../layouts/native/format/paths.ts';
import type { SignedIndex } from '../../layouts/native/format/repository-index.ts';
import { formatBytes, formatCount } from '../../text/quantity.ts';
import { formatTable } from '../../text/table.ts';
import { type AnyCommand, defineCommand } from '../command.ts';
import { readPlace } from '../place.ts';

/** The command. */
export const inspectCommand: AnyCommand = defineCommand({
  example: ['repomill inspect public', 'show the index of the tree in public/'],
  options: (yargs) =>
    yargs
      .positional('place', {
        type: 'string',
        demandOption: true,
        describe: 'A file, or the directory or URL of a tree',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' }),
  run: async (options, terminal) => {
    const bytes = await readPlace(options.place, [INDEX_PATH, SUMMARY_INDEX_PATH]);
    if (bytes === undefined) throw new RepomillError('not-found', `${options.place}: no file and no tree there`);
    const inspection = await inspect(bytes);
    if (options.json) terminal.data(JSON.stringify(inspection));
    else for (const line of describe(inspection)) terminal.data(line);
    return undefined;
  },
});

function describe(inspection: Inspection): readonly string[] {
  switch (inspection.kind) {
    case 'index':
      return describeIndex(inspection.index, inspection.size);
    case 'summary':
      return describeSummary(inspection);
    case 'delta':
      return [
        `delta of ${formatCount(inspection.size)} bytes, makes a summary of ${formatCount(inspection.newSize)} bytes`,
        '',
        ...formatTable(
          [
            ['', 'content', 'stored'],
            ['controls', formatCount(inspection.controls), formatCount(inspection.storedControlBytes)],
            ['differences', formatCount(inspection.diffBytes), formatCount(inspection.storedDiffBytes)],
            ['new bytes', formatCount(inspection.extraBytes), formatCount(inspection.storedExtraBytes)],
          ],
          ['left', 'right', 'right'],
        ),
      ];
    default:
      return describeFlatpak(inspection);
  }
}

function describeIndex(index: SignedIndex, size: number): readonly string[] {
  const rows = index.summaries.map((entry) => [
    entry.arch,
    entry.subset ?? '',
    formatCount(entry.packages),
    formatBytes(entry.size),
    formatBytes(entry.storedSize),
    formatCount(entry.history.length),
    entry.history.length === 0 ? '' : formatBytes(entry.history[0]?.deltaSize ?? 0),
    entry.sha256.slice(0, 12),
  ]);
  const headings = ['arch', 'subset', 'packages', 'canonical', 'stored', 'history', 'delta', 'sha256'];
  return [
    `${index.title ?? index.name}, version ${index.version}, index of ${formatCount(size)} bytes`,
    '',
    ...formatTable([headings, ...rows], ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'left']),
  ];
}

function describeSummary(summary: Extract<Inspection, { kind: 'summary' }>): readonly string[] {
  const sizes = summary.buckets.map((bucket) => bucket.size).sort((a, b) => a - b);
  const name = summary.subset === undefined ? summary.arch : `${summary.arch} (${summary.subset})`;
  const rows = summary.fields.map((field) => [
    field.field,
    field.kinds.join(', '),
    formatBytes(field.size),
    formatCount(field.buckets),
  ]);
  return [
    `summary ${name}, ${formatCount(summary.packages)} packages`,
    `sha256     ${summary.sha256}`,
    `canonical  ${formatBytes(summary.size)}, header ${formatBytes(summary.headerSize)}`,
    `stored     ${formatBytes(summary.storedSize)}`,
    `buckets    ${formatCount(summary.buckets.length)}, of ${formatBytes(sizes[0] ?? 0)} to ${formatBytes(sizes.at(-1) ?? 0)}`,
    '',
    ...formatTable([['field', 'kind', 'size', 'buckets'], ...rows], ['left', 'left', 'right', 'right']),
  ];
}
