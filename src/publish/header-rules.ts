/**
 * The headers that a host should send with a published tree, native, flatpak or both, and the order in which its files are
 * uploaded. The preview server takes the headers from here; a test holds every file in `templates/hosts/` against this table.
 */
import {
  INDEX_SIGNATURE_PATH,
  OLD_SIGNATURE_PATH,
  OLD_SUMMARY_PATH,
  SUMMARY_INDEX_PATH,
} from '../layouts/flatpak/format/paths.ts';
import { COMBINED_PATH, INDEX_PATH } from '../layouts/native/format/paths.ts';
import { CONFIG_PATH, DELTA_INDEXES_PATH } from '../ostree/paths.ts';

/** HTTP headers by name. */
export type Headers = Readonly<Record<string, string>>;

/** The headers of the files whose path matches. */
export interface HeaderRule {
  /** A path of the tree. A star stands for anything, slashes too. */
  readonly path: string;
  readonly headers: Headers;
  /** Whether a host gains by compressing the answer. Everything else is compressed already, or must stay byte for byte. */
  readonly compress: boolean;
}

/** For what changes under its name: a minute, so that no client waits long and a CDN still takes the load. */
const SHORT = 'public, max-age=60';

/** For what is named by its digest: a year, the longest that caches understand, without ever asking again. */
const FOREVER = 'public, max-age=31536000, immutable';

const BINARY = 'application/octet-stream';

/** With every answer, errors too: a page on another origin must be able to tell a missing delta from a broken host. */
export const sharedHeaders: Headers = { 'Access-Control-Allow-Origin': '*' };

/**
 * Every kind of file that a tree has; of two rules that match a path, the first counts. None of them carries
 * `Content-Encoding`: the stored bytes are the answer. A client that unpacks a `.gz` on the way, as flatpak's does when told
 * so, has no use for what is left, and ranges would be those of other bytes.
 *
 * In this order files are uploaded, too: at every moment a client finds what the file that it started from leads to.
 */
export const headerRules: readonly HeaderRule[] = [
  // The signatures of a commit stand beside it and may grow in number.
  rule('objects/*.commitmeta', BINARY, SHORT),
  rule('objects/*', BINARY, FOREVER),
  rule('deltas/*.bsdiff', BINARY, FOREVER),
  // Static deltas of OSTree are named by their commits: made again, they have other bytes, and clients compare.
  rule('deltas/*', BINARY, SHORT),
  rule('details/*', BINARY, FOREVER),
  // Signatures of flatpak's indexes are in there too; no client looks at their type.
  rule('summaries/*', 'application/gzip', FOREVER),
  rule(`${DELTA_INDEXES_PATH}/*`, BINARY, SHORT),
  rule('refs/*', BINARY, SHORT),
  rule(CONFIG_PATH, BINARY, SHORT),
  rule(COMBINED_PATH, 'application/gzip', SHORT),
  rule(OLD_SUMMARY_PATH, BINARY, SHORT),
  rule(OLD_SIGNATURE_PATH, BINARY, SHORT),
  rule(INDEX_SIGNATURE_PATH, BINARY, SHORT),
  rule(SUMMARY_INDEX_PATH, BINARY, SHORT),
  rule(INDEX_PATH, 'application/json', SHORT, true),
];

/** Types of files that may lie beside a tree, such as a page that shows it. */
const strangerTypes: ReadonlyMap<string, string> = new Map([
  ['css', 'text/css; charset=utf-8'],
  ['flatpakref', 'application/vnd.flatpak.ref'],
  ['flatpakrepo', 'application/vnd.flatpak.repo'],
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['json', 'application/json'],
  ['svg', 'image/svg+xml'],
  ['txt', 'text/plain; charset=utf-8'],
]);

/** The headers for a path of the tree, without the shared ones. A file that is not of a tree is never kept long. */
export function headersFor(path: string): Headers {
  const found = headerRules.find((rule) => matches(rule, path));
  if (found !== undefined) return found.headers;
  const extension = /\.([a-z]+)$/.exec(path)?.[1] ?? '';
  return headers(strangerTypes.get(extension) ?? BINARY, SHORT);
}

function matches(rule: HeaderRule, path: string): boolean {
  const [start = '', end] = rule.path.split('*');
  return end === undefined ? path === start : path.startsWith(start) && path.endsWith(end);
}

function rule(path: string, contentType: string, cacheControl: string, compress = false): HeaderRule {
  return { path, headers: headers(contentType, cacheControl), compress };
}

function headers(contentType: string, cacheControl: string): Headers {
  return { 'Content-Type': contentType, 'Cache-Control': cacheControl };
}
