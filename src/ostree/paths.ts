/**
 * Paths of an OSTree repository: formatter and parser side by side.
 */
import { parseHex } from '../bytes/bytes.ts';
import { type Digest, isDigest } from '../model/digest.ts';

/** The repository's configuration, which clients read before every pull. */
export const CONFIG_PATH = 'config';

/** Where refs stand, one file for each. */
export const REFS_PATH = 'refs/heads';

/** Where static deltas stand. */
export const STATIC_DELTAS_PATH = 'deltas';

/** Where the indexes of static deltas stand. */
export const DELTA_INDEXES_PATH = 'delta-indexes';

/** `objects/<2 digits>/<62 digits>.<kind>` */
export function objectPath(sha256: Digest, kind: 'commit' | 'dirtree' | 'dirmeta' | 'filez'): string {
  return `objects/${sha256.slice(0, 2)}/${sha256.slice(2)}.${kind}`;
}

/** `delta-indexes/<2 characters>/<41 characters>.index`: what static deltas lead to a commit. */
export function deltaIndexPath(commit: Digest): string {
  const name = formatBase64(commit);
  return `${DELTA_INDEXES_PATH}/${name.slice(0, 2)}/${name.slice(2)}.index`;
}

/** What a directory below `deltas/` is named after: the commit that a static delta leads to, and the one it starts from. */
export interface StaticDeltaName {
  readonly from?: Digest;
  readonly to: Digest;
}

/** The static delta of a directory `<2 characters>/<rest>` below `deltas/`; undefined where it is none. */
export function parseStaticDeltaPath(path: string): StaticDeltaName | undefined {
  if (path[2] !== '/') return undefined;
  const [first, second, ...rest] = `${path.slice(0, 2)}${path.slice(3)}`.split('-');
  const [to, from] = second === undefined ? [parseBase64(first), undefined] : [parseBase64(second), parseBase64(first)];
  if (rest.length > 0 || to === undefined || (second !== undefined && from === undefined)) return undefined;
  return from === undefined ? { to } : { from, to };
}

// OSTree's own base64: no padding, and "_" for the slash.
function formatBase64(digest: Digest): string {
  return btoa(String.fromCharCode(...parseHex(digest)))
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

function parseBase64(name: string | undefined): Digest | undefined {
  if (name === undefined || !/^[\w+]{43}$/.test(name)) return undefined;
  const bytes = atob(name.replaceAll('_', '/'));
  const hex = Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  return isDigest(hex) && formatBase64(hex) === name ? hex : undefined;
}
