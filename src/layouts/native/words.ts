/** The words of the native layout on the command line. */
import { isVersionOrderName } from '../../model/versions/version-order.ts';
import { printableLine } from '../../text/printable.ts';
import { formatBytes, formatCount, formatPackages, formatPlural } from '../../text/quantity.ts';
import { formatTable } from '../../text/table.ts';
import type { Words } from '../layout.ts';
import type { SignedIndex } from './format/repository-index.ts';
import type { NativeInspection } from './inspect.ts';

/** What the commands say of a native tree. */
export const nativeWords: Words = {
  content: ({ names, packages, summaries }) =>
    `${formatPackages(names ?? packages, packages)} in ${formatPlural(summaries.length, 'summary', 'summaries')}`,
  built: ({ state }) => `version ${state.version}`,
  verified: ({ state, counts }) => ({
    about: state.version === undefined ? 'repository of an unknown version' : `version ${state.version}`,
    checked: [
      formatPlural(counts.summaries ?? 0, 'summary', 'summaries'),
      formatPlural(counts.deltas ?? 0, 'delta'),
      formatPlural(counts.details ?? 0, 'details file'),
      formatPlural(counts.clients ?? 0, 'client transition'),
      formatPlural(counts.packageFiles ?? 0, 'package file'),
    ],
    ...alsoOf([
      counts.packageFiles !== counts.packageDigests && 'package files by their sizes (by digest: --full)',
      !isKnownOrder(state.versions) && 'not the order of versions, which is unknown here',
    ]),
  }),
  inspected: describe,
  compared: 'package',
  serveHint: (url) => `clients read it by\n  repomill status --from ${url}`,
  // Next to the input, so that a host publishes nothing but the tree.
  nextCommand: (directory, sibling) => ['repomill', 'build', directory, '--out', sibling('public')],
};

function alsoOf(remarks: readonly (string | false)[]): { readonly also?: string } {
  const said = remarks.filter((remark) => remark !== false);
  return said.length === 0 ? {} : { also: said.join('; ') };
}

function isKnownOrder(versions: string | number | undefined): boolean {
  return versions === undefined || isVersionOrderName(String(versions));
}

function describe(inspection: NativeInspection): readonly string[] {
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
    case 'combined':
      return [
        `combined file, ${formatPlural(inspection.packages, 'record')}`,
        `uncompressed  ${formatBytes(inspection.size)}`,
        `stored        ${formatBytes(inspection.storedSize)}`,
      ];
    case 'details':
      return [
        `details of ${formatCount(inspection.storedSize)} bytes`,
        `sha256      ${inspection.sha256}`,
        `dictionary  ${inspection.dictionary ?? 'none'}`,
      ];
    case 'package list':
      return [`list of ${formatPlural(inspection.files, 'package file')}`, `sha256  ${inspection.sha256}`];
    case 'dictionary':
      return [`dictionary for details, ${formatCount(inspection.size)} bytes`, `sha256  ${inspection.sha256}`];
  }
}

function describeIndex(index: SignedIndex, size: number): readonly string[] {
  const rows = index.summaries.map((entry) => [
    printableLine(entry.arch),
    printableLine(entry.subset ?? ''),
    formatCount(entry.packages),
    formatBytes(entry.size),
    formatBytes(entry.storedSize),
    formatCount(entry.history.length),
    entry.history.length === 0 ? '' : formatBytes(entry.history[0]?.deltaSize ?? 0),
    entry.sha256.slice(0, 12),
  ]);
  const headings = ['arch', 'subset', 'records', 'canonical', 'stored', 'history', 'delta', 'sha256'];
  const order = index.versions === undefined ? '' : `, ${printableLine(index.versions)} versions`;
  return [
    `${printableLine(index.title ?? index.name)}, version ${index.version}${order}, index of ${formatCount(size)} bytes`,
    '',
    ...formatTable([headings, ...rows], ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'left']),
  ];
}

function describeSummary(summary: Extract<NativeInspection, { kind: 'summary' }>): readonly string[] {
  const sizes = summary.buckets.map((bucket) => bucket.size).sort((a, b) => a - b);
  const name = summary.subset === undefined ? summary.arch : `${summary.arch} (${summary.subset})`;
  const rows = summary.fields.map((field) => [
    printableLine(field.field),
    field.kinds.join(', '),
    formatBytes(field.size),
    formatCount(field.buckets),
  ]);
  return [
    `summary ${printableLine(name)}, ${formatPlural(summary.packages, 'record')}`,
    `sha256     ${summary.sha256}`,
    `canonical  ${formatBytes(summary.size)}, header ${formatBytes(summary.headerSize)}`,
    `stored     ${formatBytes(summary.storedSize)}`,
    `buckets    ${formatCount(summary.buckets.length)}, of ${formatBytes(sizes[0] ?? 0)} to ${formatBytes(sizes.at(-1) ?? 0)}`,
    '',
    ...formatTable([['field', 'kind', 'size', 'buckets'], ...rows], ['left', 'left', 'right', 'right']),
  ];
}
