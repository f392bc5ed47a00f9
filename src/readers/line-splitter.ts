/**
 * Cuts a file at lines: where, is a question to the caller, who sees each line once and in order. It holds one piece,
 * and refuses one that exceeds `MAX_RECORD_SIZE` or is not UTF-8.
 */
import { MAX_RECORD_SIZE } from '../model/limits.ts';
import { ByteWindow } from './byte-window.ts';
import { badText, decodeText, type Piece, type Splitter, TOO_LARGE } from './splitter.ts';

/**
 * Whether a piece ends at a line, which is `bytes` from `start` up to `end` without its newline: `before` it, `after` it,
 * or `nowhere` near it.
 */
export type Cut = (bytes: Uint8Array, start: number, end: number) => 'before' | 'after' | 'nowhere';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

// Stands for a line that was too long to keep, and is not empty, whatever else it was.
const LONG_LINE = new TextEncoder().encode('x');

/** Cuts where `cut` says. Pieces of empty lines alone are left out. */
export class LineSplitter implements Splitter {
  readonly #cut: Cut;
  readonly #window = new ByteWindow();
  /** The line on which the window begins. */
  #pieceLine = 1;
  /** The line that is being read, where in the window it begins, and how far it was searched for its end. */
  #line = 1;
  #lineStart = 0;
  #searched = 0;
  /** The piece is over the limit and already reported, and what the window holds is not its beginning. */
  #skipping = false;
  #lineIsCut = false;

  constructor(cut: Cut) {
    this.#cut = cut;
  }

  push(chunk: Uint8Array): readonly Piece[] {
    const pieces: Piece[] = [];
    this.#window.append(chunk);
    const { bytes } = this.#window;
    let start = 0;
    for (;;) {
      const newline = bytes.indexOf(NEWLINE, this.#searched);
      if (newline === -1) break;
      const cut = this.#cutAt(bytes, newline);
      if (cut === 'before') {
        this.#take(bytes.subarray(start, this.#lineStart), pieces);
        start = this.#lineStart;
        this.#pieceLine = this.#line;
      }
      this.#line++;
      this.#lineStart = this.#searched = newline + 1;
      if (cut === 'after') {
        this.#take(bytes.subarray(start, this.#lineStart), pieces);
        start = this.#lineStart;
        this.#pieceLine = this.#line;
      }
    }
    this.#searched = bytes.length;
    this.#forget(start);
    this.#bound(pieces);
    return pieces;
  }

  end(): readonly Piece[] {
    const pieces: Piece[] = [];
    const { bytes } = this.#window;
    let rest = bytes;
    if (bytes.length > this.#lineStart && this.#cutAt(bytes, bytes.length) === 'before') {
      this.#take(bytes.subarray(0, this.#lineStart), pieces);
      rest = bytes.subarray(this.#lineStart);
      this.#pieceLine = this.#line;
    }
    this.#take(rest, pieces);
    return pieces;
  }

  #cutAt(bytes: Uint8Array, end: number): ReturnType<Cut> {
    if (!this.#lineIsCut) return this.#cut(bytes, this.#lineStart, end);
    this.#lineIsCut = false;
    return this.#cut(LONG_LINE, 0, LONG_LINE.length);
  }

  #take(bytes: Uint8Array, pieces: Piece[]): void {
    const wasSkipping = this.#skipping;
    this.#skipping = false;
    const piece = withoutLineEnds(bytes);
    if (wasSkipping || piece.length === 0) return;
    if (piece.length > MAX_RECORD_SIZE) {
      pieces.push({ line: this.#pieceLine, problem: TOO_LARGE });
      return;
    }
    const text = decodeText(piece);
    if (text === undefined) pieces.push(badText(piece, this.#pieceLine));
    else pieces.push({ line: this.#pieceLine, column: 1, text, follows: 'the end of the line' });
  }

  #bound(pieces: Piece[]): void {
    if (!this.#skipping) {
      // The slack is for line ends, which do not count; exactly at the limit it is `take` that decides.
      if (this.#window.length <= MAX_RECORD_SIZE + 4) return;
      pieces.push({ line: this.#pieceLine, problem: TOO_LARGE });
      this.#skipping = true;
    }
    this.#lineIsCut ||= this.#window.length > this.#lineStart;
    this.#forget(this.#window.length);
    this.#lineStart = 0;
  }

  #forget(count: number): void {
    this.#window.drop(count);
    this.#lineStart -= count;
    this.#searched -= count;
  }
}

function withoutLineEnds(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === NEWLINE || bytes[end - 1] === RETURN)) end--;
  return bytes.subarray(0, end);
}
