/**
 * The string table of a bucket: texts that the bucket repeats, each stored once. FORMAT.md, section "String table". An id is
 * three characters made from the text's own hash, so a text has the same id in every bucket of every repository, and no id
 * changes when other texts come or go.
 */

import { decodeText, encodeText } from '../../../bytes/bytes.ts';
import { RepomillError } from '../../../errors.ts';
import type { Fingerprint } from '../../../model/bucket-placement.ts';
import { compareText } from '../../../model/order.ts';
import { isPlainCell } from './cell.ts';

/** The text of each id. */
export type StringTable = ReadonlyMap<string, string>;

/** A text enters the table if the bucket has it this often. Rarer texts cost a delta more as ids than they save. */
const MIN_USES = 8;

/** UTF-16 code units. A reference takes four; shorter texts gain nothing. */
const MIN_LENGTH = 6;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const ID_LENGTH = 3;

/**
 * Chooses the cells of a bucket that are worth a place in its table, and maps each to its id. Of two texts with the same id,
 * the first in order gets it.
 */
export function chooseStrings(columns: Iterable<readonly string[]>, fingerprint: Fingerprint): Map<string, string> {
  const uses = new Map<string, number>();
  for (const cells of columns) {
    for (const cell of cells) {
      // The text of a reference is taken as it is, so it cannot be a quoted text or a path by rule.
      if (cell.length >= MIN_LENGTH && isPlainCell(cell)) uses.set(cell, (uses.get(cell) ?? 0) + 1);
    }
  }
  const chosen = [...uses].filter(([, count]) => count >= MIN_USES).map(([text]) => text);
  const textOfId = new Map<string, string>();
  for (const text of chosen.sort(compareText)) {
    const id = idOf(text, fingerprint);
    if (!textOfId.has(id)) textOfId.set(id, text);
  }
  return new Map([...textOfId].map(([id, text]) => [text, id]));
}

/** The id of a text: the low 18 bits of its XXH64, six bits a character, highest first. */
function idOf(text: string, fingerprint: Fingerprint): string {
  const bits = Number(fingerprint(encodeText(text)) & 0x3ffffn);
  return `${ALPHABET[bits >> 12]}${ALPHABET[(bits >> 6) & 63]}${ALPHABET[bits & 63]}`;
}

/** The table as text: for each entry its id, its text and NUL, in the order of the ids. */
export function formatStringTable(idOfText: ReadonlyMap<string, string>): string {
  const entries = [...idOfText].map(([text, id]) => `${id}${text}\0`);
  return entries.sort(compareText).join('');
}

/** The string table of an open bucket. It is parsed when it is first asked for. */
export interface StringTableReader {
  table(): StringTable;
  /** Ids of the texts that contain `lowered`, in any case; `lowered` is in lower case, without NUL. */
  idsHolding(lowered: string): readonly string[];
}

/** Opens the bytes of a table. */
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

/** Parses what `formatStringTable` writes. Throws a format error. */
export function parseStringTable(text: string): StringTable {
  const entries = text.split('\0');
  if (entries.pop() !== '') throw new RepomillError('format', 'string table: the last entry has no NUL at its end');
  const table = new Map<string, string>();
  for (const entry of entries) {
    if (entry.length < ID_LENGTH) throw new RepomillError('format', 'string table: an entry is shorter than its id');
    table.set(entry.slice(0, ID_LENGTH), entry.slice(ID_LENGTH));
  }
  if (table.size !== entries.length) throw new RepomillError('format', 'string table: an id occurs twice');
  return table;
}
