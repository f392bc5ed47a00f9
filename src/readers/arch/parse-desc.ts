/**
 * Parses what pacman knows about one package: blocks of a name between percent signs, and values on the lines below it up to an
 * empty line. Facts: repo-add of pacman 7, and its libalpm.
 */
import { ALL } from '../../model/record.ts';
import { quote } from '../../text/printable.ts';
import { type FieldRow, type FieldTable, fieldTable, parseFields } from '../stanza/field-table.ts';
import type { RefuseLine, StanzaEntry } from '../stanza/parse-entries.ts';

/** Lists that keep their names. `FILES` is of databases that list files, too. */
const plainLists = [
  'GROUPS',
  'REPLACES',
  'CONFLICTS',
  'PROVIDES',
  'OPTDEPENDS',
  'MAKEDEPENDS',
  'CHECKDEPENDS',
  'XDATA',
  'FILES',
];

/** What the fields of a package become, without their percent signs. */
export const descFields: FieldTable = fieldTable([
  ['NAME', 'name', 'text'],
  ['VERSION', 'version', 'text'],
  ['ARCH', 'arch', 'text'],
  ['CSIZE', 'size', 'size'],
  ['ISIZE', 'installedSize', 'integer'],
  ['SHA256SUM', 'sha256', 'text'],
  ['FILENAME', 'path', 'text'],
  ['DESC', 'summary', 'text'],
  ['URL', 'homepage', 'homepage'],
  ['LICENSE', 'licence', 'text'],
  ['DEPENDS', 'dependencies', 'lines'],
  ['BUILDDATE', 'BUILDDATE', 'integer'],
  ...plainLists.map((name): FieldRow => [name, name, 'lines']),
]);

/** What Arch calls the arch of packages for every one. */
const ANY = 'any';

/** The fields of a record that are in one file about a package. A package needs a `NAME`, but not every file about it. */
export function parseDesc(text: string, refuse: RefuseLine): Record<string, unknown> {
  const record = parseFields(parseBlocks(text, refuse), descFields, refuse);
  if (record.arch === ANY) record.arch = ALL;
  // A package may name several, and does not say whether it has one of them or all.
  if (typeof record.licence === 'string') record.licence = record.licence.replaceAll('\n', ', ');
  return record;
}

function parseBlocks(text: string, refuse: RefuseLine): readonly StanzaEntry[] {
  const entries: StanzaEntry[] = [];
  let block: StanzaEntry | undefined;
  for (const [i, found] of text.split('\n').entries()) {
    const value = found.endsWith('\r') ? found.slice(0, -1) : found;
    const name = /^%([^%]+)%$/.exec(value)?.[1];
    // What comes right after a name is its value, whatever it looks like.
    if (name !== undefined && block?.text !== '') {
      block = { name, written: value, line: i + 1, text: '' };
      entries.push(block);
    } else if (value === '') block = undefined;
    else if (block === undefined) refuse(`expected a name such as %NAME%, found ${quote(value)}`, i + 1);
    else block.text += block.text === '' ? value : `\n${value}`;
  }
  return entries;
}
