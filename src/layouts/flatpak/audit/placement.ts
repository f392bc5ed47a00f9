/**
 * Which refs a summary must, may and must not list, as clients look for them: a client loads the summary of one architecture and
 * expects to find there everything that its machine can run.
 */
import type { RefName } from '../../../ostree/ref-name.ts';
import { secondaryArches } from '../format/secondary-arches.ts';
import type { EntryName } from '../format/summary-index.ts';

/** Whether a summary must list a ref, may list it, or must not. */
export type Placement = 'listed' | 'allowed' | 'unexpected';

/**
 * Whether a summary must list a ref.
 *
 * @param subsets - those that the ref's commit names; undefined if the commit is not known
 */
export function placementOf(name: RefName, subsets: readonly string[] | undefined, summary: EntryName): Placement {
  const inArch = placementInArch(name, summary.arch);
  if (name.kind === 'other') return inArch;
  if (summary.subset === undefined) return name.subset === undefined ? inArch : 'unexpected';
  switch (name.kind) {
    case 'appstream':
      return 'unexpected';
    case 'appstream2':
      return name.subset === summary.subset ? inArch : 'unexpected';
    default:
      if (subsets !== undefined) return subsets.includes(summary.subset) ? inArch : 'unexpected';
      return inArch === 'unexpected' ? inArch : 'allowed';
  }
}

function placementInArch({ arch }: RefName, wanted: string): Placement {
  if (arch === undefined || arch === wanted) return 'listed';
  return arch === secondaryArches.get(wanted) ? 'allowed' : 'unexpected';
}
