/**
 * The headers a host should send with a published tree, and the upload order of its files. Each layout has its own rules; this
 * file defines them and merges the rules of several layouts into one table.
 */
import { bySpecificity, matchesRulePath } from './rule-path.ts';

/** HTTP headers by name. */
export type Headers = Readonly<Record<string, string>>;

/**
 * When a file is uploaded: packages and content first, then the files that name them, and entry points last, so that clients
 * always find everything that their entry point leads to.
 */
export const uploadStages = ['packages', 'content', 'mutable', 'entry point'] as const;

/** One of `uploadStages`. */
export type UploadStage = (typeof uploadStages)[number];

/** The headers of the files whose path matches. */
export interface HeaderRule {
  /** A path of the tree. A star matches anything, including slashes; there may be several. */
  readonly path: string;
  readonly headers: Headers;
  /** Whether the host should compress the response. All other files are compressed already or must arrive byte for byte. */
  readonly compress: boolean;
  readonly stage: UploadStage;
}

/**
 * How long caches keep a file.
 *
 * - `briefly`: it changes under the same name, and everything that an old one leads to stays. A minute, so that
 *   clients see changes soon and a CDN still takes the load.
 * - `revalidated`: it changes under the same name and only goes with others of the same moment. Caches ask each time.
 * - `forever`: it is named by its content. A year, the longest that caches support, without revalidation.
 */
export type Caching = 'briefly' | 'revalidated' | 'forever';

const cacheControl: Readonly<Record<Caching, string>> = {
  briefly: 'public, max-age=60',
  revalidated: 'public, max-age=0, must-revalidate',
  forever: 'public, max-age=31536000, immutable',
};

/** Options of `headerRule`. */
export interface HeaderRuleOptions {
  readonly type?: string;
  /** Default: briefly. */
  readonly caching?: Caching;
  readonly compress?: boolean;
}

/** The `Cache-Control` of files that no layout writes. */
export const foreignCaching: string = cacheControl.briefly;

const BINARY = 'application/octet-stream';

/** Sent with every response, even errors: a page on another origin must be able to tell a missing delta from a broken host. */
export const sharedHeaders: Headers = { 'Access-Control-Allow-Origin': '*' };

/**
 * Makes a rule. No rule sets `Content-Encoding`: the response is the stored bytes. Clients that decompress a `.gz` in transit
 * could not use the result, and byte ranges would refer to different bytes.
 */
export function headerRule(path: string, stage: UploadStage, options: HeaderRuleOptions = {}): HeaderRule {
  const { type = BINARY, caching = 'briefly', compress = false } = options;
  return { path, stage, compress, headers: headersOf(type, cacheControl[caching]) };
}

/**
 * Merges the rules of several layouts into one table, in upload order and without duplicates. Throws a `TypeError` for different
 * rules with the same path.
 */
export function mergeHeaderRules(tables: readonly (readonly HeaderRule[])[]): readonly HeaderRule[] {
  const rules = new Map<string, HeaderRule>();
  for (const rule of tables.flat()) {
    const known = rules.get(rule.path) ?? rule;
    if (!isSameRule(rule, known)) throw new TypeError(`${rule.path}: expected one rule, found two that differ`);
    rules.set(rule.path, rule);
  }
  return uploadStages.flatMap((stage) => [...rules.values()].filter((rule) => rule.stage === stage));
}

function isSameRule(a: HeaderRule, b: HeaderRule): boolean {
  const said = ({ headers, compress, stage }: HeaderRule): string =>
    JSON.stringify([Object.entries(headers).sort(), compress, stage]);
  return said(a) === said(b);
}

/** Types of files that may be next to a tree, such as a page that displays it. */
const foreignTypes: ReadonlyMap<string, string> = new Map([
  ['css', 'text/css; charset=utf-8'],
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['json', 'application/json'],
  ['svg', 'image/svg+xml'],
  ['txt', 'text/plain; charset=utf-8'],
]);

/** The most specific rule that matches a path. Undefined if no layout writes it. */
export function ruleFor(path: string, rules: readonly HeaderRule[]): HeaderRule | undefined {
  return bySpecificity(rules).find((rule) => matchesRulePath(rule.path, path));
}

/**
 * The headers for a path, without the shared ones. A file that no layout writes is cached only briefly.
 *
 * @param types - further types of such files, by extension
 */
export function headersFor(
  path: string,
  rules: readonly HeaderRule[],
  types: ReadonlyMap<string, string> = new Map(),
): Headers {
  const found = ruleFor(path, rules);
  if (found !== undefined) return found.headers;
  const extension = /\.([a-z]+)$/.exec(path)?.[1] ?? '';
  return headersOf(foreignTypes.get(extension) ?? types.get(extension) ?? BINARY, foreignCaching);
}

function headersOf(contentType: string, caching: string): Headers {
  return { 'Content-Type': contentType, 'Cache-Control': caching };
}
