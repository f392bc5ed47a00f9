/**
 * The note about files that no reader recognises: how many of which kind, with one of each, and how to have them read.
 */
import type { UnreadFiles, UnreadKind } from '../catalogue/read/unread-files.ts';
import { printableLine } from '../text/printable.ts';
import { formatCount, formatPlural } from '../text/quantity.ts';

/** Kinds that have a line of their own. */
const SHOWN_KINDS = 4;

/** The lines to print, at most a handful; none if there is nothing to tell. */
export function formatUnread(unread: UnreadFiles | undefined): readonly string[] {
  if (unread === undefined) return [];
  const { kinds, hint } = unread;
  const count = (some: readonly UnreadKind[]): number => some.reduce((sum, kind) => sum + kind.count, 0);
  const rest = kinds.slice(SHOWN_KINDS);
  return [
    `repomill: no reader recognises ${formatPlural(count(kinds), 'file')}:`,
    ...kinds.slice(0, SHOWN_KINDS).map((kind) => `  ${printableLine(formatKindLine(kind))}`),
    ...(rest.length === 0
      ? []
      : [`  and ${formatPlural(count(rest), 'file')} of ${formatPlural(rest.length, 'other kind')}`]),
    ...(hint === undefined ? [] : [`  ${printableLine(hint)}`]),
  ];
}

function formatKindLine({ files, count, example }: UnreadKind): string {
  return count === 1 ? example : `${formatCount(count)} ${files}, such as ${example}`;
}
