/**
 * The reader of Alpine's package indexes: `APKINDEX`, and `APKINDEX.tar.gz`, an archive that has it next to its signatures. A
 * stanza has a field of one letter on each line. Facts: apk-package(5), and the index of apk-tools 2.
 */
import { RepomillError } from '../../errors.ts';
import { ALL } from '../../model/record.ts';
import type { InputFile } from '../../platform/files/input-file.ts';
import { isTar, readTar, type TarEntry } from '../../platform/tar.ts';
import { headText } from '../head-text.ts';
import { LineSplitter } from '../line-splitter.ts';
import { readDrafts } from '../read-drafts.ts';
import type { Reader, ReaderOutput } from '../reader.ts';
import { fieldTable, parseFields } from '../stanza/field-table.ts';
import { type MakeFields, parseStanza, requireField } from '../stanza/parse-stanza.ts';
import { emptyLineCut } from '../stanza/stanza-cut.ts';

const EMPTY_LINE = Uint8Array.of(0x0a, 0x0a);

const fields = fieldTable([
  ['P', 'name', 'text'],
  ['V', 'version', 'text'],
  ['A', 'arch', 'text'],
  ['S', 'size', 'size'],
  ['I', 'installedSize', 'integer'],
  ['T', 'summary', 'text'],
  ['U', 'homepage', 'homepage'],
  ['L', 'licence', 'text'],
  ['D', 'dependencies', 'words'],
  ['C', 'controlChecksum', 'text'],
  ['o', 'origin', 'text'],
  ['m', 'maintainer', 'text'],
  ['t', 'buildTime', 'integer'],
  ['c', 'commit', 'text'],
  ['p', 'provides', 'words'],
  ['k', 'providerPriority', 'integer'],
  ['i', 'installIf', 'words'],
  ['r', 'replaces', 'words'],
  ['q', 'replacesPriority', 'integer'],
]);

/** Stanzas of fields with one letter each, in a file or in an archive. */
export const apkindex: Reader = {
  name: 'apkindex',
  description: 'package indexes of Alpine Linux (APKINDEX, APKINDEX.tar.gz)',
  separatorIn: ({ head }) => (isTar(head) ? undefined : EMPTY_LINE),
  names: fields.names,
  recognises: (file) =>
    /(^|[._-])APKINDEX(\.tar)?$/.test(file.name) && (isTar(file.head) || /^[A-Za-z]:/.test(headText(file, 2))),
  read: (file) => (isTar(file.head) ? readArchive(file) : readStanzas(file)),
};

/** What Alpine calls an arch of packages for every one. */
const NO_ARCH = 'noarch';

const fieldsOf: MakeFields = (entries, refuse) => {
  const record = parseFields(entries, fields, refuse);
  requireField(record, 'name', 'P', entries, refuse);
  requireField(record, 'version', 'V', entries, refuse);
  if (record.arch === NO_ARCH) record.arch = ALL;
  // The index does not say it: every package is next to it, under this name.
  record.path = `${record.name}-${record.version}.apk`;
  return record;
};

function readStanzas(file: InputFile): AsyncIterable<ReaderOutput> {
  return readDrafts(file, new LineSplitter(emptyLineCut), (record, output) => {
    parseStanza(record, output, fieldsOf);
  });
}

const INDEX = 'APKINDEX';

async function* readArchive(file: InputFile): AsyncGenerator<ReaderOutput, void> {
  let found = false;
  for await (const entry of readTar(file.chunks(), file.path)) {
    // Signatures and a description of the repository.
    if (entry.name.replace(/^\.\//, '') !== INDEX) continue;
    if (entry.kind !== 'file') throw badArchive(file, `${INDEX}: expected a file, found a ${entry.kind}`);
    if (found) throw badArchive(file, `${INDEX}: expected once in the archive, found again`);
    found = true;
    yield* readStanzas(indexIn(file, entry));
  }
  if (!found) throw badArchive(file, `expected a file ${INDEX} in the archive, found none`);
}

/** The index as a file of its own. Its beginning matters only to those who recognise files. */
function indexIn({ path }: InputFile, entry: TarEntry): InputFile {
  return { path, name: INDEX, head: new Uint8Array(0), chunks: () => entry.content() };
}

function badArchive({ path }: InputFile, message: string): RepomillError {
  return new RepomillError('format', message, { path });
}
