/**
 * Paths in an OSTree repository. The formatter and the parser of a path are next to each other.
 */
import { parseHex } from '../bytes/bytes.ts';
import { type Digest, isDigest } from '../model/digest.ts';

/** The repository's configuration, which clients read before every pull. */
export const CONFIG_PATH = 'config';

/** The folder of all objects. */
export const OBJECTS_PATH = 'objects';

/** The folder of refs, one file for each. */
export const REFS_PATH = 'refs/heads';

/** The folder of static deltas. */
export const STATIC_DELTAS_PATH = 'deltas';

/** The folder of the indexes of static deltas. */
export const DELTA_INDEXES_PATH = 'delta-indexes';

/** `refs/heads/<name>` */
export function refPath(name: string): string {
  return `${REFS_PATH}/${name}`;
}

/** `objects/<2 digits>/<62 digits>.<kind>` */
export function objectPath(sha256: Digest, kind: 'commit' | 'dirtree' | 'dirmeta' | 'filez'): string {
  return `${OBJECTS_PATH}/${sha256.slice(0, 2)}/${sha256.slice(2)}.${kind}`;
}

/** `delta-indexes/<2 characters>/<41 characters>.index`: the static deltas that lead to a commit. */
export function deltaIndexPath(commit: Digest): string {
  const name = formatBase64(commit);
  return `${DELTA_INDEXES_PATH}/${name.slice(0, 2)}/${name.slice(2)}.index`;
}

/** Whether a path is that of an index of static deltas. */
export function isDeltaIndexPath(path: string): boolean {
  return /^delta-indexes\/[\w+]{2}\/[\w+]{41}\.index$/.test(path);
}

/** The commits in the name of a static delta: the one that it leads to, and the one it starts from, if any. */
export interface StaticDeltaName {
  readonly from?: Digest;
  readonly to: Digest;
}

/** `deltas/<2 characters>/<rest>`: the folder of a static delta. */
export function staticDeltaPath({ from, to }: StaticDeltaName): string {
  const name = from === undefined ? formatBase64(to) : `${formatBase64(from)}-${formatBase64(to)}`;
  return `${STATIC_DELTAS_PATH}/${name.slice(0, 2)}/${name.slice(2)}`;
}

/** The first file of a static delta, in the delta's folder: it names all others. */
const SUPERBLOCK = '/superblock';

/** Whether a path below `deltas/` is that of a superblock. */
export function isSuperblock(path: string): boolean {
  return path.endsWith(SUPERBLOCK);
}

/** The static delta of a superblock `<2 characters>/<rest>/superblock` below `deltas/`; undefined for any other path. */
export function parseSuperblockPath(path: string): StaticDeltaName | undefined {
  if (path[2] !== '/' || !isSuperblock(path)) return undefined;
  const name = path.slice(0, 2) + path.slice(3, -SUPERBLOCK.length);
  const [first, second, ...rest] = name.split('-');
  const [to, from] = second === undefined ? [parseBase64(first), undefined] : [parseBase64(second), parseBase64(first)];
  if (rest.length > 0 || to === undefined || (second !== undefined && from === undefined)) return undefined;
  return from === undefined ? { to } : { from, to };
}

// OSTree's own base64: no padding, and "_" instead of "/".
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
