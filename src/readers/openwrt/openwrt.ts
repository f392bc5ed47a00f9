/**
 * The reader of the feeds of OpenWrt, and of opkg in general: a `Packages` file like Debian's, whose sizes are all bytes and
 * whose digest is called `SHA256sum`. Two more files are in such a feed, with the same packages: `Packages.manifest` has more
 * fields, and `index.json` only versions.
 */
import type { InputFile } from '../../platform/files/input-file.ts';
import { firstStanza, headText } from '../head-text.ts';
import { LineSplitter } from '../line-splitter.ts';
import { readDrafts } from '../read-drafts.ts';
import type { Reader } from '../reader.ts';
import { caselessFieldTable, parseFields } from '../stanza/field-table.ts';
import type { StanzaEntry } from '../stanza/parse-entries.ts';
import { type MakeFields, parseStanza, requireField } from '../stanza/parse-stanza.ts';
import { stanzaCut } from '../stanza/stanza-cut.ts';

/** Lists that keep their names. */
const plainLists = ['Pre-Depends', 'Recommends', 'Suggests', 'Enhances', 'Breaks', 'Conflicts', 'Replaces', 'Provides'];

const openwrtFields = caselessFieldTable([
  ['Package', 'name', 'text'],
  ['Version', 'version', 'text'],
  ['Architecture', 'arch', 'arch'],
  ['Size', 'size', 'size'],
  ['Installed-Size', 'installedSize', 'integer'],
  ['SHA256sum', 'sha256', 'text'],
  ['Filename', 'path', 'text'],
  ['URL', 'homepage', 'homepage'],
  ['License', 'licence', 'text'],
  ['Depends', 'dependencies', 'commas'],
  ['Description', 'summary', 'description'],
  ...plainLists.map((name) => [name, name, 'commas'] as const),
]);

const EMPTY_LINE = Uint8Array.of(0x0a, 0x0a);

/** Stanzas of fields, as opkg reads them. */
export const openwrt: Reader = {
  name: 'openwrt',
  aliases: ['opkg'],
  description: 'package lists of OpenWrt and opkg (Packages with SHA256sum)',
  separatorIn: () => EMPTY_LINE,
  names: openwrtFields.names,
  recognises: isPackageList,
  isCompanion: (file) => isManifest(file) || isVersionList(file),
  read: (file) =>
    readDrafts(file, new LineSplitter(stanzaCut('package:')), (record, output) => {
      parseStanza(record, output, openwrtFieldsOf);
    }),
};

/** The fields of a record from a stanza of opkg's. */
export const openwrtFieldsOf: MakeFields = (entries, refuse) => {
  const fields = parseFields(entries, openwrtFields, refuse);
  requireField(fields, 'name', 'Package', entries, refuse);
  return fields;
};

/** Whether a stanza, which may also be Debian's, is one of opkg's. */
export function isOpenwrtStanza(entries: readonly StanzaEntry[]): boolean {
  return hasEntry('sha256sum', entries) && !hasEntry('sha256', entries);
}

function hasEntry(lowerCaseName: string, entries: readonly StanzaEntry[]): boolean {
  // A loop, because this is asked of every stanza. Most names have a different length, so that hardly any is compared.
  for (const { name } of entries) {
    if (name.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName) return true;
  }
  return false;
}

function isPackageList(file: Pick<InputFile, 'name' | 'head'>): boolean {
  if (!/^package:/i.test(headText(file, 16))) return false;
  const stanza = firstStanza(file);
  return /^(?:sha256sum:|filename:.*\.ipk\r?$)/im.test(stanza) && !/^sha256:/im.test(stanza);
}

function isManifest(file: Pick<InputFile, 'name' | 'head'>): boolean {
  return file.name === 'Packages.manifest' && isPackageList(file);
}

/** `{"version": 2, "architecture": "x86_64", "packages": {"luci": "1.0"}}`; earlier ones have no version. */
function isVersionList(file: Pick<InputFile, 'name' | 'head'>): boolean {
  return (
    file.name === 'index.json' &&
    /^\s*\{\s*(?:"version":\s*\d+,\s*)?"architecture":\s*"[^"]*",\s*"packages":\s*\{\s*(?:\}|"[^"]*":\s*")/.test(
      headText(file),
    )
  );
}
