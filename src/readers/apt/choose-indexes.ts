/**
 * Chooses, for each index that a Release lists, the one file to read: the compression that takes least time of those that are there,
 * or its copy in `by-hash`. What a Release says of the file's size and digest is compared before its content counts.
 */
import type { Problem } from '../../errors.ts';
import { compareText } from '../../model/order.ts';
import type { StatedDigest } from '../../platform/files/stated-digest.ts';
import { type AptIndexName, compareSuffixes, parseAptIndexName } from './apt-index.ts';
import type { ReadRelease } from './read-release.ts';

/** A file with an index, as its Release describes it. */
export interface ChosenIndex extends Omit<AptIndexName, 'suffix' | 'plain'> {
  /** Relative to the suite. */
  readonly path: string;
  /** What the file has to be. */
  readonly stated: StatedDigest;
}

/** What is chosen in one suite. */
export interface IndexChoice {
  readonly indexes: readonly ChosenIndex[];
  /** Indexes that are listed and not there. Their files are relative to the suite. */
  readonly missing: readonly Problem[];
  /** The indexes that the Release names, without their compression. */
  readonly listed: ReadonlySet<string>;
}

/** An index in all compressions that a Release lists, the preferred one first. */
type Forms = readonly { readonly name: AptIndexName; readonly path: string; readonly stated: StatedDigest }[];

/**
 * Chooses the indexes of a suite.
 *
 * @param isThere - whether there is a file with a path relative to the suite
 */
export function chooseIndexes(release: ReadRelease, isThere: (path: string) => boolean): IndexChoice {
  const listed = groupForms(release);
  const groups = release.facts.allInEachArch ? withoutRepeats(listed) : listed;
  const indexes: ChosenIndex[] = [];
  const missing: Problem[] = [];
  for (const [plain, forms] of [...groups].sort(([a], [b]) => compareText(a, b))) {
    const chosen = chooseForm(forms, release, isThere);
    const [first] = forms;
    if (chosen !== undefined) indexes.push(chosen);
    // An index without entries need not be there: its empty text is no secret.
    else if (first?.name.suffix !== '' || first.stated.size > 0) {
      missing.push({ file: plain, message: `missing${inForms(forms)}, but ${first?.stated.by} lists it` });
    }
  }
  return { indexes, missing, listed: new Set(listed.keys()) };
}

function groupForms({ files }: ReadRelease): ReadonlyMap<string, Forms> {
  const groups = new Map<string, Forms[number][]>();
  for (const [path, stated] of files) {
    const name = parseAptIndexName(path);
    if (name === undefined) continue;
    const known = groups.get(name.plain);
    if (known === undefined) groups.set(name.plain, [{ name, path, stated }]);
    else known.push({ name, path, stated });
  }
  for (const forms of groups.values()) forms.sort((a, b) => compareSuffixes(a.name, b.name));
  return groups;
}

function chooseForm(forms: Forms, { facts }: ReadRelease, isThere: (path: string) => boolean): ChosenIndex | undefined {
  const places = [
    ...forms.map(({ path, ...form }) => ({ ...form, path })),
    ...(facts.acquireByHash
      ? forms.map(({ path, ...form }) => ({ ...form, path: byHashPath(path, form.stated) }))
      : []),
  ];
  const found = places.find(({ path }) => isThere(path));
  if (found === undefined) return undefined;
  const { kind, component, arch } = found.name;
  return { kind, component, arch, path: found.path, stated: found.stated };
}

function byHashPath(path: string, { algorithm, hex }: StatedDigest): string {
  return `${path.slice(0, path.lastIndexOf('/'))}/by-hash/${algorithm}/${hex}`;
}

function inForms(forms: Forms): string {
  const suffixes = forms.map(({ name }) => (name.suffix === '' ? 'plain' : name.suffix));
  return suffixes.length < 2 ? '' : ` (${suffixes.join(', ')})`;
}

/** Without the lists of `binary-all` if those of every other architecture repeat them, as Debian's do: apt does not read them then. */
function withoutRepeats(groups: ReadonlyMap<string, Forms>): ReadonlyMap<string, Forms> {
  const isOf = ([first]: Forms, wanted: (arch: string) => boolean): boolean =>
    first?.name.kind === 'Packages' && wanted(first.name.arch);
  const hasOthers = [...groups.values()].some((forms) => isOf(forms, (arch) => arch !== 'all'));
  return hasOthers ? new Map([...groups].filter(([, forms]) => !isOf(forms, (arch) => arch === 'all'))) : groups;
}
