/**
 * Header rules in a form that hosts can express: a file at the top of the tree, or a directory with exceptions by suffix.
 */
import type { HeaderRule } from '../header-rules.ts';

/** The rule of one file. */
export interface FileRule {
  readonly name: string;
  readonly rule: HeaderRule;
}

/** The rules of a directory: for files with certain suffixes, and for all others. */
export interface DirectoryRule {
  readonly name: string;
  /** For all other files; undefined if there are only rules for suffixes. */
  readonly rule: HeaderRule | undefined;
  readonly ends: readonly { readonly end: string; readonly rule: HeaderRule }[];
  /** The rule for all other files; without one, the first for a suffix. */
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
  const directories = new Map<
    string,
    { rule?: HeaderRule; ends: { end: string; rule: HeaderRule }[]; first: HeaderRule }
  >();
  for (const rule of rules) {
    const [, name, end] = /^([^*/]+)\/\*([^*/]*)$/.exec(rule.path) ?? [];
    if (name === undefined || end === undefined) {
      if (/[*/]/.test(rule.path)) throw new TypeError(`not every host can follow the rule ${rule.path}`);
      files.push({ name: rule.path, rule });
      continue;
    }
    const directory = directories.get(name) ?? { ends: [], first: rule };
    directories.set(name, directory);
    if (end === '') directory.rule = rule;
    else directory.ends.push({ end, rule });
  }
  return {
    files,
    directories: [...directories].map(([name, { rule, ends, first }]) => ({
      name,
      rule,
      ends,
      general: rule ?? first,
    })),
  };
}

export function typeOf({ headers }: HeaderRule): string {
  return headers['Content-Type'] ?? '';
}

export function cachingOf({ headers }: HeaderRule): string {
  return headers['Cache-Control'] ?? '';
}

/** Seconds for which a rule lets caches keep its files. */
export function lifetimeOf(rule: HeaderRule): number {
  return Number(/max-age=(\d+)/.exec(cachingOf(rule))?.[1] ?? 0);
}

/** The `Cache-Control` with the shortest lifetime, which hosts apply to everything without its own rule. */
export function shortCaching(rules: readonly HeaderRule[]): string {
  const [shortest] = rules.toSorted((a, b) => lifetimeOf(a) - lifetimeOf(b));
  return shortest === undefined ? '' : cachingOf(shortest);
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
