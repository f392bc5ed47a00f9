/**
 * Where everything stands in an OSTree repository that flatpak clients use. Formatter and parser of a path side by side; no
 * other file knows a path.
 */
import { parseHex } from '../format/bytes.ts';
import { type Digest, isDigest } from '../model/digest.ts';

/** The index of all summaries: the one mutable file that a client since flatpak 1.9 needs. */
export const SUMMARY_INDEX_PATH = 'summary.idx';

/** The signature of the index as clients of flatpak 1.9.1 and 1.9.2 look for it. */
export const INDEX_SIGNATURE_PATH = 'summary.idx.sig';

/** The old summary of everything, for clients before flatpak 1.9 and for plain OSTree. */
export const OLD_SUMMARY_PATH = 'summary';

/** The signature of the old summary. */
export const OLD_SIGNATURE_PATH = 'summary.sig';

/** The repository's configuration, which clients read before every pull. */
export const CONFIG_PATH = 'config';

/** Where refs stand, one file for each. */
export const REFS_PATH = 'refs/heads';

/** Where static deltas stand. */
export const STATIC_DELTAS_PATH = 'deltas';

/** Where the indexes of static deltas stand. */
export const DELTA_INDEXES_PATH = 'delta-indexes';

/** Where summaries stand, their deltas and the signatures of indexes. */
export const SUMMARIES_PATH = 'summaries';

/** What a path that the flatpak layout writes is. */
export type FlatpakPath =
  | { readonly kind: 'index' | 'index-signature' | 'old-summary' | 'old-signature' | 'config' }
  | { readonly kind: 'summary'; readonly sha256: Digest }
  | { readonly kind: 'delta'; readonly from: Digest; readonly to: Digest }
  /** The signature of the index with this digest. */
  | { readonly kind: 'signature'; readonly index: Digest }
  | { readonly kind: 'delta-index' };

/** `summaries/<old sha256>-<new sha256>.delta` */
export function summaryDeltaPath(from: Digest, to: Digest): string {
  return `${SUMMARIES_PATH}/${from}-${to}.delta`;
}

/** `summaries/<sha256 of the index>.idx.sig` */
export function signaturePath(index: Digest): string {
  return `${SUMMARIES_PATH}/${index}.idx.sig`;
}

/** `objects/<2 digits>/<62 digits>.<kind>` */
export function objectPath(sha256: Digest, kind: 'commit' | 'dirtree' | 'dirmeta' | 'filez'): string {
  return `objects/${sha256.slice(0, 2)}/${sha256.slice(2)}.${kind}`;
}

/** `delta-indexes/<2 characters>/<41 characters>.index`: what static deltas lead to a commit. */
export function deltaIndexPath(commit: Digest): string {
  const name = formatBase64(commit);
  return `${DELTA_INDEXES_PATH}/${name.slice(0, 2)}/${name.slice(2)}.index`;
}

const fixed: ReadonlyMap<string, FlatpakPath> = new Map([
  [SUMMARY_INDEX_PATH, { kind: 'index' }],
  [INDEX_SIGNATURE_PATH, { kind: 'index-signature' }],
  [OLD_SUMMARY_PATH, { kind: 'old-summary' }],
  [OLD_SIGNATURE_PATH, { kind: 'old-signature' }],
  [CONFIG_PATH, { kind: 'config' }],
]);

/** What a path is, or undefined for one that the layout does not write. */
export function parseFlatpakPath(path: string): FlatpakPath | undefined {
  const known = fixed.get(path);
  if (known !== undefined) return known;
  if (/^delta-indexes\/[\w+]{2}\/[\w+]{41}\.index$/.test(path)) return { kind: 'delta-index' };
  const [, name = '', kind] = /^summaries\/([\w-]+)\.(gz|delta|idx\.sig)$/.exec(path) ?? [];
  if (kind === 'delta') {
    const [from, to, ...rest] = name.split('-');
    return rest.length === 0 && isDigest(from) && isDigest(to) ? { kind, from, to } : undefined;
  }
  if (!isDigest(name)) return undefined;
  return kind === 'gz' ? { kind: 'summary', sha256: name } : { kind: 'signature', index: name };
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
