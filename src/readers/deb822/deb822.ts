/**
 * The readers of Debian's control files. `deb822`: any number of stanzas, such as those of `Packages`. `control`: the file of
 * that name in a package, which has one. Debian Policy, sections 5 (control files) and 7 (relationships). Refuses a clear-signed
 * file, whose signature would otherwise be dropped silently.
 */
import type { InputFile } from '../../platform/files/input-file.ts';
import { headText } from '../head-text.ts';
import { LineSplitter } from '../line-splitter.ts';
import { isOpenwrtStanza, openwrtFieldsOf } from '../openwrt/openwrt.ts';
import { type OutputBuilder, readDrafts } from '../read-drafts.ts';
import type { Reader, ReaderOutput } from '../reader.ts';
import type { RawRecord } from '../splitter.ts';
import { caselessFieldTable, type FieldTable, parseFields } from '../stanza/field-table.ts';
import { type MakeFields, parseStanza, requireField } from '../stanza/parse-stanza.ts';
import { stanzaCut } from '../stanza/stanza-cut.ts';

const EMPTY_LINE = Uint8Array.of(0x0a, 0x0a);

/** Lists that keep their names. */
const plainLists = [
  'Pre-Depends',
  'Recommends',
  'Suggests',
  'Enhances',
  'Breaks',
  'Conflicts',
  'Replaces',
  'Provides',
  'Built-Using',
  'Static-Built-Using',
];

/** What the fields of a package become. */
export const debianFields: FieldTable = caselessFieldTable([
  ['Package', 'name', 'text'],
  ['Version', 'version', 'text'],
  ['Architecture', 'arch', 'arch'],
  ['Size', 'size', 'size'],
  ['Installed-Size', 'installedSize', 'kibibytes'],
  ['SHA256', 'sha256', 'text'],
  ['Filename', 'path', 'text'],
  ['Homepage', 'homepage', 'text'],
  ['Depends', 'dependencies', 'commas'],
  ['Tag', 'tags', 'commas'],
  ['Description', 'summary', 'description'],
  ...plainLists.map((name) => [name, name, 'commas'] as const),
]);

/** Stanzas of fields, as Debian writes them. */
export const deb822: Reader = {
  name: 'deb822',
  description: 'Debian control stanzas (Packages)',
  separatorIn: (file) => (isArmoured(file) ? undefined : EMPTY_LINE),
  names: debianFields.names,
  recognises: (file) => /(^|_)Packages$/.test(file.name) || /^Package:/i.test(headText(file, 16)),
  isCompanion: isAptCompanion,
  read: (file) => readStanzas(file, addStanza),
};

/** The control file of one package. */
export const control: Reader = {
  name: 'control',
  description: 'the control file of one Debian package (control)',
  names: debianFields.names,
  recognises: ({ name }) => /(^|_)control$/.test(name),
  read: (file) => readStanzas(file, addOnlyStanza()),
};

type AddStanza = (record: RawRecord, output: OutputBuilder) => void;

function readStanzas(file: InputFile, add: AddStanza): AsyncIterable<ReaderOutput> {
  return isArmoured(file) ? refuseArmour(file) : readDrafts(file, new LineSplitter(stanzaCut('package:')), add);
}

function addStanza(record: RawRecord, output: OutputBuilder): boolean {
  return parseStanza(record, output, debianFieldsOf);
}

/** Refuses a second stanza: a package's control file was not meant to have one, so it may have been smuggled in. */
function addOnlyStanza(): AddStanza {
  let stanzas = 0;
  return (record, output) => {
    if (!addStanza(record, output) || ++stanzas !== 2) return;
    const found = 'found a second; name the file Packages, or set `reader: deb822`, if it is a list';
    output.addProblem(`expected the stanza of one package, ${found}`, record.line);
  };
}

const debianFieldsOf: MakeFields = (entries, refuse) => {
  // The lists of OpenWrt look the same, but count in bytes.
  if (isOpenwrtStanza(entries)) return openwrtFieldsOf(entries, refuse);
  const fields = parseFields(entries, debianFields, refuse);
  requireField(fields, 'name', 'Package', entries, refuse);
  return fields;
};

/** A file of `by-hash`, where a repository keeps older lists for clients that have older indexes: their packages may be gone. */
const digestName = /^(?:[\da-f]{32}|[\da-f]{40}|[\da-f]{64}|[\da-f]{128})$/;

/** What an apt repository has beside its package lists: older lists, translated descriptions, and metadata of apps (DEP-11). */
function isAptCompanion(file: Pick<InputFile, 'name' | 'head'>): boolean {
  const text = headText(file, 32);
  if (/^Package:/i.test(text)) return digestName.test(file.name) || file.name.startsWith('Translation-');
  return /^(?:---\s+)?File: DEP-11\s/.test(text);
}

function isArmoured(file: Pick<InputFile, 'head'>): boolean {
  return headText(file, 16).startsWith('-----BEGIN PGP');
}

async function* refuseArmour(file: InputFile): AsyncGenerator<ReaderOutput, void> {
  const message = 'expected a stanza, found PGP armour; verify the signature yourself and remove it';
  yield { drafts: [], problems: [{ file: file.path, line: 1, message }] };
}
