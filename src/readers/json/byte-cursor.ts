/**
 * A cursor over the bytes of a JSON file: passes one token or one whole value at a time, and holds no more than that. Knows
 * brackets and strings, and leaves the rest to the parser of the value.
 */

import { ByteWindow } from '../../bytes/byte-window.ts';
import { MAX_RECORD_SIZE } from '../../model/limits.ts';
import { advance, type Position } from '../../text/line-index.ts';
import { badText, decodeLossy, type SplitRecord, TOO_LARGE, tryDecodeText } from '../splitter.ts';

const [NEWLINE, SPACE, QUOTE, COMMA, BACKSLASH] = [0x0a, 0x20, 0x22, 0x2c, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** A cursor over the chunks of a file, from its first byte. */
export class ByteCursor {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #window = new ByteWindow();
  #position: Position = { line: 1, column: 1 };
  /** Bytes still to be passed over at the start of the file. */
  #unread: number;

  /** `skipped`: the size of a byte order mark. */
  constructor(chunks: AsyncIterable<Uint8Array>, skipped: number) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#unread = skipped;
  }

  get position(): Position {
    return this.#position;
  }

  /** The next character that is not white space; undefined at the end of the file. */
  async peek(): Promise<string | undefined> {
    for (;;) {
      const { bytes } = this.#window;
      let at = 0;
      while (at < bytes.length && (bytes[at] ?? 0) <= SPACE) at++;
      this.#pass(at);
      if (at < bytes.length) return String.fromCodePoint(bytes[at] ?? 0);
      if (!(await this.#fill())) return undefined;
    }
  }

  /** Passes over the character that `peek` returned. */
  skip(): void {
    this.#pass(1);
  }

  /** The value that begins at the next character that is not white space, as text to parse. */
  async takeValue(): Promise<SplitRecord> {
    await this.peek();
    const end = await this.#findEnd(MAX_RECORD_SIZE);
    const { line, column } = this.#position;
    if (end === undefined) {
      await this.skipValue();
      return { line, column, problem: TOO_LARGE };
    }
    const bytes = this.#window.bytes.subarray(0, end);
    const text = tryDecodeText(bytes);
    const record =
      text === undefined ? badText(bytes, this.#position) : { line, column, text, follows: this.#follows(end) };
    this.#position = advance(this.#position, text ?? decodeLossy(bytes));
    this.#window.drop(end);
    return record;
  }

  /** Passes over that value, however long it is. */
  async skipValue(): Promise<void> {
    await this.peek();
    const scan = new ValueEnd();
    for (;;) {
      const { bytes } = this.#window;
      const end = scan.find(bytes, 0);
      this.#pass(end ?? bytes.length);
      if (end !== undefined || !(await this.#fill())) return;
    }
  }

  /** Ends reading early, so that the file is closed. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  /** The offset in the window after the value that begins there; undefined if it has more than `limit` bytes. */
  async #findEnd(limit: number): Promise<number | undefined> {
    const scan = new ValueEnd();
    for (let from = 0; ; ) {
      const { bytes } = this.#window;
      const end = scan.find(bytes, from);
      if ((end ?? bytes.length) > limit) return undefined;
      if (end !== undefined) return end;
      from = bytes.length;
      if (!(await this.#fill())) return from;
    }
  }

  #follows(end: number): string {
    const next = this.#window.bytes[end];
    return next === undefined ? 'the end of the file' : JSON.stringify(String.fromCodePoint(next));
  }

  async #fill(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done === true) return false;
    this.#window.append(next.value.subarray(this.#unread));
    this.#unread -= Math.min(this.#unread, next.value.length);
    return true;
  }

  #pass(count: number): void {
    const bytes = this.#window.bytes.subarray(0, count);
    let { line, column } = this.#position;
    let lineStart = 0;
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, lineStart)) {
      line++;
      column = 1;
      lineStart = at + 1;
    }
    this.#position = { line, column: column + count - lineStart };
    this.#window.drop(count);
  }
}

/** Finds the end of a value, and resumes where it stopped when more bytes arrive. */
class ValueEnd {
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  #hasBegun = false;

  /** The offset after the value in `bytes`, of which those before `from` were seen; undefined if it does not end there. */
  find(bytes: Uint8Array, from: number): number | undefined {
    for (let at = from; at < bytes.length; at++) {
      const next = bytes[at] ?? 0;
      if (this.#inString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (next === BACKSLASH) this.#isEscaped = true;
        else if (next === QUOTE) {
          this.#inString = false;
          if (this.#depth === 0) return at + 1;
        }
      } else if (next === QUOTE) {
        this.#inString = true;
      } else if (next === OPEN_OBJECT || next === OPEN_LIST) {
        this.#depth++;
      } else if (next === CLOSE_OBJECT || next === CLOSE_LIST) {
        if (this.#depth === 0) return at;
        this.#depth--;
        if (this.#depth === 0) return at + 1;
      } else if (this.#depth === 0 && this.#hasBegun && (next === COMMA || next <= SPACE)) {
        return at;
      }
      this.#hasBegun = true;
    }
    return undefined;
  }
}
