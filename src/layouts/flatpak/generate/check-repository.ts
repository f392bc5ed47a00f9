/**
 * Checks for what is well-formed and still does not work for clients: names that they split elsewhere, collection ids that commits
 * are not bound to, apps without their translations. flatpak publishes all of it.
 */
import { type Problem, RepomillError } from '../../../errors.ts';
import type { Keyfile } from '../../../glib/keyfile.ts';
import type { Reporter } from '../../../model/progress.ts';
import { CONFIG_PATH, refPath } from '../../../ostree/paths.ts';
import type { OstreeRepository } from '../../../ostree/repository.ts';
import { memoize } from '../../../platform/workspace/slot.ts';
import type { Workspace } from '../../../platform/workspace/workspace.ts';
import { closestWord } from '../../../text/closest-word.ts';
import { quote } from '../../../text/printable.ts';
import { formatPlural } from '../../../text/quantity.ts';
import { announcedCollection, FLATPAK_GROUP, flatpakKeys, unknownKeys } from '../format/repository-config.ts';
import type { Refs } from './pack-refs.ts';
import type { PackedRef } from './packed-ref.ts';

/** What a check needs besides the refs. */
export interface CheckOptions {
  readonly repository: OstreeRepository;
  readonly workspace: Workspace;
  readonly exact: boolean;
  readonly progress: Reporter;
}

/** Warnings, and problems that no client can work around. */
interface CheckResult {
  readonly warnings: readonly string[];
  readonly problems: readonly Problem[];
}

/**
 * Checks a repository before it is published. What only some clients cannot use is a warning. So is everything if the tree has to
 * be exactly what flatpak writes.
 *
 * @throws RepomillError (metadata) for what no client can use
 */
export async function checkRepository(refs: Refs, options: CheckOptions): Promise<void> {
  const { repository, workspace, exact, progress } = options;
  const { location, config } = repository;
  const announced = announcedCollection(config);
  const { warnings, problems } = await memoize(
    'checks',
    [refs.key, announced],
    workspace,
    async (): Promise<CheckResult> => {
      const packed = await refs.packed();
      const collections = announced === undefined ? none : wrongCollections(packed, announced);
      return {
        warnings: [...splitApps(packed), ...wrongBindings(packed), ...collections.warnings],
        problems: [...hyphenated(packed), ...collections.problems],
      };
    },
  );
  for (const message of [...unknownAnnouncements(config), ...warnings]) progress.warn(message);
  if (problems.length === 0) return;
  if (exact) for (const { file, message } of problems) progress.warn(`${file}: ${message}`);
  else
    throw new RepomillError('metadata', 'clients could not use it; nothing was written', { path: location, problems });
}

/** Clients split the name of a summary at the first hyphen, so they never find a subset or an arch that contains one. */
function hyphenated(refs: readonly PackedRef[]): readonly Problem[] {
  const bad = new Map<string, string>();
  for (const { name, parsed, claims } of refs) {
    const { arch, kind } = parsed;
    const subsets = kind === 'other' ? [] : claims.subsets;
    for (const subset of subsets) if (subset.includes('-')) bad.set(`subset ${JSON.stringify(subset)}`, name);
    if (kind !== 'appstream2' && arch?.includes('-')) bad.set(`arch ${JSON.stringify(arch)}`, name);
  }
  return [...bad].map(([what, ref]) => ({ file: refPath(ref), message: `expected no "-" in a name, found ${what}` }));
}

const none: CheckResult = { warnings: [], problems: [] };

/** The most refs that a warning names. */
const SHOWN_REFS = 10;

/**
 * Once a collection id is announced, clients refuse every commit that is not bound to it. If that is so of all commits, the
 * announcement is wrong; if only of some, these commits are, and the others are published.
 */
function wrongCollections(refs: readonly PackedRef[], id: string): CheckResult {
  const own = refs.filter(({ parsed }) => parsed.kind !== 'other');
  const wrong = own.filter(({ claims }) => claims.collectionBinding !== id);
  const [first] = wrong;
  if (first === undefined) return none;
  if (wrong.length === own.length) {
    const found = first.claims.collectionBinding ? `"${first.claims.collectionBinding}"` : 'none';
    const message = `expected commits of collection "${id}", which [flatpak] announces; found ${found} in ${formatPlural(wrong.length, 'ref')}`;
    return { warnings: [], problems: [{ file: refPath(first.name), message }] };
  }
  const names = wrong.slice(0, SHOWN_REFS).map(({ name }) => name);
  const rest = wrong.length > SHOWN_REFS ? ` and ${wrong.length - SHOWN_REFS} more` : '';
  const message =
    `${formatPlural(wrong.length, 'ref')} not bound to collection "${id}", which [flatpak] announces, so clients refuse ` +
    `${wrong.length === 1 ? 'it' : 'them'}: ${names.join(', ')}${rest}`;
  return { warnings: [message], problems: [] };
}

/** What somebody wrote into `config` for clients, and no client will hear of. */
function unknownAnnouncements(config: Keyfile): readonly string[] {
  return unknownKeys(config).map((key) => {
    const misspelt = closestWord(key, flatpakKeys);
    return `${CONFIG_PATH}: ${quote(key)} in [${FLATPAK_GROUP}] is no key of flatpak's, so it is not announced${misspelt ? `; did you mean ${misspelt}?` : ''}`;
  });
}

/** A client refuses a commit that is bound to other refs. */
function wrongBindings(refs: readonly PackedRef[]): readonly string[] {
  const wrong = refs.filter(({ name, claims }) => claims.refBinding?.includes(name) === false);
  const [first] = wrong;
  if (first === undefined) return [];
  const message = `its commit is bound to a different ref, so clients refuse it (${formatPlural(wrong.length, 'ref')})`;
  return [`${refPath(first.name)}: ${message}`];
}

/** An app cannot be installed from a subset that its translations are not in. */
function splitApps(refs: readonly PackedRef[]): readonly string[] {
  const subsetsOf = ({ claims }: PackedRef): string => claims.subsets.toSorted().join(', ');
  const locales = new Map(refs.flatMap((ref) => (ref.parsed.id?.endsWith('.Locale') ? [[ref.name, ref]] : [])));
  const split = refs.filter((ref) => {
    const { kind, id, arch, branch } = ref.parsed;
    const locale = kind === 'app' ? locales.get(`runtime/${id}.Locale/${arch}/${branch}`) : undefined;
    return locale !== undefined && subsetsOf(locale) !== subsetsOf(ref);
  });
  const [first] = split;
  if (first === undefined) return [];
  const message = `not in the same subsets as its .Locale, so it cannot be installed (${formatPlural(split.length, 'ref')})`;
  return [`${refPath(first.name)}: ${message}`];
}
