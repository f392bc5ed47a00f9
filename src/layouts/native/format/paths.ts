/**
 * The paths of a native tree. FORMAT.md, section "The tree". Each function that makes a path is next to the one that
 * parses it.
 */
import { type Digest, isDigest } from '../../../model/digest.ts';

/** The index. It changes under its name. */
export const INDEX_PATH = 'index.json';

/** All records of the configured architectures, one JSON document a line, for simple clients. It changes under its name. */
export const COMBINED_PATH = 'combined.jsonl.gz';

/** The directories that the layout writes to. */
export const TREE_DIRECTORIES: readonly string[] = ['summaries', 'deltas', 'details'];

/** The directory of packages by convention. Any other will do, but hosts do not know that its files never change. */
export const PACKAGES_DIRECTORY = 'pool';

/** What a path of a native tree is. */
export type TreePath =
  | { readonly kind: 'index' }
  | { readonly kind: 'combined' }
  | { readonly kind: 'summary'; readonly sha256: Digest }
  | { readonly kind: 'package list'; readonly sha256: Digest }
  | { readonly kind: 'delta'; readonly from: Digest; readonly to: Digest }
  | { readonly kind: 'dictionary'; readonly sha256: Digest }
  | { readonly kind: 'details'; readonly dictionary?: Digest; readonly sha256: Digest };

/** `summaries/<sha256>.gz` */
export function summaryPath(sha256: Digest): string {
  return `summaries/${sha256}.gz`;
}

/** `summaries/<sha256>.files.gz` */
export function packageListPath(sha256: Digest): string {
  return `summaries/${sha256}.files.gz`;
}

/** `deltas/<old sha256>-<new sha256>.bsdiff` */
export function deltaPath(from: Digest, to: Digest): string {
  return `deltas/${from}-${to}.bsdiff`;
}

/** `details/<sha256>.dictionary` */
export function dictionaryPath(sha256: Digest): string {
  return `details/${sha256}.dictionary`;
}

/**
 * `details/<dictionary>/<sha256>.zz`, or `details/plain/<sha256>.zz` without a dictionary. The dictionary is part of the
 * path because the stored bytes depend on it, and a published file never changes.
 */
export function detailsPath(sha256: Digest, dictionary: Digest | undefined): string {
  return `details/${dictionary ?? 'plain'}/${sha256}.zz`;
}

/**
 * Whether a file named like the index is an index, of any version: people have an `index.json` of their own. An index is an
 * object with a member `signed`.
 */
export function looksLikeIndex(bytes: Uint8Array): boolean {
  // Never refuses bytes: any file may be asked about.
  const start = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, 64));
  return /^\s*\{\s*"(?:signed|signatures)"\s*:/.test(start);
}

/** Parses a path; undefined for one that no function here makes. */
export function parseTreePath(path: string): TreePath | undefined {
  if (path === INDEX_PATH) return { kind: 'index' };
  if (path === COMBINED_PATH) return { kind: 'combined' };
  const match =
    /^(?:summaries\/(\w+)\.(files\.)?gz|deltas\/(\w+)-(\w+)\.bsdiff|details\/(\w+)\.dictionary|details\/(\w+)\/(\w+)\.zz)$/.exec(
      path,
    );
  if (match === null) return undefined;
  const [, summary, files, from, to, dictionary, folder, details] = match;
  if (isDigest(summary)) return { kind: files === undefined ? 'summary' : 'package list', sha256: summary };
  if (isDigest(from) && isDigest(to)) return { kind: 'delta', from, to };
  if (isDigest(dictionary)) return { kind: 'dictionary', sha256: dictionary };
  if (!isDigest(details)) return undefined;
  if (folder === 'plain') return { kind: 'details', sha256: details };
  return isDigest(folder) ? { kind: 'details', dictionary: folder, sha256: details } : undefined;
}
