/**
 * Names of refs: the kind of thing that a ref is, its architecture, and for appstream data the subset that it describes. The
 * rules are flatpak's, which looks only at prefixes and slashes.
 */
import { MAX_NAME_LENGTH } from '../model/limits.ts';

/** What a ref's name says. */
export interface RefName {
  readonly kind: 'app' | 'runtime' | 'appstream' | 'appstream2' | 'other';
  /** `org.example.App`; apps and runtimes only. */
  readonly id?: string;
  /** Undefined if the ref belongs to every architecture. */
  readonly arch?: string;
  /** `stable`; apps and runtimes only. */
  readonly branch?: string;
  /** The subset that an `appstream2/SUBSET-ARCH` describes. */
  readonly subset?: string;
}

/** Takes a ref's name apart. */
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

/** Whether OSTree accepts the name of a file below `refs/heads` as a ref (`ostree_validate_rev`). */
export function isRefName(text: string): boolean {
  return /^\w[\w.-]*(?:\/\w[\w.-]*)*$/.test(text) && text.length <= 16 * MAX_NAME_LENGTH;
}
