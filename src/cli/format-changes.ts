/**
 * Changes between two sets of records as lines for a terminal: a table of what was added and removed, which versions changed and
 * where the content did, of each kind a limited number, and a last line with all counts.
 */
import type { Words } from '../layouts/layout.ts';
import { archesOf } from '../model/record.ts';
import {
  type ChangedRecord,
  countChanges,
  type RecordChanges,
  type VersionDirection,
} from '../model/record-changes.ts';
import { printableLine } from '../text/printable.ts';
import { formatCount, formatPlural } from '../text/quantity.ts';
import { formatTable } from '../text/table.ts';

/** How to show changes. */
export interface ShownChanges {
  /** The most lines of each kind. */
  readonly limit: number;
  /** What the layout calls one: `package`. */
  readonly noun: string;
  readonly shownVersion?: Words['shownVersion'];
}

/** The lines of the changes, and how many were left out. */
export interface ChangeLines {
  readonly lines: readonly string[];
  readonly leftOut: number;
}

/** The most fields to name in a line. */
const SHOWN_FIELDS = 6;

const changedWords: Readonly<Record<VersionDirection, string>> = {
  upgrade: 'upgraded',
  downgrade: 'downgraded',
  respelled: 'changed',
  unknown: 'changed',
};

/** The table of changes: removed, added, changed versions, changed content. */
export function formatChanges(changes: RecordChanges, { limit, shownVersion = asItIs }: ShownChanges): ChangeLines {
  const { added, removed, changed, content } = changes;
  const recordRow = (word: string) => (record: ChangedRecord) => [
    word,
    record.name,
    shownVersion(record.version),
    archText(record),
    '',
  ];
  const rows = [
    ...removed.slice(0, limit).map(recordRow('removed')),
    ...added.slice(0, limit).map(recordRow('added')),
    ...changed.slice(0, limit).map(({ direction, from, to, ...one }) => {
      return [changedWords[direction], one.name, `${shownVersion(from)} -> ${shownVersion(to)}`, archText(one), ''];
    }),
    ...content.slice(0, limit).map((one) => {
      const fields = one.fields.map(({ field }) => field);
      return [...recordRow('content')(one).slice(0, 4), fieldText(fields)];
    }),
  ];
  const cells = rows.map((row) => row.map(printableLine));
  return {
    lines: formatTable(cells, ['left', 'left', 'left', 'left', 'left']),
    leftOut: countChanges(changes) - rows.length,
  };
}

/** All counts: `2 packages added, 1 removed, 3 upgraded, 1 with other content`. */
export function formatChangeCounts(changes: RecordChanges, noun: string): string {
  const { added, removed, changed, content } = changes;
  const inDirection = (word: string): number => changed.filter((one) => changedWords[one.direction] === word).length;
  const counts = [
    [removed.length, 'removed'],
    [added.length, 'added'],
    ...['upgraded', 'downgraded', 'changed'].map((word) => [inDirection(word), word] as const),
    [content.length, 'with other content'],
  ] as const;
  const [first, ...others] = counts.filter(([count]) => count > 0);
  if (first === undefined) return `no ${noun} differs`;
  return [
    `${formatPlural(first[0], noun)} ${first[1]}`,
    ...others.map(([count, word]) => `${formatCount(count)} ${word}`),
  ].join(', ');
}

function asItIs(version: string): string {
  return version;
}

// A record for every architecture may have changed for some of them only.
function archText(change: Pick<ChangedRecord, 'arch' | 'arches'>): string {
  const own = archesOf(change).join(', ');
  const listed = change.arches.join(', ');
  return own === listed ? `(${own})` : `(${own}, for ${listed})`;
}

function fieldText(fields: readonly string[]): string {
  const rest = fields.length - SHOWN_FIELDS;
  const shown = fields.slice(0, SHOWN_FIELDS).join(', ');
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
