/**
 * Cuts a JSON file into its records: the elements of a list, or the one value that it holds. It follows brackets and
 * strings only; whether a piece is JSON is for its parser to say. Brackets that do not match are closed together, and a
 * string ends with its line, so that one broken record seldom takes its neighbours with it.
 */
import { quote } from '../model/findings.ts';
import { MAX_RECORD_SIZE } from '../model/limits.ts';
import type { Position } from '../platform/yaml.ts';
import { ByteWindow } from './byte-window.ts';
import { advance, jsonProblem } from './json-problem.ts';
import { JsonScan } from './json-scan.ts';
import { badText, decodeRoughly, decodeText, type Piece, type Splitter, TOO_LARGE } from './splitter.ts';

/**
 * What comes next: the value of the file; an element of its list (the first, or one behind a comma); the rest of such an
 * element, or of a value that is no list; the end of the file; or nothing, since something else came.
 */
type State = 'value' | 'first element' | 'element' | 'rest of element' | 'rest of value' | 'end' | 'nothing';

const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/** Cuts a file that holds one value, or a list of them. */
export class JsonSplitter implements Splitter {
  readonly #window = new ByteWindow();
  readonly #scan = new JsonScan();
  #state: State = 'value';
  /** Where in the file the window begins. */
  #position: Position = { line: 1, column: 1 };
  /** The piece is over the limit and already reported, and what the window holds is not its beginning. */
  #skipping = false;

  push(chunk: Uint8Array): readonly Piece[] {
    const pieces: Piece[] = [];
    if (this.#state === 'nothing') return pieces;
    this.#window.append(chunk);
    while (this.#step(pieces));
    this.#bound(pieces);
    return pieces;
  }

  end(): readonly Piece[] {
    const pieces: Piece[] = [];
    if (this.#state === 'rest of element' || this.#state === 'rest of value') {
      const isWhole = this.#take(this.#window.length, 'the end of the file', pieces);
      if (this.#state === 'rest of element' && isWhole) this.#refuse('"," or "]"', 'the end of the file', pieces);
    } else if (this.#state !== 'end' && this.#state !== 'nothing') {
      const expected = this.#state === 'value' ? 'a record or a list of records' : 'a record or "]"';
      this.#refuse(expected, 'the end of the file', pieces);
    }
    return pieces;
  }

  /** Moves on by one token or one whole piece; false when that needs more bytes. */
  #step(pieces: Piece[]): boolean {
    if (this.#state === 'nothing') return false;
    const isElement = this.#state === 'rest of element';
    if (isElement || this.#state === 'rest of value') {
      const { bytes } = this.#window;
      const end = isElement ? this.#scan.findSeparator(bytes) : this.#scan.findEnd(bytes);
      if (end === undefined) return false;
      const separator = bytes[end];
      this.#take(end, separator === COMMA ? '","' : '"]"', pieces);
      if (isElement) this.#dropByte();
      this.#state = isElement && separator === COMMA ? 'element' : 'end';
      return true;
    }
    this.#skipWhiteSpace();
    const [byte] = this.#window.bytes;
    if (byte === undefined) return false;
    this.#state = this.#begin(byte, pieces);
    return true;
  }

  /** What the byte outside of all pieces leads to. */
  #begin(byte: number, pieces: Piece[]): State {
    if (this.#state === 'end') {
      const advice = 'one record a line is read from a file named *.jsonl';
      this.#refuse('the end of the file', `${quote(String.fromCharCode(byte))}; ${advice}`, pieces);
      return 'nothing';
    }
    if (this.#state === 'value') {
      if (byte !== OPEN_LIST) return 'rest of value';
      this.#dropByte();
      return 'first element';
    }
    if (byte !== COMMA && byte !== CLOSE_LIST) return 'rest of element';
    const isEmptyList = byte === CLOSE_LIST && this.#state === 'first element';
    if (!isEmptyList) this.#refuse('a record', quote(String.fromCharCode(byte)), pieces);
    this.#dropByte();
    return byte === CLOSE_LIST ? 'end' : 'element';
  }

  /** Hands out the first bytes of the window as a piece. Returns whether it is a whole JSON value. */
  #take(length: number, follows: string, pieces: Piece[]): boolean {
    const bytes = this.#window.bytes.subarray(0, length);
    const text = decodeText(bytes);
    const piece = { ...this.#position, text: text ?? decodeRoughly(bytes), follows };
    const wasSkipping = this.#skipping;
    this.#skipping = false;
    this.#scan.reset();
    this.#forget(piece.text, length);
    if (wasSkipping) return false;
    if (length > MAX_RECORD_SIZE) pieces.push({ ...this.#position, problem: TOO_LARGE });
    else pieces.push(text === undefined ? badText(bytes, piece.line) : piece);
    return follows === 'the end of the file' && text !== undefined && jsonProblem(piece) === undefined;
  }

  #bound(pieces: Piece[]): void {
    if (this.#window.length <= MAX_RECORD_SIZE) return;
    const text = decodeRoughly(this.#window.bytes);
    if (!this.#skipping) {
      // A bracket that is never closed makes a record of the whole file: then it is the bracket that matters.
      const start = { line: this.#position.line, column: this.#position.column };
      const flaw = jsonProblem({ ...start, text, follows: '' });
      const isSound = flaw === undefined || flaw.problem.endsWith('found ');
      pieces.push(isSound ? { ...start, problem: TOO_LARGE } : flaw);
      this.#skipping = true;
    }
    this.#forget(text, this.#window.length);
    this.#scan.moveTo(0);
  }

  #refuse(expected: string, found: string, pieces: Piece[]): void {
    pieces.push({ ...this.#position, problem: `invalid JSON: expected ${expected}, found ${found}` });
  }
}
