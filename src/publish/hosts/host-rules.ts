/**
 * Header rules in a form that hosts can express: files by their path, and directories at the top of the tree with exceptions,
 * such as all files in it with a certain ending.
 */
import { foreignCaching, type HeaderRule } from '../header-rules.ts';
import { bySpecificity, mayOverlap } from '../rule-path.ts';

/** The rule of one file. */
export interface FileRule {
  readonly path: string;
  /** The directory at the top of the tree that it is in; undefined for a file at the top. */
  readonly directory: string | undefined;
  readonly rule: HeaderRule;
}

/** A rule for some files of a directory. */
export interface Exception {
  readonly path: string;
  /** A regular expression that finds it in a path of the directory; it is not anchored at the start. */
  readonly pattern: string;
  readonly rule: HeaderRule;
  /** More specific ones that may match the same paths. */
  readonly overriddenBy: readonly Exception[];
}

/** The rules of a directory: for certain files, and for all others. */
export interface DirectoryRule {
  readonly name: string;
  /** For all other files; undefined if there are only exceptions. */
  readonly rule: HeaderRule | undefined;
  /** The most specific first. */
  readonly exceptions: readonly Exception[];
  /** Files in the directory that have a rule of their own. */
  readonly files: readonly FileRule[];
  /** The rule for all other files; without one, the first exception's. */
  readonly general: HeaderRule;
}

/** Rules for files and for directories, each in upload order. */
export interface HostRules {
  readonly files: readonly FileRule[];
  readonly directories: readonly DirectoryRule[];
}

/** Divides rules into those for files and for directories. Throws for a rule that some host cannot express. */
export function hostRules(rules: readonly HeaderRule[]): HostRules {
  const files: FileRule[] = [];
  const directories = new Map<string, HeaderRule[]>();
  for (const rule of rules) {
    const [, name, rest] = /^(?:([^*/]+)\/)?([^*/]+(?:\/[^*/]+)*|\*.*)$/s.exec(rule.path) ?? [];
    if (rest === undefined || (name === undefined && rest.startsWith('*'))) {
      throw new TypeError(`not every host can follow the rule ${rule.path}`);
    }
    if (!rest.startsWith('*')) files.push({ path: rule.path, directory: name, rule });
    else if (name !== undefined) directories.set(name, [...(directories.get(name) ?? []), rule]);
  }
  return {
    files,
    directories: [...directories].map(([name, own]) => directoryRule(name, own, files)),
  };
}

function directoryRule(name: string, own: readonly HeaderRule[], files: readonly FileRule[]): DirectoryRule {
  const rule = own.find(({ path }) => path === `${name}/*`);
  const exceptions: Exception[] = [];
  for (const exception of bySpecificity(own.filter((one) => one !== rule))) {
    exceptions.push({
      path: exception.path,
      pattern: patternOf(exception.path.slice(name.length + 1)),
      rule: exception,
      overriddenBy: exceptions.filter(({ path }) => mayOverlap(path, exception.path)),
    });
  }
  const general = rule ?? own[0];
  if (general === undefined) throw new TypeError(`${name}: expected a rule`);
  return { name, rule, exceptions, general, files: files.filter(({ directory }) => directory === name) };
}

/** A path that starts with a star, as a regular expression. */
function patternOf(path: string): string {
  const pieces = path.split('*').slice(1).map(escapePattern);
  return pieces.at(-1) === '' ? pieces.slice(0, -1).join('.*') : `${pieces.join('.*')}$`;
}

export function typeOf({ headers }: HeaderRule): string {
  return headers['Content-Type'] ?? '';
}

export function cachingOf({ headers }: HeaderRule): string {
  return headers['Cache-Control'] ?? '';
}

/** Whether a rule has files cached as long as those without a rule. */
export function isCachedLikeForeign(rule: HeaderRule): boolean {
  return cachingOf(rule) === foreignCaching;
}

/** Seconds for which a rule lets caches keep its files. */
export function lifetimeOf(rule: HeaderRule): number {
  return Number(/max-age=(\d+)/.exec(cachingOf(rule))?.[1] ?? 0);
}

/** Groups items by a key, ordered by the first item of each group. */
export function groupBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

/** Escapes a text for use in a regular expression. */
export function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
