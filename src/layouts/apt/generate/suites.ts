/**
 * Which indexes an archive has: one for each suite, component and arch. And which records belong to each: by what the path of
 * their file says, by their own arch, and by the query of the suite.
 */
import type { TextRule } from '../../../config/setting.ts';
import { archName } from '../../../config/text-rules.ts';
import type { Release } from '../../../deb/release-file.ts';
import { RepomillError } from '../../../errors.ts';
import { defined } from '../../../model/defined.ts';
import { type ListName, parseListName } from '../../../model/list-name.ts';
import { compareText } from '../../../model/order.ts';
import { ALL } from '../../../model/record.ts';
import type { AptSuite } from '../../../readers/apt/open-apt-tree.ts';
import { quote } from '../../../text/printable.ts';
import { indexDirectory } from '../format/paths.ts';
import { type AptSettings, componentName, type SuiteSettings, subsetsOfSuites, suiteName } from '../settings.ts';

/** What helps if two different packages have one name, version and arch. */
export const TWINS_HINT: string =
  'list them in different suites, as with `files: pool/<suite>/<component>/*.deb`, make what tells them apart a part of the version, ' +
  'or keep one of them: set `duplicates: first` or `duplicates: last` in the input rule';

/** The arch of source packages. */
export const SOURCE = 'source';

/** The suite of records whose path names none, and their component. */
const DEFAULT_SUITE = 'stable';
const DEFAULT_COMPONENT = 'main';

/** A suite of the archive. */
export interface Suite extends SuiteSettings {
  readonly components: readonly string[];
  /** Architectures of its binary indexes, in order. */
  readonly arches: readonly string[];
  /** Its indexes, in the order of the Release file. */
  readonly indexes: readonly IndexSpec[];
}

/** An index of a suite. */
export interface IndexSpec {
  readonly suite: string;
  readonly component: string;
  /** An architecture, or `source`. */
  readonly arch: string;
  /** The directory of its files, relative to that of the suite. */
  readonly directory: string;
  /** The position of the suite's query among the subsets; undefined if it has none. */
  readonly subset: number | undefined;
}

/** A suite that exists, and what it says of itself. */
export type KnownSuite = Pick<AptSuite, 'name'> & { readonly facts: Release };

/** What is known of the records when suites are decided on. */
export interface ListedRecords {
  /** Names of lists, with the parts suite, component and arch. */
  readonly lists: Iterable<ListName>;
  readonly arches: Iterable<string>;
  /** The suites of the archive that the records are from, if they are from one; of the published one, if there are no records. */
  readonly known?: readonly KnownSuite[] | undefined;
}

/**
 * Decides on suites. Without settings, those of an archive that the records are from stay what they are: clients refuse one whose
 * origin, label or codename has changed.
 *
 * @param configured - architectures that the configuration names for the whole repository
 * @throws RepomillError `metadata` for a directory of the input that cannot be a suite or a component
 */
export function planSuites(
  settings: AptSettings,
  { lists, arches, known = [] }: ListedRecords,
  configured: readonly string[],
): readonly Suite[] {
  const parts = [...lists].map(partsOf);
  for (const { suite, component } of parts) {
    if (suite !== '') checkName(suite, suiteName);
    checkName(component, componentName);
  }
  const kept = known.map((suite) => keptSuite(suite, parts, settings, configured));
  const named = [...new Set(parts.map(({ suite }) => suite).filter((suite) => suite !== ''))].sort(compareText);
  const found = [...new Set(arches)].filter((arch) => arch !== ALL && arch !== SOURCE).sort(compareText);
  const isSource = settings.sources && [...arches].includes(SOURCE);
  const own =
    settings.suites.length > 0
      ? settings.suites.map((suite) => ({ ...kept.find(({ name }) => name === suite.name), ...suite }))
      : kept.length > 0
        ? kept
        : (named.length > 0 ? named : [DEFAULT_SUITE]).map(plainSuite);
  const subsets = subsetsOfSuites(settings).map(({ name }) => name);
  return own.map((suite) => {
    const listed = parts.filter((part) => part.suite === '' || part.suite === suite.name);
    const components = suite.components ?? componentsOf(listed);
    const binary = suite.arches ?? (configured.length > 0 ? configured : found);
    // Clients of every arch read the index of `all` where there is no other.
    const indexed = binary.length > 0 ? binary : [ALL];
    const position = subsets.indexOf(suite.name);
    const indexes = components.flatMap((component) =>
      [...indexed, ...(isSource ? [SOURCE] : [])].map((arch) => ({
        ...{ suite: suite.name, component, arch, directory: indexDirectory(component, arch) },
        subset: position === -1 ? undefined : position,
      })),
    );
    return { ...suite, components, arches: indexed, indexes };
  });
}

function checkName(name: string, { expected, pattern, maxLength }: TextRule): void {
  if (pattern.test(name) && name.length <= maxLength) return;
  throw new RepomillError('metadata', `expected ${expected}, found ${quote(name)}`, {
    hint: 'it is from a path that `inputs:` matches: rename the directory, or match it without <suite> or <component>',
  });
}

function plainSuite(name: string): SuiteSettings {
  return { name, suite: name, codename: name, notAutomatic: false, butAutomaticUpgrades: false };
}

/**
 * A suite as the archive has it that the records are from: with the components and architectures for which it has no packages, too.
 * What its Release file lists otherwise, such as a component with a slash, is as the indexes have it.
 */
function keptSuite(
  { name, facts }: KnownSuite,
  parts: readonly ListParts[],
  settings: AptSettings,
  configured: readonly string[],
): SuiteSettings {
  const listed = parts.filter(({ suite }) => suite === name);
  const has = (names: readonly string[], wanted: (part: ListParts) => string): boolean =>
    names.length > 0 && listed.every((part) => names.includes(wanted(part)) || wanted(part) === '');
  const { description, version, notAutomatic, butAutomaticUpgrades } = facts;
  const { origin = facts.origin, label = facts.label } = settings;
  // They become directories: whatever else is in a Release file of somebody else is not taken over.
  const components = facts.components.filter((component) => componentName.pattern.test(component));
  const own = facts.architectures.filter((arch) => archName.pattern.test(arch) && arch !== SOURCE);
  const hasOwn = own.length > 0 && configured.length === 0;
  return {
    name,
    suite: oneLine(facts.suite) ?? name,
    codename: oneLine(facts.codename) ?? name,
    ...defined({
      origin: oneLine(origin),
      label: oneLine(label),
      description: oneLine(description),
      version: oneLine(version),
    }),
    ...{ notAutomatic, butAutomaticUpgrades },
    ...(has(components, ({ component }) => component) ? { components } : {}),
    ...(hasOwn && has([...own, SOURCE], ({ arch }) => arch) ? { arches: own } : {}),
  };
}

/** A value as a Release file of ours can have it. */
function oneLine(value: string | undefined): string | undefined {
  return value?.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** `main` first, as in Debian, then by name. */
function componentsOf(parts: readonly ListParts[]): readonly string[] {
  const names = [...new Set(parts.map(({ component }) => component))];
  if (names.length === 0) return [DEFAULT_COMPONENT];
  const isMain = (name: string): number => (name === DEFAULT_COMPONENT ? 0 : 1);
  return names.sort((a, b) => isMain(a) - isMain(b) || compareText(a, b));
}

interface ListParts {
  readonly suite: string;
  readonly component: string;
  readonly arch: string;
}

function partsOf(list: ListName): ListParts {
  const [suite = '', component = '', arch = ''] = parseListName(list);
  return { suite, component: component === '' ? DEFAULT_COMPONENT : component, arch };
}

/** What a record says about where it belongs. */
export interface ListedStanza {
  /** The arch of its stanza. */
  readonly arch: string;
  readonly lists: readonly ListName[];
  /** Positions of the suites' queries that it matches. */
  readonly subsets: readonly number[];
}

/** The component that a record is in first: its file has one place. */
export function componentOf({ lists }: Pick<ListedStanza, 'lists'>): string {
  return componentsOf(lists.map(partsOf))[0] ?? DEFAULT_COMPONENT;
}

/** Whether an index has a record. */
export function belongsTo(spec: IndexSpec, { arch, lists, subsets }: ListedStanza): boolean {
  if (spec.subset !== undefined && !subsets.includes(spec.subset)) return false;
  const isOwn = arch === spec.arch || (arch === ALL && spec.arch !== SOURCE);
  if (lists.length === 0) return isOwn && spec.component === DEFAULT_COMPONENT;
  return lists.map(partsOf).some((list) => {
    if (list.suite !== '' && list.suite !== spec.suite) return false;
    if (list.component !== spec.component) return false;
    return isOwn && [spec.arch, ALL, ''].includes(list.arch);
  });
}
