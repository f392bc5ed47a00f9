/**
 * The section `apt:` of `repomill.yaml`: what the Release files say, which suites there are, how indexes are compressed, and how
 * long what was replaced stays.
 */
import type { SubsetRule } from '../../config/config.ts';
import { parseWhere } from '../../config/parse-where.ts';
import {
  choiceOf,
  entriesOf,
  fieldsOf,
  flagOf,
  integerOf,
  itemsOf,
  reject,
  type SectionReader,
  type Setting,
  type TextRule,
  textOf,
  textsOf,
} from '../../config/setting.ts';
import { archName, plainName, titleText } from '../../config/text-rules.ts';
import { defined } from '../../model/defined.ts';
import { MAX_HISTORY } from '../../model/limits.ts';
import type { Query } from '../../query/query.ts';

/** How an index is compressed. */
export type IndexCompression = 'xz' | 'gz';

/** Whether the packages' files are published in `pool/`: as copies, as hard links where possible, or not at all. */
export type PoolMode = 'copy' | 'link' | 'none';

/** A suite: a directory of `dists/`. */
export interface SuiteSettings {
  /** The name of its directory, and of the suite in clients' lists of sources. */
  readonly name: string;
  /** The field Suite; by default the name. */
  readonly suite: string;
  /** The field Codename; by default the name. */
  readonly codename: string;
  /** By default all components of its records. */
  readonly components?: readonly string[];
  /** By default those of the repository. */
  readonly arches?: readonly string[];
  /** Which records it has; by default all that are listed in it. */
  readonly where?: Query;
  readonly description?: string;
  readonly version?: string;
  readonly origin?: string;
  readonly label?: string;
  /** Nothing is installed or updated from it unless a person says so. */
  readonly notAutomatic: boolean;
  /** With `notAutomatic`: what was installed from it is updated all the same. */
  readonly butAutomaticUpgrades: boolean;
}

/** How the apt layout is written. */
export interface AptSettings {
  readonly origin?: string;
  readonly label?: string;
  /** Where the tree is served, for the files that clients install. */
  readonly url?: string;
  /** Empty: one suite for each that the input names, or else `stable`. */
  readonly suites: readonly SuiteSettings[];
  readonly compress: readonly IndexCompression[];
  /** Bytes of a piece of an index, which is compressed on its own. */
  readonly piece: number;
  /** Whether indexes are served uncompressed, too. They are always in the list of the Release file. */
  readonly plain: boolean;
  /** Seconds after its date until which a Release file is valid. */
  readonly validFor?: number;
  /** Seconds that a file stays after it was replaced. */
  readonly keep: number;
  /** How many older versions of an index have a patch to the newest. */
  readonly history: number;
  /** Undefined: copies, if the files are there. */
  readonly pool?: PoolMode;
  readonly contents: boolean;
  readonly sources: boolean;
}

const DAY = 86_400;

/** Three days are what mirrors and caches are known to lag; a week outlives a long weekend. */
const DEFAULT_KEEP = 7 * DAY;

/** As many as four weeks of daily publications. */
const DEFAULT_PATCHES = 28;

const MAX_SECONDS = 10_000 * DAY;

/** Measured in docs/decisions/apt-compression.md. */
const DEFAULT_PIECE = 384_000;

/** Bytes of a piece. */
export const MIN_PIECE = 16_000;
/** Bytes of a piece. */
export const MAX_PIECE = 64_000_000;

const keys = [
  ...(['origin', 'label', 'url', 'suites', 'compress', 'plain', 'validFor', 'keep', 'history', 'pool'] as const),
  ...(['contents', 'sources'] as const),
];

const suiteKeys = [
  ...(['suite', 'codename', 'components', 'arches', 'where', 'description', 'version', 'origin', 'label'] as const),
  ...(['notAutomatic', 'butAutomaticUpgrades'] as const),
];

/** A word in a list of sources, and a segment of paths. */
const wordRule = (what: string): TextRule => ({
  expected: `${what}: letters, digits, ".", "-", "_", "+" and "~", starting with a letter or digit`,
  pattern: /^[A-Za-z0-9][A-Za-z0-9.~+_-]*$/,
  maxLength: 100,
});

/** The name of a suite. */
export const suiteName: TextRule = wordRule('the name of a suite, without "/"');

/** The name of a component. */
export const componentName: TextRule = wordRule('the name of a component, without "/"');

/** The address of an archive. */
export const archiveUrl: TextRule = { expected: 'an http(s) URL', pattern: /^https?:\/\/[!-~]+$/, maxLength: 1024 };

/** What is used without a section. */
export const aptDefaults: AptSettings = {
  suites: [],
  compress: ['xz', 'gz'],
  piece: DEFAULT_PIECE,
  plain: true,
  keep: DEFAULT_KEEP,
  history: DEFAULT_PATCHES,
  contents: false,
  sources: true,
};

/** Reads the section. */
export const aptSection: SectionReader<AptSettings> = {
  defaults: aptDefaults,
  parse(section) {
    const fields = fieldsOf(section, 'a mapping of settings', keys) ?? {};
    const { origin, label, url, suites, compress, plain, validFor, keep, history, pool, contents, sources } = fields;
    const settings: AptSettings = {
      ...aptDefaults,
      ...defined({
        origin: origin && textOf(origin, titleText),
        label: label && textOf(label, titleText),
        url: url && textOf(url, archiveUrl)?.replace(/\/+$/, ''),
        suites: suites && parseSuites(suites),
        plain: plain && flagOf(plain),
        validFor: validFor && termOf(validFor),
        keep: keep && durationOf(keep),
        history: history && integerOf(history, MAX_HISTORY),
        pool: pool && parsePool(pool),
        contents: contents && flagOf(contents),
        sources: sources && flagOf(sources),
      }),
      ...(compress && parseCompressions(compress)),
    };
    if (settings.compress.length === 0 && !settings.plain) {
      compress?.report('expected xz or gz without uncompressed indexes (plain: false), found neither');
    }
    return settings;
  },
};

/** The queries of suites as subsets. */
export function subsetsOfSuites({ suites }: Pick<AptSettings, 'suites'>): readonly SubsetRule[] {
  return suites.flatMap(({ name, where }) => (where === undefined ? [] : [{ name, where }]));
}

function parseSuites(setting: Setting): readonly SuiteSettings[] {
  const entries = entriesOf(setting, 'a mapping of suite names to their settings');
  if (entries?.length === 0) setting.report('expected a suite, found none');
  return (entries ?? []).map(([name, entry]) => {
    textOf({ ...entry, value: name }, suiteName);
    return parseSuite(name, entry);
  });
}

function parseSuite(name: string, setting: Setting): SuiteSettings {
  const fields = setting.value === null ? {} : (fieldsOf(setting, 'a mapping of settings', suiteKeys) ?? {});
  const { suite, codename, components, arches, where, description, version, origin, label } = fields;
  const { notAutomatic, butAutomaticUpgrades } = fields;
  const parsed = {
    name,
    suite: (suite && textOf(suite, plainName)) ?? name,
    codename: (codename && textOf(codename, plainName)) ?? name,
    ...defined({
      components: components && textsOf(components, componentName),
      arches: arches && textsOf(arches, archName),
      where: where && parseWhere(where, 'a query'),
      description: description && textOf(description, titleText),
      version: version && versionText(version),
      origin: origin && textOf(origin, titleText),
      label: label && textOf(label, titleText),
    }),
    notAutomatic: notAutomatic !== undefined && flagOf(notAutomatic),
    butAutomaticUpgrades: butAutomaticUpgrades !== undefined && flagOf(butAutomaticUpgrades),
  };
  if (parsed.butAutomaticUpgrades && !parsed.notAutomatic) {
    butAutomaticUpgrades?.report('expected notAutomatic: true with it, or it does nothing');
  }
  return parsed;
}

// YAML takes an unquoted 12 or 12.0 for a number.
function versionText(setting: Setting): string | undefined {
  return typeof setting.value === 'number' ? (setting.written() ?? String(setting.value)) : textOf(setting, titleText);
}

function parsePool(setting: Setting): PoolMode | undefined {
  const mode = choiceOf(setting, 'copy, link or none', ['copy', 'link', 'none']);
  return mode === 'copy' || mode === 'link' || mode === 'none' ? mode : undefined;
}

/** A list of names, or a mapping of names to settings. */
function parseCompressions(setting: Setting): Partial<Pick<AptSettings, 'compress' | 'piece'>> {
  const sizes: number[] = [];
  const compress: IndexCompression[] = [];
  const expected = 'xz or gz';
  const add = (name: string, at: Setting): void => {
    const found = choiceOf({ ...at, value: name }, expected, ['xz', 'gz']);
    if (found !== 'xz' && found !== 'gz') return;
    if (compress.includes(found)) at.report(`expected each compression once, found ${found} again`);
    else compress.push(found);
  };
  if (Array.isArray(setting.value)) {
    for (const item of itemsOf(setting, 'a list') ?? []) {
      if (typeof item.value === 'string') add(item.value, item);
      else reject(item, expected);
    }
  } else {
    for (const [name, entry] of entriesOf(setting, 'a list of xz and gz, or a mapping with their settings') ?? []) {
      add(name, entry);
      const own = entry.value === null ? {} : (fieldsOf(entry, 'a mapping with the key "piece"', ['piece']) ?? {});
      const size = own.piece && sizeOf(own.piece);
      if (size === undefined) continue;
      if (sizes.length > 0 && !sizes.includes(size)) own.piece?.report('expected the same size for all compressions');
      sizes.push(size);
    }
  }
  return { compress, piece: sizes[0] ?? aptDefaults.piece };
}

/** A size with its unit. */
export const sizePattern: RegExp = /^([0-9]{1,9}) ?(B|kB|MB)$/;

const SIZE_UNITS: Readonly<Record<string, number>> = { B: 1, kB: 1000, MB: 1_000_000 };

/** A size in bytes: `512 kB`. */
function sizeOf(setting: Setting): number | undefined {
  const { value } = setting;
  const match = typeof value === 'string' ? sizePattern.exec(value) : undefined;
  const size = typeof value === 'number' ? value : Number(match?.[1]) * (SIZE_UNITS[match?.[2] ?? ''] ?? Number.NaN);
  if (Number.isInteger(size) && size >= MIN_PIECE && size <= MAX_PIECE) return size;
  return reject(setting, 'a size from 16 kB to 64 MB, such as "512 kB"');
}

/** A time with its unit. */
export const durationPattern: RegExp = /^([0-9]{1,6}) (hour|day|week)s?$/;

const TIME_UNITS: Readonly<Record<string, number>> = { hour: 3600, day: DAY, week: 7 * DAY };

/** The time that a Release file is valid: of none at all, every client would say that it has expired. */
function termOf(setting: Setting): number | undefined {
  const seconds = durationOf(setting);
  return seconds === 0 ? reject(setting, 'at least one hour') : seconds;
}

/** A time in seconds: `14 days`. */
function durationOf(setting: Setting): number | undefined {
  const { value } = setting;
  const match = typeof value === 'string' ? durationPattern.exec(value) : undefined;
  const seconds = Number(match?.[1]) * (TIME_UNITS[match?.[2] ?? ''] ?? Number.NaN);
  if (Number.isInteger(seconds) && seconds <= MAX_SECONDS) return seconds;
  return reject(setting, 'a time in hours, days or weeks, such as "14 days", up to 10000 days');
}
