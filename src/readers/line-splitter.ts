/**
 * Splits a file between lines. The caller sees each line once, in order, and decides where to cut. Holds one record, and
 * refuses a record that exceeds `MAX_RECORD_SIZE` or is not UTF-8.
 */

import { ByteWindow } from '../bytes/byte-window.ts';
import { MAX_RECORD_SIZE } from '../model/limits.ts';
import { badText, type SplitRecord, type Splitter, TOO_LARGE, tryDecodeText } from './splitter.ts';

/** Decides where to cut at a line, which is `bytes` from `start` to `end` without its newline. */
export type LineCut = (bytes: Uint8Array, start: number, end: number) => 'before' | 'after' | 'nowhere';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

// Passed to the caller in place of a line that was too long to keep. Like that line, it is not empty.
const LONG_LINE = new TextEncoder().encode('x');

/** Cuts where `cut` says. Skips records that consist of empty lines. */
export class LineSplitter implements Splitter {
  readonly #cut: LineCut;
  readonly #window = new ByteWindow();
  /** The line at which the window begins. */
  #recordLine = 1;
  /** The current line: its number, its start in the window, and how far its end has been searched for. */
  #line = 1;
  #lineStart = 0;
  #searched = 0;
  /** Whether the current record is over the limit and already reported; the window no longer holds its beginning. */
  #skipping = false;
  #lineIsCut = false;

  constructor(cut: LineCut) {
    this.#cut = cut;
  }

  push(chunk: Uint8Array): readonly SplitRecord[] {
    const records: SplitRecord[] = [];
    this.#window.append(chunk);
    const { bytes } = this.#window;
    let start = 0;
    for (;;) {
      // An empty line is seen without a search, which costs a hundred times as much.
      const newline = bytes[this.#searched] === NEWLINE ? this.#searched : bytes.indexOf(NEWLINE, this.#searched);
      if (newline === -1) break;
      const cut = this.#cutAt(bytes, newline);
      if (cut === 'before') {
        this.#take(bytes, start, this.#lineStart, records);
        start = this.#lineStart;
        this.#recordLine = this.#line;
      }
      this.#line++;
      this.#lineStart = this.#searched = newline + 1;
      if (cut === 'after') {
        this.#take(bytes, start, this.#lineStart, records);
        start = this.#lineStart;
        this.#recordLine = this.#line;
      }
    }
    this.#searched = bytes.length;
    this.#forget(start);
    this.#bound(records);
    return records;
  }

  end(): readonly SplitRecord[] {
    const records: SplitRecord[] = [];
    const { bytes } = this.#window;
    let start = 0;
    if (bytes.length > this.#lineStart && this.#cutAt(bytes, bytes.length) === 'before') {
      this.#take(bytes, 0, this.#lineStart, records);
      start = this.#lineStart;
      this.#recordLine = this.#line;
    }
    this.#take(bytes, start, bytes.length, records);
    return records;
  }

  #cutAt(bytes: Uint8Array, end: number): ReturnType<LineCut> {
    if (!this.#lineIsCut) return this.#cut(bytes, this.#lineStart, end);
    this.#lineIsCut = false;
    return this.#cut(LONG_LINE, 0, LONG_LINE.length);
  }

  #take(bytes: Uint8Array, start: number, next: number, records: SplitRecord[]): void {
    const wasSkipping = this.#skipping;
    this.#skipping = false;
    const end = withoutLineEnds(bytes, start, next);
    if (wasSkipping || end === start) return;
    const record = bytes.subarray(start, end);
    if (record.length > MAX_RECORD_SIZE) {
      records.push({ line: this.#recordLine, problem: TOO_LARGE });
      return;
    }
    const text = tryDecodeText(record);
    const position = { line: this.#recordLine, column: 1 };
    if (text === undefined) records.push(badText(record, position));
    else records.push({ ...position, text, follows: 'the end of the line' });
  }

  #bound(records: SplitRecord[]): void {
    if (!this.#skipping) {
      // Line ends do not count, hence the slack; `#take` decides at exactly the limit.
      if (this.#window.length <= MAX_RECORD_SIZE + 4) return;
      records.push({ line: this.#recordLine, problem: TOO_LARGE });
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

/** Where a record ends that reaches from `start` to `next` with its line ends. */
function withoutLineEnds(bytes: Uint8Array, start: number, next: number): number {
  let end = next;
  while (end > start && (bytes[end - 1] === NEWLINE || bytes[end - 1] === RETURN)) end--;
  return end;
}
