/**
 * Cuts a JSON file into its records: the elements of a list, or the one value that it holds. Whether a piece is JSON is
 * for its parser to say; what stands between the pieces is checked here.
 */

import { MAX_RECORD_SIZE } from '../../model/limits.ts';
import type { Position } from '../../platform/yaml.ts';
import { quote } from '../../text/printable.ts';
import { ByteWindow } from '../byte-window.ts';
import { badText, decodeRoughly, decodeText, type Piece, type Splitter, TOO_LARGE } from '../splitter.ts';
import { byte } from './json-bytes.ts';
import { advance, jsonProblem } from './json-problem.ts';
import { JsonScan } from './json-scan.ts';
import { findJsonError } from './json-syntax.ts';

/**
 * What comes next: the value of the file; an element of its list (the first, or one behind a comma); the rest of such an
 * element, or of a value that is no list; the end of the file; or nothing, since something else came.
 */
type State = 'value' | 'first element' | 'element' | 'rest of element' | 'rest of value' | 'end' | 'nothing';

const END_OF_FILE = 'the end of the file';

/** Cuts a file that holds one value, or a list of them. */
export class JsonSplitter implements Splitter {
  readonly #window = new ByteWindow();
  readonly #scan = new JsonScan();
  #state: State = 'value';
  /** Where in the file the window begins. */
  #position: Position = { line: 1, column: 1 };
  /** The piece is over the limit and was reported, and what the window holds is not its beginning. */
  #skipping = false;
  #pieces: Piece[] = [];

  push(chunk: Uint8Array): readonly Piece[] {
    this.#window.append(chunk);
    while (this.#window.length > 0 && this.#step()) {
      // Each step takes a token or a piece from the window.
    }
    if (this.#window.length > MAX_RECORD_SIZE) this.#skip();
    return this.#handOut();
  }

  end(): readonly Piece[] {
    const state = this.#state;
    if (state === 'rest of element' || state === 'rest of value') {
      const piece = this.#take(this.#window.length, END_OF_FILE);
      const isWhole = piece !== undefined && 'text' in piece && findJsonError(piece.text) === undefined;
      if (state === 'rest of element' && isWhole) this.#refuse('"," or "]"', END_OF_FILE);
    } else if (state !== 'end' && state !== 'nothing') {
      this.#refuse(state === 'value' ? 'a record or a list of records' : 'a record or "]"', END_OF_FILE);
    }
    return this.#handOut();
  }

  /** Takes what comes next from the window; false if it is not all there yet. */
  #step(): boolean {
    switch (this.#state) {
      case 'rest of element':
      case 'rest of value':
        return this.#finishPiece(this.#state === 'rest of element');
      case 'nothing':
        this.#window.drop(this.#window.length);
        return false;
      default:
        this.#begin(this.#window.bytes[0] ?? 0);
        return true;
    }
  }

  #finishPiece(inList: boolean): boolean {
    const { bytes } = this.#window;
    const end = this.#scan.findEnd(bytes, inList);
    if (end === undefined) return false;
    const isLast = bytes[end] !== byte.comma;
    const piece = this.#take(end, isLast ? '"]"' : '","');
    if (inList) {
      this.#dropByte();
      this.#state = isLast ? 'end' : 'element';
    } else {
      // Behind a value that is no text at all (UTF-16, say) everything would be wrong in the same way.
      this.#state = piece && 'text' in piece ? 'end' : 'nothing';
    }
    return true;
  }

  /** Outside of all pieces: white space, or the byte that says what follows. */
  #begin(next: number): void {
    if (next === byte.space || next === byte.tab || next === byte.return || next === byte.newline) {
      this.#dropByte();
    } else if (this.#state === 'end') {
      this.#refuse(END_OF_FILE, `${quote(String.fromCharCode(next))}; a file with one record a line is named *.jsonl`);
      this.#state = 'nothing';
    } else if (this.#state === 'value') {
      this.#state = next === byte.openList ? 'first element' : 'rest of value';
      if (next === byte.openList) this.#dropByte();
    } else if (next === byte.comma || next === byte.closeList) {
      const isEmptyList = next === byte.closeList && this.#state === 'first element';
      if (!isEmptyList) this.#refuse('a record', quote(String.fromCharCode(next)));
      this.#dropByte();
      this.#state = next === byte.closeList ? 'end' : 'element';
    } else {
      this.#state = 'rest of element';
    }
  }

  /** Makes a piece of the first bytes of the window, unless they are the end of one that was too large. */
  #take(length: number, follows: string): Piece | undefined {
    const bytes = this.#window.bytes.subarray(0, length);
    const { line, column } = this.#position;
    const strict = decodeText(bytes);
    const text = strict ?? decodeRoughly(bytes);
    let piece: Piece | undefined;
    if (this.#skipping) this.#skipping = false;
    else if (length > MAX_RECORD_SIZE) piece = { line, column, problem: TOO_LARGE };
    else piece = strict === undefined ? badText(bytes, line) : { line, column, text, follows };
    if (piece) this.#pieces.push(piece);
    this.#position = advance(this.#position, text);
    this.#window.drop(length);
    this.#scan.reset();
    return piece;
  }

  /** Gives up a piece that is over the limit, of which more is to come. */
  #skip(): void {
    const { bytes } = this.#window;
    const piece = { ...this.#position, text: decodeRoughly(bytes), follows: '' };
    if (!this.#skipping) {
      // A bracket that is never closed makes one record of the rest of the file; then it is the bracket that matters.
      const error = findJsonError(piece.text);
      const isCause = error !== undefined && error.offset < piece.text.length;
      this.#pieces.push(isCause ? jsonProblem(piece, error) : { ...this.#position, problem: TOO_LARGE });
      this.#skipping = true;
    }
    this.#position = advance(this.#position, piece.text);
    this.#window.drop(bytes.length);
    this.#scan.forget();
  }

  #dropByte(): void {
    const isNewline = this.#window.bytes[0] === byte.newline;
    const { line, column } = this.#position;
    this.#position = isNewline ? { line: line + 1, column: 1 } : { line, column: column + 1 };
    this.#window.drop(1);
  }

  #refuse(expected: string, found: string): void {
    this.#pieces.push({ ...this.#position, problem: `invalid JSON: expected ${expected}, found ${found}` });
  }

  #handOut(): readonly Piece[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }
}
