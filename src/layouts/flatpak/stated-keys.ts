/**
 * Keys of the section `flatpak:` that say what `config` of the repository says: the options by which `flatpak build-update-repo`
 * writes them there. FLATPAK.md, "Settings". An empty text removes a key, as it does there.
 */
import { entriesOf, flagOf, reject, type Setting, type TextRule, textOf, textsOf } from '../../config/setting.ts';

/** A key of `config`, and what it is made to say. */
export interface StatedKey {
  /** Its name in `repomill.yaml`, for messages. */
  readonly setting: string;
  readonly group: 'core' | 'flatpak';
  readonly key: string;
  /** Undefined removes the key. */
  readonly value: string | undefined;
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
export const statedKeyNames: readonly string[] = [...Object.keys(stated), OPTIONS];

/** Reads those of the keys that are set, in a fixed order. */
export function readStatedKeys(fields: { readonly [key: string]: Setting | undefined }): readonly StatedKey[] {
  const plain = Object.entries(stated).flatMap(([name, [group, key, read]]): readonly StatedKey[] => {
    const setting = fields[name];
    const value = setting && read(setting);
    return value === undefined ? [] : [{ setting: name, group, key, value: value === '' ? undefined : value }];
  });
  const options = fields[OPTIONS];
  return options === undefined ? plain : [...plain, ...readOptions(options)];
}

/** Reads the name of one file of public keys, or several. */
export function keyFileNames(setting: Setting): readonly string[] {
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
