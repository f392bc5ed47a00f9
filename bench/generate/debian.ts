/**
 * A repository with the proportions of Debian bookworm, measured on its `Packages` files: 63,436 packages of amd64 in main, half of
 * them for all architectures, 790 bytes a stanza; 53 % of packages are alone in their source; about 410 records of an
 * architecture change in a day. The same on every machine.
 */
import { changesUntil } from './changes.ts';
import { digestOf, Random } from './random.ts';
import { newWord, phrase, word } from './text.ts';

/** Changes with the texts below, so that stanzas of an older generator are never measured. */
export const DEBIAN_GENERATOR = 'debian 1';

/** Packages of main, as amd64 lists them. */
export const DEBIAN_PACKAGES = 63_436;

/** How large a repository, and which of its days. */
export interface DebianRelease {
  /** Packages of main in one architecture, about. */
  readonly packages: number;
  /** 0 is the release; every day after it updates some sources. */
  readonly day: number;
}

const ARCHES = ['amd64', 'arm64'];
const COMPONENTS = [
  { component: 'main', part: 1 },
  { component: 'contrib', part: 0.005 },
  { component: 'non-free', part: 0.012 },
];

/** Records of main and one architecture that change in a day, of all of them. */
const CHANGED_A_DAY = 410 / DEBIAN_PACKAGES;

/** Packages of a source, on average, as `familySize` deals them. */
const MEAN_FAMILY = 1.575;

/** One package: what does not change from day to day. */
interface Package {
  readonly source: string;
  readonly name: string;
  readonly arch: string;
  /** The version of day 0. */
  readonly version: string;
}

/** A `Packages` file: its path below the input directory, and its stanzas. */
export interface PackagesFile {
  readonly path: string;
  readonly stanzas: Iterable<string>;
}

/** The `Packages` files of a release, each written as it is read. */
export function debianFiles({ packages, day }: DebianRelease): readonly PackagesFile[] {
  return COMPONENTS.flatMap(({ component, part }) => {
    const count = Math.max(3, Math.round((packages * part) / MEAN_FAMILY));
    const families = Array.from({ length: count }, (_, source) => familyOf(component, source));
    const updates = changesUntil(component, count, Math.max(1, Math.round(count * CHANGED_A_DAY)), day);
    return ARCHES.map((arch) => ({
      path: `${component}/${arch}/Packages`,
      stanzas: stanzasOf(component, arch, families, updates),
    }));
  });
}

type Families = readonly (readonly Package[])[];

function* stanzasOf(
  component: string,
  arch: string,
  families: Families,
  updates: ReadonlyMap<number, number>,
): Generator<string> {
  const listed = families.flatMap((family, source) =>
    family
      .map((one) => (one.arch === 'all' ? one : { ...one, arch }))
      // Some packages are not built for every architecture.
      .filter((one) => one.arch === 'all' || !new Random(`${one.name} on ${arch}`).chance(0.012))
      .map((one) => ({ one, update: updates.get(source) ?? 0 })),
  );
  listed.sort((a, b) => (a.one.name < b.one.name ? -1 : 1));
  for (const { one, update } of listed) yield stanzaOf(one, component, families, update);
}

function familyOf(component: string, place: number): readonly Package[] {
  const random = new Random(`${component} source ${place}`);
  const [prefix, suffixes] = random.pick(KINDS);
  const source = `${prefix}${nameOf(component, place)}`;
  const version = versionOf(random);
  const names = [source, ...random.some(suffixes, familySize(random) - 1).map((suffix) => `${source}${suffix}`)];
  return names.map((name) => ({ source, name, version, arch: isForAll(name, random) ? 'all' : 'own' }));
}

const LIBRARY = ['-dev', '-doc', '-common', '-tools', '-data', '-0', '-1', '-2', '-bin', '-utils', '-plugins', '-dbg'];
const PROGRAM = ['-data', '-doc', '-common', '-plugins', '-l10n', '-server', '-client', '-gtk', '-qt', '-examples'];

/** Prefixes of names, as often as they occur, and what follows in the names of the same source. */
const KINDS: readonly (readonly [prefix: string, suffixes: readonly string[]])[] = [
  ...Array.from({ length: 8 }, () => ['lib', LIBRARY] as const),
  ...Array.from({ length: 3 }, () => ['', PROGRAM] as const),
  ...Array.from({ length: 3 }, () => ['python3-', ['-doc', '-lib', '-tests']] as const),
  ['golang-github-', ['-dev', '-doc']],
  ['node-', ['-types', '-doc']],
  ['ruby-', ['-doc']],
  ['r-cran-', ['-doc']],
  ['fonts-', ['-extra', '-web']],
];

function nameOf(component: string, place: number): string {
  const random = new Random(`${component} name ${place}`);
  // The number keeps names apart where words meet twice.
  return `${newWord(random)}${random.chance(0.3) ? `-${word(random).replace(/\W/g, '')}` : ''}${place.toString(36)}`;
}

function familySize(random: Random): number {
  const dice = random.next();
  if (dice < 0.73) return 1;
  if (dice < 0.855) return 2;
  if (dice < 0.935) return 3;
  return 4 + random.skewed(20);
}

function isForAll(name: string, random: Random): boolean {
  if (/-(doc|common|data|l10n|examples|types)$|^(python3|node|ruby|fonts)-/.test(name)) return true;
  return random.chance(0.15);
}

function versionOf(random: Random): string {
  const upstream = `${random.skewed(20)}.${random.skewed(60)}${random.chance(0.7) ? `.${random.skewed(40)}` : ''}`;
  return `${random.chance(0.04) ? '1:' : ''}${upstream}${random.chance(0.2) ? '+dfsg' : ''}-${1 + random.skewed(9)}`;
}

function stanzaOf(
  { source, name, arch, version: first }: Package,
  component: string,
  families: Families,
  update: number,
): string {
  const random = new Random(`${name} ${arch}`);
  const version = update === 0 ? first : `${first}+deb12u${update}`;
  const team = newWord(new Random(`team ${random.skewed(700)}`));
  const build = `${name} ${version} ${arch}`;
  const size = new Random(build).between(4_000, 40_000) * (1 + random.skewed(400));
  const fields = [
    `Package: ${name}`,
    ...(source === name ? [] : [`Source: ${source}`]),
    `Version: ${version}`,
    `Installed-Size: ${Math.ceil((size * random.between(2, 5)) / 1024)}`,
    `Maintainer: ${phrase(random, 2)} Team <${team}-maintainers@lists.example.org>`,
    `Architecture: ${arch}`,
    ...relationsOf(random, families),
    `Description: ${phrase(random, random.between(4, 9))}`,
    ...(random.chance(0.93) ? [`Homepage: https://${team}.example.org/${source}`] : []),
    `Description-md5: ${digestOf(`${name} description`, 'md5')}`,
    ...(random.chance(0.36) ? [`Multi-Arch: ${random.pick(['foreign', 'same', 'allowed'])}`] : []),
    ...tagsOf(random),
    `Section: ${component === 'main' ? '' : `${component}/`}${random.pick(SECTIONS)}`,
    `Priority: ${random.chance(0.98) ? 'optional' : 'important'}`,
    `Filename: pool/${component}/${/^(lib)?./.exec(source)?.[0]}/${source}/${name}_${version.replace(/^\d+:/, '')}_${arch}.deb`,
    `Size: ${size}`,
    `MD5sum: ${digestOf(build, 'md5')}`,
    `SHA256: ${digestOf(build)}`,
  ];
  return `${fields.join('\n')}\n\n`;
}

const SECTIONS = [
  'libs',
  'libdevel',
  'python',
  'devel',
  'doc',
  'utils',
  'games',
  'science',
  'perl',
  'golang',
  'javascript',
  'fonts',
  'net',
];

function relationsOf(random: Random, families: Families): readonly string[] {
  const relation = (): string => {
    const [of] = families[random.skewed(families.length)] ?? [];
    return random.chance(0.55) ? `${of?.name} (>= ${of?.version})` : `${of?.name}`;
  };
  const list = (most: number): string => Array.from({ length: 1 + random.skewed(most) }, relation).join(', ');
  return [
    ...(random.chance(0.88) ? [`Depends: libc6 (>= 2.${random.between(2, 36)}), ${list(11)}`] : []),
    ...(random.chance(0.18) ? [`Suggests: ${list(5)}`] : []),
    ...(random.chance(0.16) ? [`Recommends: ${list(6)}`] : []),
    ...(random.chance(0.15) ? [`Provides: ${list(9)}`] : []),
    ...(random.chance(0.09) ? [`Replaces: ${list(4)}`, `Breaks: ${list(4)}`] : []),
  ];
}

function tagsOf(random: Random): readonly string[] {
  if (!random.chance(0.48)) return [];
  const tags = Array.from(
    { length: 1 + random.skewed(9) },
    () => `${random.pick(FACETS)}::${word(random).replace(/\W/g, '')}`,
  );
  return [`Tag: ${[...new Set(tags)].sort().join(', ')}`];
}

const FACETS = [
  'role',
  'implemented-in',
  'interface',
  'use',
  'works-with',
  'uitoolkit',
  'scope',
  'devel',
  'field',
  'suite',
];
