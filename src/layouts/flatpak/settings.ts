/**
 * The section `flatpak:` of `repomill.yaml`: how the tree is written, what `config` of the repository says, and what flatpak itself
 * does before and after. FLATPAK.md, "Differences from flatpak" and "Settings".
 */
import {
  choiceOf,
  entriesOf,
  fieldsOf,
  flagOf,
  integerOf,
  reject,
  type SectionReader,
  type Setting,
  type TextRule,
  textOf,
  textsOf,
} from '../../config/setting.ts';
import { MAX_HISTORY } from '../../model/limits.ts';

/** A version of flatpak of which there is something to imitate. */
export type FlatpakVersion = '1.14' | '1.19';

/** Work that only the program `flatpak` can do. */
export interface FlatpakWork {
  /** Whether the appstream branches, which software centres show, are made from what the apps contain. */
  readonly appstream: boolean;
  /** How static deltas are made; undefined if none are. */
  readonly staticDeltas?: StaticDeltaWork;
  /** How many parents of each commit are kept, -1 for all; everything older is removed. Undefined if nothing is. */
  readonly prune?: number;
}

/** How static deltas are made. */
export interface StaticDeltaWork {
  /** How many at a time; by default as many as there are processors. */
  readonly jobs?: number;
  /** Patterns of refs that get none. */
  readonly ignore: readonly string[];
}

/** A key of `config`, and what it is made to say. */
export interface StatedKey {
  /** Its name in `repomill.yaml`, for messages. */
  readonly setting: string;
  readonly group: 'core' | 'flatpak';
  readonly key: string;
  /** Undefined removes the key. */
  readonly value: string | undefined;
}

/** How the flatpak layout is written. */
export interface FlatpakSettings extends FlatpakWork {
  /** Byte for byte what `flatpak build-update-repo` writes: every other key is as flatpak does it, unless it is set. */
  readonly exact: boolean;
  /** Which flatpak `exact` imitates. */
  readonly version: FlatpakVersion;
  /** Whether summaries of x86_64 hold refs of i386 too, and those of aarch64 refs of arm. */
  readonly secondaryArches: boolean;
  /** Whether an index that would say the same is left as it is. */
  readonly keepUnchanged: boolean;
  /** How many signatures of older indexes are kept. */
  readonly signatures: number;
  /** What `config` of the repository is made to say. */
  readonly stated: readonly StatedKey[];
  /** Files of the public keys that new clients will trust, relative to the input; empty leaves them as they are. */
  readonly gpgImport: readonly string[];
}

/** How the value of a key is read. Undefined means that it was reported. */
type ReadValue = (setting: Setting) => string | undefined;

const MAX_TEXT = 65_536;

const line: TextRule = { expected: 'one line of text', pattern: /^\P{Cc}*$/u, maxLength: MAX_TEXT };

const paragraph: TextRule = { expected: 'a text', pattern: /^[\P{Cc}\n\t]*$/u, maxLength: MAX_TEXT };

// libostree's `ostree_validate_collection_id`: the rules of D-Bus for the name of an interface.
const collection: TextRule = {
  expected:
    'a collection id, such as org.example.Apps: two words or more, of letters, digits and "_", with dots between them',
  pattern: /^(?:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)?$/,
  maxLength: 255,
};

const keyFile: TextRule = { expected: 'a file', pattern: /^\P{Cc}+$/u, maxLength: 1024 };

const lineOf: ReadValue = (setting) => anyText(setting, line);
const flag: ReadValue = (setting) => String(flagOf(setting));

const stated = {
  title: ['flatpak', 'title', lineOf],
  comment: ['flatpak', 'comment', lineOf],
  description: ['flatpak', 'description', (setting) => anyText(setting, paragraph)],
  homepage: ['flatpak', 'homepage', lineOf],
  icon: ['flatpak', 'icon', lineOf],
  redirectUrl: ['flatpak', 'redirect-url', lineOf],
  defaultBranch: ['flatpak', 'default-branch', lineOf],
  collectionId: ['core', 'collection-id', (setting) => anyText(setting, collection)],
  deployCollectionId: ['flatpak', 'deploy-collection-id', flag],
  deploySideloadCollectionId: ['flatpak', 'deploy-sideload-collection-id', flag],
  authenticatorName: ['flatpak', 'authenticator-name', lineOf],
  authenticatorInstall: ['flatpak', 'authenticator-install', flag],
} as const satisfies Readonly<Record<string, readonly [StatedKey['group'], string, ReadValue]>>;

const OPTIONS = 'authenticatorOptions';

/** The names of the keys in `repomill.yaml`. */
const statedKeyNames = [...Object.keys(stated), OPTIONS];

const keys = [
  ...['exact', 'secondaryArches', 'keepUnchanged', 'signatures'],
  ...['appstream', 'staticDeltas', 'staticDeltaJobs', 'staticDeltaIgnore', 'prune', 'gpgImport'],
  ...statedKeyNames,
];

/** The most parallel jobs and the most parents: what flatpak reads as a number. */
const MAX_JOBS = 1024;
const MAX_PARENTS = 2 ** 31 - 1;

/** Reads the section. */
export const flatpakSection: SectionReader<FlatpakSettings> = {
  defaults: defaultsFor(undefined),
  parse(section) {
    const fields = fieldsOf(section, 'a mapping of settings', keys) ?? {};
    const { exact, secondaryArches, keepUnchanged, signatures, gpgImport, appstream, prune } = fields;
    const staticDeltas = readStaticDeltas(fields);
    return {
      ...defaultsFor(exact && readVersion(exact)),
      ...(secondaryArches && { secondaryArches: flagOf(secondaryArches) }),
      ...(keepUnchanged && { keepUnchanged: flagOf(keepUnchanged) }),
      ...(signatures && { signatures: integerOf(signatures, MAX_HISTORY) }),
      ...(gpgImport && { gpgImport: keyFileNames(gpgImport) }),
      ...(appstream && { appstream: flagOf(appstream) }),
      ...(prune && { prune: integerOf(prune, MAX_PARENTS, -1) }),
      ...(staticDeltas && { staticDeltas }),
      stated: readStatedKeys(fields),
    };
  },
};

function defaultsFor(version: FlatpakVersion | undefined): FlatpakSettings {
  const exact = version !== undefined;
  return {
    ...{ exact, version: version ?? '1.14', secondaryArches: !exact, keepUnchanged: !exact, signatures: 16 },
    ...{ appstream: false, stated: [], gpgImport: [] },
  };
}

// YAML takes an unquoted version for a number.
function readVersion(setting: Setting): FlatpakVersion | undefined {
  const { value } = setting;
  if (value === false) return undefined;
  const text = value === true ? '1.14' : typeof value === 'number' ? String(value) : value;
  if (text === '1.14' || text === '1.19') return text;
  return reject(setting, 'true, false, or a version of flatpak: 1.14 (for 1.10 to 1.18) or 1.19');
}

const refPattern = { expected: 'a pattern of refs, such as "runtime/*"', pattern: /^\P{Cc}+$/u, maxLength: 1024 };

function readStaticDeltas(fields: { readonly [key: string]: Setting | undefined }): StaticDeltaWork | undefined {
  const { staticDeltas, staticDeltaJobs, staticDeltaIgnore } = fields;
  const isWanted = staticDeltas !== undefined && choiceOf(staticDeltas, 'auto or none', ['auto', 'none']) === 'auto';
  const work = {
    ...(staticDeltaJobs && { jobs: integerOf(staticDeltaJobs, MAX_JOBS, 1) }),
    ignore: staticDeltaIgnore === undefined ? [] : textsOf(staticDeltaIgnore, refPattern),
  };
  if (isWanted) return work;
  for (const setting of [staticDeltaJobs, staticDeltaIgnore]) {
    setting?.report('expected staticDeltas: auto with it, or it does nothing');
  }
  return undefined;
}

/** Reads those of the keys that are set, in a fixed order. */
function readStatedKeys(fields: { readonly [key: string]: Setting | undefined }): readonly StatedKey[] {
  const plain = Object.entries(stated).flatMap(([name, [group, key, read]]): readonly StatedKey[] => {
    const setting = fields[name];
    const value = setting && read(setting);
    return value === undefined ? [] : [{ setting: name, group, key, value: value === '' ? undefined : value }];
  });
  const options = fields[OPTIONS];
  return options === undefined ? plain : [...plain, ...readOptions(options)];
}

/** Reads the name of one file of public keys, or several. */
function keyFileNames(setting: Setting): readonly string[] {
  if (Array.isArray(setting.value)) return textsOf(setting, keyFile);
  const file = textOf(setting, keyFile);
  return file === undefined ? [] : [file];
}

function readOptions(setting: Setting): readonly StatedKey[] {
  return (entriesOf(setting, 'a mapping of options') ?? []).flatMap(([name, option]): readonly StatedKey[] => {
    const value = lineOf(option);
    if (!/^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/.test(name)) {
      option.report('expected a name of letters, digits and "-"');
      return [];
    }
    if (value === undefined) return [];
    const key = `authenticator-options.${name}`;
    return [{ setting: `${OPTIONS}.${name}`, group: 'flatpak', key, value: value === '' ? undefined : value }];
  });
}

/** A text, or what YAML takes for a number, as it is written: branches are often named 23.08. */
function anyText(setting: Setting, rule: TextRule): string | undefined {
  const { value } = setting;
  if (typeof value !== 'number') return textOf(setting, rule);
  const text = setting.written() ?? String(value);
  return rule.pattern.test(text) ? text : reject(setting, rule.expected);
}
