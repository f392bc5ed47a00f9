/**
 * Splits a JSON file into records: the elements of a list, or the single value in the file. Checks only what is between the
 * records; their parser checks that they are JSON.
 */

import { ByteWindow } from '../../bytes/byte-window.ts';
import { MAX_RECORD_SIZE } from '../../model/limits.ts';
import { advance, type Position } from '../../text/line-index.ts';
import { quote } from '../../text/printable.ts';
import { badText, decodeLossy, type SplitRecord, type Splitter, TOO_LARGE, tryDecodeText } from '../splitter.ts';
import { findJsonError, jsonProblem } from './problems.ts';

/** The bytes that give JSON its structure. All are ASCII, so they can be searched for in undecoded UTF-8. */
const byte = {
  tab: 0x09,
  newline: 0x0a,
  return: 0x0d,
  space: 0x20,
  quote: 0x22,
  comma: 0x2c,
  slash: 0x2f,
  openList: 0x5b,
  backslash: 0x5c,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

/**
 * What comes next: the value of the file; an element of its list (the first, or one after a comma); the rest of an element, or
 * of a value that is not a list; the end of the file; or nothing more, after something unexpected.
 */
type State = 'value' | 'first element' | 'element' | 'rest of element' | 'rest of value' | 'end' | 'nothing';

const END_OF_FILE = 'the end of the file';

/** Splits a file that holds one value, or a list of them. */
export class JsonSplitter implements Splitter {
  readonly #window = new ByteWindow();
  readonly #scan = new ValueScan();
  #state: State = 'value';
  /** The position of the window in the file. */
  #position: Position = { line: 1, column: 1 };
  /** Whether the current record is over the limit and already reported; the window no longer holds its beginning. */
  #skipping = false;
  #records: SplitRecord[] = [];
  readonly #advice: string;

  /** `looseAdvice` ends the message about a comment or a trailing comma. */
  constructor(looseAdvice = '') {
    this.#advice = looseAdvice;
  }

  push(chunk: Uint8Array): readonly SplitRecord[] {
    this.#window.append(chunk);
    while (this.#window.length > 0 && this.#step()) {
      // Each step takes a token or a record from the window.
    }
    if (this.#window.length > MAX_RECORD_SIZE) this.#skip();
    return this.#handOut();
  }

  end(): readonly SplitRecord[] {
    const state = this.#state;
    if (state === 'rest of element' || state === 'rest of value') {
      const record = this.#take(this.#window.length, END_OF_FILE);
      const isWhole = record !== undefined && 'text' in record && findJsonError(record.text) === undefined;
      if (state === 'rest of element' && isWhole) this.#refuse('"," or "]"', END_OF_FILE);
    } else if (state !== 'end' && state !== 'nothing') {
      this.#refuse(state === 'value' ? 'a record or a list of records' : 'a record or "]"', END_OF_FILE);
    }
    return this.#handOut();
  }

  /** Takes what comes next from the window; false if it is not complete yet. */
  #step(): boolean {
    switch (this.#state) {
      case 'rest of element':
      case 'rest of value':
        return this.#finishRecord(this.#state === 'rest of element');
      case 'nothing':
        this.#window.drop(this.#window.length);
        return false;
      default:
        this.#skipSpace();
        if (this.#window.length > 0) this.#begin(this.#window.bytes[0] ?? 0);
        return true;
    }
  }

  #finishRecord(inList: boolean): boolean {
    const { bytes } = this.#window;
    const end = this.#scan.findEnd(bytes, inList);
    if (end === undefined) return false;
    const isLast = bytes[end] !== byte.comma;
    const record = this.#take(end, isLast ? '"]"' : '","');
    if (inList) {
      this.#dropByte();
      this.#state = isLast ? 'end' : 'element';
    } else {
      // If a value is not UTF-8 (but UTF-16, say), the rest of the file would fail in the same way.
      this.#state = record && 'text' in record ? 'end' : 'nothing';
    }
    return true;
  }

  /** Between records, after white space: the byte that decides what follows. */
  #begin(next: number): void {
    if (this.#state === 'end') {
      const advice = next === byte.slash ? this.#advice : '; for one record per line, name the file *.jsonl';
      this.#refuse(END_OF_FILE, `${quote(String.fromCharCode(next))}${advice}`);
      this.#state = 'nothing';
    } else if (this.#state === 'value') {
      this.#state = next === byte.openList ? 'first element' : 'rest of value';
      if (next === byte.openList) this.#dropByte();
    } else if (next === byte.comma || next === byte.closeList) {
      const isEmptyList = next === byte.closeList && this.#state === 'first element';
      const advice = next === byte.closeList ? this.#advice : '';
      if (!isEmptyList) this.#refuse('a record', `${quote(String.fromCharCode(next))}${advice}`);
      this.#dropByte();
      this.#state = next === byte.closeList ? 'end' : 'element';
    } else {
      this.#state = 'rest of element';
    }
  }

  /** Makes a record of the first bytes of the window, unless they are the end of an oversized one. */
  #take(length: number, follows: string): SplitRecord | undefined {
    const bytes = this.#window.bytes.subarray(0, length);
    const { line, column } = this.#position;
    const strict = tryDecodeText(bytes);
    const text = strict ?? decodeLossy(bytes);
    let record: SplitRecord | undefined;
    if (this.#skipping) this.#skipping = false;
    else if (length > MAX_RECORD_SIZE) record = { line, column, problem: TOO_LARGE };
    else record = strict === undefined ? badText(bytes, { line, column }) : { line, column, text, follows };
    if (record) this.#records.push(record);
    this.#position = advance(this.#position, text);
    this.#window.drop(length);
    this.#scan.reset();
    return record;
  }

  /** Gives up on an incomplete record that is over the limit. */
  #skip(): void {
    const { bytes } = this.#window;
    const record = { ...this.#position, text: decodeLossy(bytes), follows: '' };
    if (!this.#skipping) {
      // An unclosed bracket turns the rest of the file into one record. Report the bracket then, not the size.
      const error = findJsonError(record.text);
      const isCause = error !== undefined && error.offset < record.text.length;
      this.#records.push(
        isCause ? jsonProblem(record, error, this.#advice) : { ...this.#position, problem: TOO_LARGE },
      );
      this.#skipping = true;
    }
    this.#position = advance(this.#position, record.text);
    this.#window.drop(bytes.length);
    this.#scan.forget();
  }

  /** All at once: a file may have nothing else for gigabytes. */
  #skipSpace(): void {
    const { bytes } = this.#window;
    let { line, column } = this.#position;
    let at = 0;
    for (; at < bytes.length; at++) {
      const next = bytes[at];
      if (next === byte.newline) {
        line++;
        column = 1;
      } else if (next === byte.space || next === byte.tab || next === byte.return) column++;
      else break;
    }
    this.#position = { line, column };
    this.#window.drop(at);
  }

  /** Passes a byte that ends no line. */
  #dropByte(): void {
    const { line, column } = this.#position;
    this.#position = { line, column: column + 1 };
    this.#window.drop(1);
  }

  #refuse(expected: string, found: string): void {
    this.#records.push({ ...this.#position, problem: `invalid JSON: expected ${expected}, found ${found}` });
  }

  #handOut(): readonly SplitRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }
}

/**
 * Finds the end of a value from brackets and strings alone, and resumes where it stopped when more bytes arrive. Copes with
 * broken input: mismatched brackets are closed together, and a string ends with its line.
 */
class ValueScan {
  #at = 0;
  #inString = false;
  #escaped = false;
  /** The open brackets, and their number by kind. */
  readonly #open: number[] = [];
  #lists = 0;
  #objects = 0;

  /**
   * The offset of the comma or bracket after an element of a list (`inList`), or the offset after the bracket that ends any
   * other value. Undefined if the end is not in `bytes`; call again with the same bytes and more appended.
   */
  findEnd(bytes: Uint8Array, inList: boolean): number | undefined {
    for (; this.#at < bytes.length; this.#at++) {
      const next = bytes[this.#at] ?? 0;
      if (this.#inString) this.#passInString(next);
      else if (next === byte.quote) this.#inString = true;
      else if (next === byte.comma && inList && this.#open.length === 0) return this.#at;
      else if (next === byte.openList || next === byte.openObject) this.#enter(next);
      else if (next === byte.closeList || next === byte.closeObject) {
        if (inList && next === byte.closeList && this.#lists === 0) return this.#at;
        this.#leave(next);
        if (!inList && this.#open.length === 0) return this.#at + 1;
      }
    }
    return undefined;
  }

  /** Continues at the start of the window after all bytes have been dropped; brackets stay open. */
  forget(): void {
    this.#at = 0;
  }

  /** Begins with the next value. */
  reset(): void {
    this.#at = this.#lists = this.#objects = this.#open.length = 0;
    this.#inString = this.#escaped = false;
  }

  #passInString(next: number): void {
    if (next === byte.newline) this.#inString = this.#escaped = false;
    else if (this.#escaped) this.#escaped = false;
    else if (next === byte.backslash) this.#escaped = true;
    else if (next === byte.quote) this.#inString = false;
  }

  #enter(bracket: number): void {
    this.#open.push(bracket);
    if (bracket === byte.openList) this.#lists++;
    else this.#objects++;
  }

  /** Closes the innermost open bracket of this kind, if any, and those inside it. */
  #leave(bracket: number): void {
    const wanted = bracket === byte.closeList ? byte.openList : byte.openObject;
    if ((wanted === byte.openList ? this.#lists : this.#objects) === 0) return;
    for (;;) {
      const closed = this.#open.pop();
      if (closed === byte.openList) this.#lists--;
      else this.#objects--;
      if (closed === wanted || closed === undefined) return;
    }
  }
}
