/**
 * The reader of the index of a Gentoo binary host, which is called `Packages` like Debian's: a stanza about the repository, and
 * one for each package, whose fields are left out where the first stanza has them. Facts: PackageIndex and bintree of Portage.
 */
import type { InputFile } from '../../platform/files/input-file.ts';
import { quote } from '../../text/printable.ts';
import { firstStanza } from '../head-text.ts';
import { LineSplitter } from '../line-splitter.ts';
import { readDrafts } from '../read-drafts.ts';
import type { Reader } from '../reader.ts';
import { fieldTable, parseFields } from '../stanza/field-table.ts';
import type { RefuseLine, StanzaEntry } from '../stanza/parse-entries.ts';
import { type MakeFields, parseStanza, requireField } from '../stanza/parse-stanza.ts';
import { emptyLineCut } from '../stanza/stanza-cut.ts';
import { splitCpv } from './split-cpv.ts';
import { splitDependencies } from './split-dependencies.ts';

const table = fieldTable([
  ['CPV', 'CPV', 'text'],
  ['ARCH', 'arch', 'text'],
  ['SIZE', 'size', 'size'],
  ['PATH', 'path', 'text'],
  ['DESC', 'summary', 'text'],
  ['LICENSE', 'licence', 'text'],
  ['RDEPEND', 'RDEPEND', 'text'],
  ['BUILD_ID', 'BUILD_ID', 'integer'],
  ['BUILD_TIME', 'BUILD_TIME', 'integer'],
  ['MTIME', 'MTIME', 'integer'],
]);

/** The packages of a binary host. Nothing separates them: each needs the first stanza. */
export const gentoo: Reader = {
  name: 'gentoo',
  aliases: ['portage'],
  description: 'indexes of Gentoo binary hosts (Packages with CPV)',
  names: new Map([...table.names, ['name', 'CPV'], ['version', 'CPV'], ['dependencies', 'RDEPEND']]),
  recognises: isIndex,
  read: (file) => {
    const fieldsOf = packageFields();
    return readDrafts(file, new LineSplitter(emptyLineCut), (record, output) => {
      parseStanza(record, output, fieldsOf);
    });
  },
};

/** Fields of the first stanza that count for packages without them. The others are about the machine that built them. */
const INHERITED = ['arch', 'CHOST', 'REPO'];

/** The first stanza gives no record, unless it is a package's. */
function packageFields(): MakeFields {
  let inherited: Readonly<Record<string, unknown>> | undefined;
  return (entries, refuse) => {
    const fields = parseFields(entries, table, refuse);
    if (inherited === undefined) {
      const isHeader = !Object.hasOwn(fields, 'CPV');
      const given = Object.entries(fields).filter(([field]) => isHeader && INHERITED.includes(field));
      inherited = { ...archOfKeywords(fields), ...Object.fromEntries(given) };
      if (isHeader) return undefined;
    }
    requireField(fields, 'CPV', 'CPV', entries, refuse);
    const named = nameFields(fields, entries, refuse);
    return named && { ...inherited, ...named };
  };
}

/** Older hosts do not say their architecture, but which keywords they accept: `amd64 ~amd64`. */
function archOfKeywords({ ACCEPT_KEYWORDS }: Readonly<Record<string, unknown>>): { readonly arch?: string } {
  const [, arch] = /^~?([\w-]+)/.exec(String(ACCEPT_KEYWORDS ?? '')) ?? [];
  return arch === undefined ? {} : { arch };
}

/** The fields under the names that records have. */
function nameFields(
  { CPV, RDEPEND, ...fields }: Readonly<Record<string, unknown>>,
  entries: readonly StanzaEntry[],
  refuse: RefuseLine,
): Record<string, unknown> | undefined {
  if (typeof CPV !== 'string') return undefined;
  const parts = splitCpv(CPV);
  if (parts === undefined) {
    const line = entries.find(({ name }) => name === 'CPV')?.line ?? 1;
    const expected = 'expected a category, a name and a version, such as app-misc/demo-1.0-r1';
    refuse(`field "CPV": ${expected}, found ${quote(CPV)}`, line);
    return undefined;
  }
  const { category, package: name, version } = parts;
  const dependencies = splitDependencies(String(RDEPEND ?? ''));
  return {
    // A name has no slash. Two categories may have packages of one name.
    name: `${category}:${name}`,
    // A host may have several builds of one version, which differ in their flags.
    version: fields.BUILD_ID === undefined ? version : `${version}-${fields.BUILD_ID}`,
    path: `${CPV}.tbz2`,
    ...fields,
    ...(dependencies.length > 0 ? { dependencies } : {}),
    category,
    package: name,
  };
}

/** A file called `Packages` whose first stanza is about no package of Debian's, and has a field that Portage writes. */
function isIndex(file: Pick<InputFile, 'name' | 'head'>): boolean {
  if (!/(^|_)Packages$/.test(file.name)) return false;
  const stanza = firstStanza(file);
  return !/^package:/im.test(stanza) && /^(?:CPV|PACKAGES|TIMESTAMP|ACCEPT_KEYWORDS|ARCH|CHOST): /m.test(stanza);
}
