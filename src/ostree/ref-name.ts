/**
 * Names of refs: what kind of thing a ref is, for which architecture, and which subset's appstream it holds. The same rules as
 * flatpak's, which looks at prefixes and slashes and at nothing else.
 */
import { MAX_NAME_LENGTH } from '../model/limits.ts';

/** What a ref's name says. */
export interface RefName {
  readonly kind: 'app' | 'runtime' | 'appstream' | 'appstream2' | 'other';
  /** `org.example.App`; of apps and runtimes alone. */
  readonly id?: string;
  /** Undefined: the ref belongs to every architecture. */
  readonly arch?: string;
  /** `stable`; of apps and runtimes alone. */
  readonly branch?: string;
  /** The subset that an `appstream2/SUBSET-ARCH` describes. */
  readonly subset?: string;
}

/** What a ref's name says. */
export function parseRefName(ref: string): RefName {
  const [kind = '', ...rest] = ref.split('/');
  const tail = rest.join('/');
  if (rest.length > 0 && (kind === 'appstream' || kind === 'appstream2')) {
    const dash = tail.lastIndexOf('-');
    const arch = tail.slice(dash + 1);
    return kind === 'appstream2' && dash >= 0 ? { kind, arch, subset: tail.slice(0, dash) } : { kind, arch };
  }
  if (rest.length === 0 || (kind !== 'app' && kind !== 'runtime')) return { kind: 'other' };
  const [id = '', arch, branch, ...more] = rest;
  if (arch === undefined || branch === undefined) return { kind };
  return more.length > 0 ? { kind, arch } : { kind, id, arch, branch };
}

/** Names of files below `refs/heads` that OSTree accepts as refs (`ostree_validate_rev`). */
export function isRefName(text: string): boolean {
  return /^\w[\w.-]*(?:\/\w[\w.-]*)*$/.test(text) && text.length <= 16 * MAX_NAME_LENGTH;
}
