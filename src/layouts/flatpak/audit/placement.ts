/**
 * Which refs a summary has to list, may list, and must not list, as clients look for them: they load the summary of one
 * architecture, and in it find what that machine can run.
 */
import type { RefName } from '../../../ostree/ref-name.ts';

/** An architecture, or a subset of it. */
export interface Place {
  readonly arch: string;
  readonly subset?: string;
}

/** What a summary has to do with a ref. */
export type Placement = 'listed' | 'allowed' | 'stranger';

/** Machines of these architectures run programs of another too (flatpak's `flatpak_get_compat_arch`). */
export const secondaryArches: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'i386'],
  ['aarch64', 'arm'],
]);

/**
 * Whether a summary has to list a ref.
 *
 * @param subsets - those that the ref's commit names; undefined: the commit is not known
 */
export function placementOf(name: RefName, subsets: readonly string[] | undefined, place: Place): Placement {
  const inArch = placementInArch(name, place.arch);
  if (name.kind === 'other') return inArch;
  if (place.subset === undefined) return name.subset === undefined ? inArch : 'stranger';
  switch (name.kind) {
    case 'appstream':
      return 'stranger';
    case 'appstream2':
      return name.subset === place.subset ? inArch : 'stranger';
    default:
      if (subsets !== undefined) return subsets.includes(place.subset) ? inArch : 'stranger';
      return inArch === 'stranger' ? inArch : 'allowed';
  }
}

function placementInArch({ arch }: RefName, wanted: string): Placement {
  if (arch === undefined || arch === wanted) return 'listed';
  return arch === secondaryArches.get(wanted) ? 'allowed' : 'stranger';
}
