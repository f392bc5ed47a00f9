/**
 * The string table of a bucket: texts that the bucket repeats, each stored once. An id is three characters made from the
 * text's own hash, so the same text has the same id in every bucket of every repository, and none moves when another
 * comes or goes. FORMAT.md, section "String table".
 */

import { decodeText, encodeText } from '../../../bytes/bytes.ts';
import { RepomillError } from '../../../errors.ts';
import type { Fingerprint } from '../../../model/bucket-tree.ts';
import { compareText } from '../../../model/order.ts';
import { isPlainCell } from './cell.ts';

/** The text of each id. */
export type StringTable = ReadonlyMap<string, string>;

/** A text enters the table when the bucket has it this often: below, ids cost the delta more than they save. */
const MIN_USES = 8;

/** A reference takes four characters; shorter texts gain nothing. */
const MIN_LENGTH = 6;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const ID_LENGTH = 3;

/** Chooses the texts worth a place among all cells of a bucket: the id of each. Of two with one id the first in order has it. */
export function chooseStrings(columns: Iterable<readonly string[]>, fingerprint: Fingerprint): Map<string, string> {
  const uses = new Map<string, number>();
  for (const cells of columns) {
    for (const cell of cells) {
      // Quoted texts and paths by rule are no plain texts: what a reference stands for is taken as it is.
      if (cell.length >= MIN_LENGTH && isPlainCell(cell)) uses.set(cell, (uses.get(cell) ?? 0) + 1);
    }
  }
  const chosen = [...uses].filter(([, count]) => count >= MIN_USES).map(([text]) => text);
  const textOf = new Map<string, string>();
  for (const text of chosen.sort(compareText)) {
    const id = idOf(text, fingerprint);
    if (!textOf.has(id)) textOf.set(id, text);
  }
  return new Map([...textOf].map(([id, text]) => [text, id]));
}

/** The id of a text: the low 18 bits of its XXH64, six bits a character, highest first. */
function idOf(text: string, fingerprint: Fingerprint): string {
  const bits = Number(fingerprint(encodeText(text)) & 0x3ffffn);
  return `${ALPHABET[bits >> 12]}${ALPHABET[(bits >> 6) & 63]}${ALPHABET[bits & 63]}`;
}

/** The table's text: id and string of each entry, ended by NUL, in the order of the ids. */
export function formatStringTable(idOfText: ReadonlyMap<string, string>): string {
  const entries = [...idOfText].map(([text, id]) => `${id}${text}\0`);
  return entries.sort(compareText).join('');
}

/** A string table in a bucket, parsed when it is asked for. */
export interface StringTableReader {
  table(): StringTable;
  /** Ids of the texts that hold another one, in any case; `lowered` is in lower case and without NUL. */
  idsHolding(lowered: string): readonly string[];
}

/** Opens the table that `formatStringTable` wrote. */
export function readStringTable(bytes: Uint8Array): StringTableReader {
  let table: StringTable | undefined;
  let inLowerCase: string | undefined;
  const parsed = (): StringTable => {
    table ??= parseStringTable(decodeText(bytes));
    return table;
  };
  return {
    table: parsed,
    idsHolding(lowered) {
      inLowerCase ??= decodeText(bytes).toLowerCase();
      if (!inLowerCase.includes(lowered)) return [];
      return [...parsed()].filter(([, text]) => text.toLowerCase().includes(lowered)).map(([id]) => id);
    },
  };
}

/** The table behind `formatStringTable`'s text. */
export function parseStringTable(text: string): StringTable {
  const entries = text.split('\0');
  if (entries.pop() !== '') throw new RepomillError('format', 'string table: the last entry is cut off');
  const table = new Map<string, string>();
  for (const entry of entries) {
    if (entry.length < ID_LENGTH) throw new RepomillError('format', 'string table: an entry is shorter than its id');
    table.set(entry.slice(0, ID_LENGTH), entry.slice(ID_LENGTH));
  }
  if (table.size !== entries.length) throw new RepomillError('format', 'string table: an id occurs twice');
  return table;
}
