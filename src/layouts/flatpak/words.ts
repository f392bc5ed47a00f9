/** The words of the flatpak layout on the command line. */

import { printableLine } from '../../text/printable.ts';
import { formatBytes, formatCount, formatPlural } from '../../text/quantity.ts';
import { formatTable } from '../../text/table.ts';
import type { LayoutAudit, Verified, Words } from '../layout.ts';
import type { FlatpakFact, FlatpakInspection } from './inspect.ts';

/** What the commands print about a flatpak tree. */
export const flatpakWords: Words = {
  content: ({ packages, summaries }) =>
    `${formatPlural(packages, 'ref')} in ${formatPlural(summaries.length, 'summary', 'summaries')}`,
  built: () => 'flatpak repository',
  verified: describeAudit,
  inspected: describe,
  compared: 'ref',
  // As flatpak shows a commit.
  shownVersion: (commit) => commit.slice(0, 12),
  nextCommand: (directory) => [
    ...['flatpak-builder', '--user', '--install-deps-from=flathub', '--force-clean', `--repo=${directory}/repo`],
    ...[`${directory}/build`, `${directory}/org.example.Hello.yml`],
  ],
  // A preview never leaves this machine, so it needs no signatures.
  serveHint: (url) => `flatpak finds it by\n  flatpak remote-add --user --no-gpg-verify preview ${url}`,
};

function describeAudit({ state, counts, findings }: LayoutAudit): Verified {
  const changed = new Date(Math.min(Number(state.lastModified ?? 0), LAST_TIME) * 1000).toISOString().slice(0, 10);
  const { signatures = 0, goodSignatures = 0 } = counts;
  return {
    about: `flatpak, changed ${changed}`,
    checked: [
      formatPlural(counts.summaries ?? 0, 'summary', 'summaries'),
      formatPlural(counts.commits ?? 0, 'commit'),
      formatPlural(counts.deltas ?? 0, 'delta'),
      formatPlural(counts.staticDeltas ?? 0, 'static delta'),
      formatPlural(counts.clients ?? 0, 'client transition'),
    ],
    also: signatureText(signatures, goodSignatures, findings.length),
  };
}

// Without a key there is nothing to check them with; with one, those that are not good are findings.
function signatureText(signatures: number, good: number, findings: number): string {
  if (signatures === 0) return 'not signed';
  const all = formatPlural(signatures, 'signature');
  return good === 0 && findings === 0 ? `${all} not checked` : `${formatCount(good)} of ${all} good by a known key`;
}

function describe(inspection: FlatpakInspection): readonly string[] {
  switch (inspection.kind) {
    case 'flatpak-index':
      return [
        `flatpak index of ${formatCount(inspection.size)} bytes`,
        `sha256  ${inspection.sha256}`,
        '',
        ...formatTable(
          [
            ['summary', 'history', 'sha256'],
            ...inspection.summaries.map(({ name, history, sha256 }) => [
              printableLine(name),
              formatCount(history.length),
              sha256.slice(0, 12),
            ]),
          ],
          ['left', 'right', 'left'],
        ),
        '',
        ...factTable(inspection.metadata),
      ];
    case 'flatpak-summary':
      return [
        `flatpak summary, ${formatPlural(inspection.refs, 'ref')} of ${printableLine(inspection.arches.join(', ')) || 'no arch'}`,
        `sha256  ${inspection.sha256}`,
        `size    ${formatBytes(inspection.size)}`,
        `stored  ${formatBytes(inspection.storedSize)}`,
        '',
        ...formatTable(
          [
            ['part', 'count', 'size'],
            ...inspection.parts.map(({ part, count, size }) => [
              printableLine(part),
              formatCount(count),
              formatBytes(size),
            ]),
          ],
          ['left', 'right', 'right'],
        ),
        '',
        ...factTable(inspection.metadata),
      ];
    case 'flatpak-delta':
      return [
        `flatpak delta of ${formatCount(inspection.storedSize)} bytes, makes a summary of ${formatCount(inspection.newSize)} bytes`,
        '',
        ...formatTable(
          [
            ['operation', 'count', 'bytes'],
            ...inspection.operations.map(({ kind, count, bytes }) => [kind, formatCount(count), formatCount(bytes)]),
          ],
          ['left', 'right', 'right'],
        ),
      ];
    case 'flatpak-signatures':
      return [
        formatPlural(inspection.signatures.length, 'OpenPGP signature'),
        '',
        ...formatTable(
          [
            ['made', 'by key'],
            ...inspection.signatures.map((facts) => [
              facts === null ? 'not a signature that clients read' : timeText(facts.created),
              facts?.issuer ?? '',
            ]),
          ],
          ['left', 'left'],
        ),
      ];
    case 'flatpak-delta-index':
      return [
        `index of ${formatPlural(inspection.deltas.length, 'static delta')}`,
        '',
        ...inspection.deltas.map(printableLine),
      ];
    case 'flatpak-commit':
      return describeCommit(inspection);
  }
}

function describeCommit(commit: Extract<FlatpakInspection, { kind: 'flatpak-commit' }>): readonly string[] {
  const { sha256, timestamp, tree, refBinding, collectionBinding, subsets, installedSize, downloadSize, metadata } =
    commit;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['sha256', sha256],
    ['made', timeText(timestamp)],
    ['tree', tree],
    ['refs', refBinding?.join(', ')],
    ['collection', collectionBinding],
    ['subsets', subsets.join(', ')],
    ['installed', installedSize === undefined ? undefined : formatBytes(installedSize)],
    ['download', downloadSize === undefined ? undefined : formatBytes(downloadSize)],
    ['end of life', commit.endOfLife],
    ['rebased to', commit.endOfLifeRebase],
    ['token type', commit.tokenType?.toString()],
    [
      'extra data',
      commit.extraData && `${formatPlural(commit.extraData.sources, 'file')}, ${formatBytes(commit.extraData.size)}`,
    ],
  ];
  const known = rows.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, printableLine(value)]],
  );
  const text = metadata === undefined ? [] : ['', ...metadata.trimEnd().split('\n').map(printableLine)];
  return [`OSTree commit of ${formatCount(commit.size)} bytes`, '', ...formatTable(known, ['left', 'left']), ...text];
}

function factTable(facts: readonly FlatpakFact[]): readonly string[] {
  return formatTable(
    facts.map(({ key, value }) => [printableLine(key), printableLine(value)]),
    ['left', 'left'],
  );
}

/** The last second that a JavaScript date can represent. */
const LAST_TIME = 8.64e12;

function timeText(seconds: number): string {
  return new Date(Math.min(seconds, LAST_TIME) * 1000).toISOString();
}
