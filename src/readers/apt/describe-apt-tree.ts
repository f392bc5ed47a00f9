/**
 * What an apt repository was recognised as, in one line.
 */
import { compareText } from '../../model/order.ts';
import type { OpenAptTree } from './open-apt-tree.ts';

/** The most names of one kind. */
const SHOWN = 20;

/** `an apt repository: suites bookworm, trixie; component main; arches amd64, arm64; sources` */
export function describeAptTree({ indexes }: Pick<OpenAptTree, 'indexes'>): string {
  const lists = indexes.filter(({ kind }) => kind === 'Packages');
  const parts = [
    named(
      indexes.map(({ suite }) => suite),
      'suite',
      'suites',
    ),
    named(
      indexes.map(({ component }) => component),
      'component',
      'components',
    ),
    named(
      lists.map(({ arch = 'all' }) => arch),
      'arch',
      'arches',
    ),
    lists.length < indexes.length ? 'sources' : '',
  ];
  return `an apt repository: ${parts.filter((part) => part !== '').join('; ')}`;
}

function named(names: readonly string[], one: string, several: string): string {
  const distinct = [...new Set(names)].sort(compareText);
  if (distinct.length === 0) return '';
  const more = distinct.length > SHOWN ? [`${distinct.length - SHOWN} more`] : [];
  return `${distinct.length === 1 ? one : several} ${[...distinct.slice(0, SHOWN), ...more].join(', ')}`;
}
