/**
 * Paths that flatpak's clients use in an OSTree repository, besides OSTree's own (`ostree/paths.ts`). The formatter and the parser
 * of a path are next to each other.
 */
import { type Digest, isDigest } from '../../../model/digest.ts';
import { CONFIG_PATH, isDeltaIndexPath } from '../../../ostree/paths.ts';

/** The index of all summaries: the one mutable file that clients since flatpak 1.9 need. */
export const SUMMARY_INDEX_PATH = 'summary.idx';

/** The signature of the index where clients of flatpak 1.9.1 and 1.9.2 look for it. */
export const INDEX_SIGNATURE_PATH = 'summary.idx.sig';

/** The old summary of all refs, for clients before flatpak 1.9 and for plain OSTree. */
export const OLD_SUMMARY_PATH = 'summary';

/** The signature of the old summary. */
export const OLD_SIGNATURE_PATH = 'summary.sig';

/** The folder of summaries, their deltas, and the signatures of indexes. */
export const SUMMARIES_PATH = 'summaries';

/** What is at a path that the flatpak layout writes. */
export type FlatpakPath =
  | { readonly kind: 'index' | 'index-signature' | 'old-summary' | 'old-signature' | 'config' }
  | { readonly kind: 'summary'; readonly sha256: Digest }
  | { readonly kind: 'delta'; readonly from: Digest; readonly to: Digest }
  /** The signature of the index with this digest. */
  | { readonly kind: 'signature'; readonly index: Digest }
  | { readonly kind: 'delta-index' };

/** `summaries/<sha256>.gz` */
export function flatpakSummaryPath(sha256: Digest): string {
  return `${SUMMARIES_PATH}/${sha256}.gz`;
}

/** `summaries/<old sha256>-<new sha256>.delta` */
export function summaryDeltaPath(from: Digest, to: Digest): string {
  return `${SUMMARIES_PATH}/${from}-${to}.delta`;
}

/** `summaries/<sha256 of the index>.idx.sig` */
export function signaturePath(index: Digest): string {
  return `${SUMMARIES_PATH}/${index}.idx.sig`;
}

const fixed: ReadonlyMap<string, FlatpakPath> = new Map([
  [SUMMARY_INDEX_PATH, { kind: 'index' }],
  [INDEX_SIGNATURE_PATH, { kind: 'index-signature' }],
  [OLD_SUMMARY_PATH, { kind: 'old-summary' }],
  [OLD_SIGNATURE_PATH, { kind: 'old-signature' }],
  [CONFIG_PATH, { kind: 'config' }],
]);

/** What is at a path; undefined for a path that the layout does not write. */
export function parseFlatpakPath(path: string): FlatpakPath | undefined {
  const known = fixed.get(path);
  if (known !== undefined) return known;
  if (isDeltaIndexPath(path)) return { kind: 'delta-index' };
  const [, name = '', kind] = /^summaries\/([\w-]+)\.(gz|delta|idx\.sig)$/.exec(path) ?? [];
  if (kind === 'delta') {
    const [from, to, ...rest] = name.split('-');
    return rest.length === 0 && isDigest(from) && isDigest(to) ? { kind, from, to } : undefined;
  }
  if (!isDigest(name)) return undefined;
  return kind === 'gz' ? { kind: 'summary', sha256: name } : { kind: 'signature', index: name };
}
