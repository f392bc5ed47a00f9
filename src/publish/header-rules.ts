/**
 * The headers that a host should send with a published tree, and the order in which its files are uploaded. Each layout brings
 * its own rules; this is what they are made of, and how rules of several layouts work as one table.
 */
import { compareText } from '../model/order.ts';

/** HTTP headers by name. */
export type Headers = Readonly<Record<string, string>>;

/**
 * When files are uploaded: content first, then what names it, and entry points last, so that at every moment a client finds
 * whatever the file leads to that it started from.
 */
export type UploadStage = 'content' | 'mutable' | 'entry point';

/** The headers of the files whose path matches. */
export interface HeaderRule {
  /** A path of the tree. A star stands for anything, including slashes. */
  readonly path: string;
  readonly headers: Headers;
  /** Whether a host gains by compressing the answer. Everything else is compressed already, or must stay byte for byte. */
  readonly compress: boolean;
  readonly stage: UploadStage;
}

/** What a rule says, in short. */
export interface HeaderRuleOptions {
  readonly type?: string;
  /** Whether its files never change. Otherwise they are not kept for long. */
  readonly immutable?: boolean;
  readonly compress?: boolean;
}

/** For what changes under its name: a minute, so that no client waits long and a CDN still takes the load. */
const SHORT = 'public, max-age=60';

/** For what is named by its digest: a year, the longest that caches understand, without ever asking again. */
const FOREVER = 'public, max-age=31536000, immutable';

const BINARY = 'application/octet-stream';

/** Sent with every answer, including errors: a page on a different origin must be able to tell a missing delta from a broken host. */
export const sharedHeaders: Headers = { 'Access-Control-Allow-Origin': '*' };

/**
 * Makes a rule. None of them carries `Content-Encoding`: the stored bytes are the answer. A client that unpacks a `.gz` in
 * transit has no use for what is left, and byte ranges would be those of different bytes.
 */
export function headerRule(path: string, stage: UploadStage, options: HeaderRuleOptions = {}): HeaderRule {
  const { type = BINARY, immutable = false, compress = false } = options;
  return { path, stage, compress, headers: headersOf(type, immutable ? FOREVER : SHORT) };
}

/**
 * The rules of several layouts as one table, in the order of upload. A rule that two of them have is in it once.
 */
export function mergeHeaderRules(tables: readonly (readonly HeaderRule[])[]): readonly HeaderRule[] {
  const stages: readonly UploadStage[] = ['content', 'mutable', 'entry point'];
  const rules = new Map(tables.flat().map((rule) => [rule.path, rule]));
  return stages.flatMap((stage) => [...rules.values()].filter((rule) => rule.stage === stage));
}

/** Types of files that may be next to a tree, such as a page that shows it. */
const foreignTypes: ReadonlyMap<string, string> = new Map([
  ['css', 'text/css; charset=utf-8'],
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['json', 'application/json'],
  ['svg', 'image/svg+xml'],
  ['txt', 'text/plain; charset=utf-8'],
]);

/** The rule for a path: of several that match, the most specific. Undefined for a path of no layout. */
export function ruleFor(path: string, rules: readonly HeaderRule[]): HeaderRule | undefined {
  return bySpecificity(rules).find((rule) => matches(rule, path));
}

/**
 * The headers for a path, without the shared ones. A file that no layout writes is never kept for long.
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
  return headersOf(foreignTypes.get(extension) ?? types.get(extension) ?? BINARY, SHORT);
}

/** Rules with the most specific first: the one that matches the fewest paths. */
export function bySpecificity(rules: readonly HeaderRule[]): readonly HeaderRule[] {
  const fixed = ({ path }: HeaderRule): number => (path.includes('*') ? path.length : Number.MAX_SAFE_INTEGER);
  return rules.toSorted((a, b) => fixed(b) - fixed(a) || compareText(a.path, b.path));
}

function matches(rule: HeaderRule, path: string): boolean {
  const [start = '', end] = rule.path.split('*');
  return end === undefined ? path === start : path.startsWith(start) && path.endsWith(end);
}

function headersOf(contentType: string, cacheControl: string): Headers {
  return { 'Content-Type': contentType, 'Cache-Control': cacheControl };
}
