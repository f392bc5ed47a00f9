/**
 * The headers that a host should send with a published tree. The preview server takes them from here; a test holds every
 * file in `templates/hosts/` against this table.
 */
import { COMBINED_PATH, INDEX_PATH } from '../format/paths.ts';

/** HTTP headers by name. */
export type Headers = Readonly<Record<string, string>>;

/** The headers of one file, or of all files of one directory. */
export interface HeaderRule {
  /** A path of the tree; one that ends in a slash stands for everything below it. */
  readonly path: string;
  readonly headers: Headers;
  /** Whether a host gains by compressing the answer. Everything else is compressed already, or must stay byte for byte. */
  readonly compress: boolean;
}

/** For what changes under its name: a minute, so that no client waits long and a CDN still takes the load. */
const SHORT = 'public, max-age=60';

/** For what is named by its digest: a year, the longest that caches understand, without ever asking again. */
const FOREVER = 'public, max-age=31536000, immutable';

/** With every answer, errors too: a page on another origin must be able to tell a missing delta from a broken host. */
export const sharedHeaders: Headers = { 'Access-Control-Allow-Origin': '*' };

/**
 * Every kind of file that a tree has. None of them carries `Content-Encoding`: the stored bytes are the answer, and an HTTP
 * library that unpacked a `.gz` on the way would break the ranges in it.
 */
export const headerRules: readonly HeaderRule[] = [
  rule(INDEX_PATH, 'application/json', SHORT, true),
  rule(COMBINED_PATH, 'application/gzip', SHORT),
  rule('summaries/', 'application/gzip', FOREVER),
  rule('deltas/', 'application/octet-stream', FOREVER),
  rule('details/', 'application/octet-stream', FOREVER),
];

/** Types of files that may lie beside a tree, such as a page that shows it. */
const strangerTypes: ReadonlyMap<string, string> = new Map([
  ['css', 'text/css; charset=utf-8'],
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['json', 'application/json'],
  ['svg', 'image/svg+xml'],
  ['txt', 'text/plain; charset=utf-8'],
]);

/** The headers for a path of the tree, without the shared ones. A file that is not of a tree is never kept long. */
export function headersFor(path: string): Headers {
  const found = headerRules.find((rule) => (rule.path.endsWith('/') ? path.startsWith(rule.path) : path === rule.path));
  if (found !== undefined) return found.headers;
  const extension = /\.([a-z]+)$/.exec(path)?.[1] ?? '';
  return headers(strangerTypes.get(extension) ?? 'application/octet-stream', SHORT);
}

function rule(path: string, contentType: string, cacheControl: string, compress = false): HeaderRule {
  return { path, headers: headers(contentType, cacheControl), compress };
}

function headers(contentType: string, cacheControl: string): Headers {
  return { 'Content-Type': contentType, 'Cache-Control': cacheControl };
}
