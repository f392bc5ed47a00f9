/** The words of the apt layout on the command line. */

import { decodeText } from '../../bytes/bytes.ts';
import { formatReleaseDate } from '../../deb/release-date.ts';
import type { SignatureFacts } from '../../openpgp/packets.ts';
import { printableLine } from '../../text/printable.ts';
import { formatBytes, formatCount, formatPackages, formatPlural } from '../../text/quantity.ts';
import { formatTable } from '../../text/table.ts';
import type { GuessedInput, LayoutAudit, Words } from '../layout.ts';
import { isPackageFile, STATE_PATH, suiteDirectory } from './format/paths.ts';
import { decodeState } from './format/state-file.ts';
import type { AptInspection } from './inspect.ts';

/** Readers of lists that other programs make of packages. */
const LISTS: readonly string[] = ['control', 'deb822', 'sources', 'dsc'];

/** What the commands say of an archive. */
export const aptWords: Words = {
  content: ({ names, packages, summaries }) =>
    `${formatPackages(names ?? packages, packages)} in ${formatPlural(summaries.length, 'index', 'indexes')}`,
  built: ({ state }) => `apt archive, ${state.suites}`,
  verified: (report) => ({ about: aboutArchive(report), checked: checkedParts(report), ...alsoOf(report) }),
  inspected: describeFile,
  compared: 'package',
  nextCommand: (directory, sibling) => ['repomill', 'build', directory, '--layout', 'apt', '--out', sibling('public')],
  guess: guessArchive,
  serveHint: async (url, read) => {
    const lines: string[] = [];
    for (const suite of suitesOf(await read(STATE_PATH))) {
      const components = componentsOf(await read(`${suiteDirectory(suite)}/Release`));
      if (components !== undefined) lines.push(`\n  deb [trusted=yes] ${url} ${suite} ${components}`);
    }
    return `apt finds it by${lines.join('') || ' a line in /etc/apt/sources.list.d'}`;
  },
};

function aboutArchive({ state }: LayoutAudit): string {
  const validUntil = state.validUntil === undefined ? '' : `, valid until ${state.validUntil}`;
  return `apt archive, ${state.suites || 'no suites'}${validUntil}`;
}

function checkedParts({ counts }: LayoutAudit): readonly string[] {
  return [
    formatPlural(counts.suites ?? 0, 'suite'),
    formatPlural(counts.indexes ?? 0, 'index', 'indexes'),
    formatPlural(counts.records ?? 0, 'stanza'),
    formatPlural(counts.patches ?? 0, 'patch', 'patches'),
    formatPlural(counts.retainedFiles ?? 0, 'file for older clients', 'files for older clients'),
    formatPlural(counts.signatures ?? 0, 'signature'),
    formatPlural(counts.packageFiles ?? 0, 'package file'),
  ];
}

function alsoOf({ counts }: LayoutAudit): { readonly also?: string } {
  const { packageFiles = 0, packageDigests = 0, signatures = 0 } = counts;
  const said = [
    ...(signatures === 0 ? ['not signed'] : []),
    ...(packageFiles === packageDigests ? [] : ['package files by their sizes (by digest: --full)']),
  ];
  return said.length === 0 ? {} : { also: said.join('; ') };
}

// The command hands over what the layout's own inspector has returned.
function describeFile(found: AptInspection): readonly string[] {
  switch (found.kind) {
    case 'release':
      return describeRelease(found);
    case 'stanzas':
      return describeStanzas(found);
    case 'list of patches':
      return describePatchList(found);
    case 'patch':
      return [
        `patch of ${formatPlural(found.hunks, 'place')}, ${formatPlural(found.removedLines, 'line')} removed, ${formatPlural(found.insertedLines, 'line')} inserted`,
        `uncompressed  ${formatBytes(found.size)}`,
        `stored        ${formatBytes(found.storedSize)}`,
      ];
    case 'contents':
      return [
        `list of the files in packages, ${formatPlural(found.lines, 'line')}`,
        `uncompressed  ${formatBytes(found.size)}`,
        `stored        ${formatBytes(found.storedSize)}`,
      ];
    case 'state':
      return describeState(found);
    case 'package files':
      return [
        `list of ${formatPlural(found.files, 'package file')}, ${formatBytes(found.size)}`,
        `sha256  ${found.sha256}`,
      ];
    case 'signatures':
      return [formatPlural(found.signatures.length, 'signature'), ...found.signatures.map(describeSignature)];
    case 'keys':
      return [`${formatPlural(found.keys, 'public key')}, ${formatCount(found.size)} bytes`];
    case 'sources entry':
      return [
        `entry for /etc/apt/sources.list.d, ${found.isSigned ? 'with its keys' : 'not signed'}`,
        `address     ${printableLine(found.uris.join(' '))}`,
        `suites      ${printableLine(found.suites.join(' '))}`,
        `components  ${printableLine(found.components.join(' '))}`,
      ];
  }
}

function describeState(state: Extract<AptInspection, { kind: 'state' }>): readonly string[] {
  const { name, date, suites, retained, packageFiles } = state;
  const kept = `${formatPlural(retained.files, 'file')}, ${formatBytes(retained.size)}`;
  return [
    `state of an apt archive, ${printableLine(suites.join(', ')) || 'no suites'}`,
    ...formatTable(
      [
        ...(name === undefined ? [] : [['name', printableLine(name)]]),
        ['date', date],
        ['for older clients', kept],
        ...(packageFiles === undefined ? [] : [['package files', formatCount(packageFiles)]]),
      ],
      ['left', 'left'],
    ),
  ];
}

function describeRelease(release: Extract<AptInspection, { kind: 'release' }>): readonly string[] {
  const { suite, codename, origin, label, date, validUntil, indexes, signatures } = release;
  const named = [
    ['origin', origin],
    ['label', label],
    ['suite', suite],
    ['codename', codename],
    ['date', date],
    ['valid until', validUntil],
    ['by hash', release.acquireByHash ? 'yes' : 'no'],
    ['architectures', release.architectures.join(' ')],
    ['components', release.components.join(' ')],
  ].flatMap(([name = '', text]) => (text === undefined || text === '' ? [] : [[name, printableLine(text)]]));
  const rows = indexes.map(({ path, size, digest }) => [printableLine(path), formatCount(size), digest.slice(0, 12)]);
  return [
    `${signatures.length === 0 ? 'Release' : 'InRelease'} file that lists ${formatPlural(indexes.length, 'file')}`,
    ...formatTable(named, ['left', 'left']),
    ...signatures.map(describeSignature),
    '',
    ...formatTable([['index', 'bytes', 'sha256'], ...rows], ['left', 'right', 'left']),
  ];
}

function describeSignature({ issuer, created }: SignatureFacts): string {
  return `signed by ${issuer ?? 'an unnamed key'}, ${formatReleaseDate(BigInt(created))}`;
}

function describeStanzas(found: Extract<AptInspection, { kind: 'stanzas' }>): readonly string[] {
  const { stanzas, names, size, storedSize, sha256, fields } = found;
  const rows = fields.map((field) => [printableLine(field.field), formatBytes(field.size), formatCount(field.stanzas)]);
  return [
    `${found.of === 'sources' ? 'Sources' : 'Packages'}, ${formatPlural(stanzas, 'stanza')} of ${formatPlural(names, 'name')}`,
    `sha256        ${sha256}`,
    `uncompressed  ${formatBytes(size)}`,
    `stored        ${formatBytes(storedSize)}`,
    '',
    ...formatTable([['field', 'size', 'stanzas'], ...rows], ['left', 'right', 'right']),
  ];
}

function describePatchList(found: Extract<AptInspection, { kind: 'list of patches' }>): readonly string[] {
  const rows = found.entries.map(({ name, from, patch, download }) => [
    from.sha256.slice(0, 12),
    formatBytes(from.size),
    name,
    formatBytes(patch.size),
    formatBytes(download.size),
  ]);
  return [
    `list of ${formatPlural(found.entries.length, 'patch', 'patches')}, ${formatCount(found.size)} bytes`,
    `leads to  ${found.current.sha256}, ${formatBytes(found.current.size)}`,
    '',
    ...formatTable(
      [['from', 'size', 'patch', 'uncompressed', 'stored'], ...rows],
      ['left', 'right', 'left', 'right', 'right'],
    ),
  ];
}

/** The suites that a state file names; none if it is damaged. */
function suitesOf(bytes: Uint8Array | undefined): readonly string[] {
  try {
    const suites = bytes === undefined ? [] : decodeState(bytes).suites;
    return suites.filter((suite) => /^[A-Za-z0-9][A-Za-z0-9.~+_-]*$/.test(suite));
  } catch {
    return [];
  }
}

/** The components in a Release file, with blanks between them; undefined if it has none, or is damaged. */
function componentsOf(bytes: Uint8Array | undefined): string | undefined {
  try {
    return /^Components: ([A-Za-z0-9.~+_ -]+)$/m.exec(decodeText(bytes ?? new Uint8Array()))?.[1];
  } catch {
    return undefined;
  }
}

/**
 * Lines of a configuration for a directory of packages; undefined if there are none, or records in a different form. Lists next to
 * packages are left out: they say the same, or are out of date.
 */
function guessArchive({ paths, readers }: GuessedInput): readonly string[] | undefined {
  const packages = paths.filter(isPackageFile);
  if (packages.length === 0 || !readers.every((reader) => LISTS.includes(reader))) return undefined;
  const inPool = packages.every((path) => /^pool\/[^/]+\/./.test(path));
  return [
    'layout: apt',
    '',
    inPool
      ? '# Packages are in the component that their path names.'
      : '# All packages are in the component main; `<component>/**` in place of `**` takes it from the path.',
    'inputs:',
    `  - files: "${inPool ? 'pool/<component>/' : ''}**/*.{deb,udeb,dsc}"`,
    '',
    '# Where the archive is served, for the file that users install. docs/apt.md explains this and other keys.',
    '# apt: { url: https://packages.example.org }',
  ];
}
