/**
 * The reader of Debian's lists of source packages, `Sources`: a stanza for each, with the files that it consists of. Its fields are
 * kept as texts, apart from those that every record has. The arch of such a record is `source`.
 */
import { parseChecksums } from '../../deb/checksums.ts';
import { RepomillError } from '../../errors.ts';
import { firstStanza, headText } from '../head-text.ts';
import { LineSplitter } from '../line-splitter.ts';
import { readDrafts } from '../read-drafts.ts';
import type { Reader } from '../reader.ts';
import { caselessFieldTable, type FieldTable, parseFields } from '../stanza/field-table.ts';
import { type MakeFields, parseStanza, requireField } from '../stanza/parse-stanza.ts';
import { stanzaCut } from '../stanza/stanza-cut.ts';

/** What the fields of a source package become. */
export const sourceFields: FieldTable = caselessFieldTable([
  ['Package', 'name', 'text'],
  ['Version', 'version', 'text'],
  ['Homepage', 'homepage', 'text'],
  // Only the spelling counts: the text stays what it is.
  ['Checksums-Sha256', 'Checksums-Sha256', 'text'],
  ['Directory', 'Directory', 'text'],
]);

const EMPTY_LINE = Uint8Array.of(0x0a, 0x0a);

/** Stanzas of source packages, as apt reads them. */
export const sources: Reader = {
  name: 'sources',
  description: 'lists of Debian source packages (Sources)',
  separatorIn: () => EMPTY_LINE,
  names: sourceFields.names,
  recognises: (file) => /(^|_)Sources$/.test(file.name) || isSourceList(headText(file, 16), firstStanza(file)),
  read: (file) =>
    readDrafts(file, new LineSplitter(stanzaCut('package:')), (record, output) => {
      parseStanza(record, output, fieldsOf);
    }),
};

function isSourceList(beginning: string, stanza: string): boolean {
  return (
    /^(?:Package|Format):/i.test(beginning) &&
    /^Directory:/im.test(stanza) &&
    /^(?:Files|Checksums-\w+):\s*$/im.test(stanza)
  );
}

const fieldsOf: MakeFields = (entries, refuse) => {
  const fields = parseFields(entries, sourceFields, refuse);
  requireField(fields, 'name', 'Package', entries, refuse);
  fields.arch = 'source';
  const checksums = fields['Checksums-Sha256'];
  if (typeof checksums !== 'string') return fields;
  try {
    // The `.dsc` is the file that the record is about.
    const own = parseChecksums(checksums).find(({ name }) => name.endsWith('.dsc'));
    return own === undefined
      ? fields
      : { ...fields, path: pathOf(fields.Directory, own.name), size: own.size, sha256: own.sha256 };
  } catch (cause) {
    if (!(cause instanceof RepomillError)) throw cause;
    refuse(`field "Checksums-Sha256": ${cause.message}`, entries[0]?.line ?? 1);
    return undefined;
  }
};

function pathOf(directory: unknown, name: string): string {
  return directory === undefined || directory === '.' ? name : `${String(directory)}/${name}`;
}
