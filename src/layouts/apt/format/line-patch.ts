/**
 * A patch of lines: which lines of an old text go, and what is there instead. Lines are bytes in Latin-1, one character a byte and
 * without the line end, so that a text in any encoding goes through unharmed. Texts end with a line end, or are empty.
 */
import { concatBytes } from '../../../bytes/bytes.ts';
import { RepomillError } from '../../../errors.ts';

/** One changed place. Never empty: it removes lines or has lines. */
export interface Hunk {
  /** Lines of the old text before it. */
  readonly start: number;
  /** Lines of the old text that go. */
  readonly removed: number;
  /** What is there instead. */
  readonly lines: readonly string[];
}

/** Hunks in ascending order, with at least one line of the old text between two. */
export type LinePatch = readonly Hunk[];

/** The byte that ends a line. */
export const LINE_END = 0x0a;

/**
 * Collects a patch while walking through the old text: each call says what happens to the lines that come next. Hunks that meet
 * become one, and one that removes and inserts nothing is left out.
 */
export class PatchBuilder {
  readonly #hunks: Hunk[] = [];
  #start = 0;
  #removed = 0;
  #lines: string[] = [];

  /** The next lines stay. */
  keep(count: number): void {
    if (count === 0) return;
    this.#close();
    this.#start += count;
  }

  /** The next lines go. */
  remove(count: number): void {
    this.#removed += count;
  }

  /** Lines from `start` up to, but not including, `end` of a list are inserted here. */
  insert(lines: readonly string[], start = 0, end: number = lines.length): void {
    for (let i = start; i < end; i++) this.#lines.push(lines[i] ?? '');
  }

  /** The patch so far. */
  patch(): LinePatch {
    this.#close();
    return this.#hunks;
  }

  #close(): void {
    if (this.#removed > 0 || this.#lines.length > 0) {
      this.#hunks.push({ start: this.#start, removed: this.#removed, lines: this.#lines });
      this.#lines = [];
    }
    this.#start += this.#removed;
    this.#removed = 0;
  }
}

/** How many lines the text has more after the patch than before; negative if it has fewer. */
export function lineGrowth(patch: LinePatch): number {
  return patch.reduce((growth, { removed, lines }) => growth + lines.length - removed, 0);
}

/** The lines after a patch. Throws an integrity error if it goes beyond the last line. */
export function applyPatch(lines: readonly string[], patch: LinePatch): readonly string[] {
  checkEnd(patch, lines.length);
  const parts: (readonly string[])[] = [];
  let at = 0;
  for (const { start, removed, lines: inserted } of patch) {
    parts.push(lines.slice(at, start), inserted);
    at = start + removed;
  }
  parts.push(lines.slice(at));
  return parts.flat();
}

/**
 * The text after a patch, as bytes: fast for large texts with few hunks, since what stays is copied in one go.
 *
 * @throws RepomillError `integrity` if the patch goes beyond the last line, `format` if the text lacks its last line end
 */
export function patchText(text: Uint8Array, patch: LinePatch): Uint8Array {
  checkText(text);
  const parts: Uint8Array[] = [];
  const cursor = new LineCursor(text, patch);
  for (const { start, removed, lines } of patch) {
    parts.push(cursor.take(start), encodeLines(lines));
    cursor.take(start + removed);
  }
  parts.push(cursor.rest());
  return concatBytes(parts);
}

/** Walks through a text by the numbers of its lines. */
class LineCursor {
  readonly #text: Uint8Array;
  readonly #patch: LinePatch;
  #at = 0;
  #line = 0;

  constructor(text: Uint8Array, patch: LinePatch) {
    this.#text = text;
    this.#patch = patch;
  }

  /** The bytes up to the start of a line, which is counted from 0. */
  take(line: number): Uint8Array {
    const start = this.#at;
    for (; this.#line < line; this.#line++) {
      const end = this.#text.indexOf(LINE_END, this.#at);
      if (end < 0) checkEnd(this.#patch, this.#line);
      this.#at = end + 1;
    }
    return this.#text.subarray(start, this.#at);
  }

  rest(): Uint8Array {
    return this.#text.subarray(this.#at);
  }
}

/** The lines of a text. Throws a format error if it lacks its last line end. */
export function decodeLines(text: Uint8Array): readonly string[] {
  checkText(text);
  const lines: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf(LINE_END, at);
    lines.push(decodeLatin1(text.subarray(at, end)));
    at = end + 1;
  }
  return lines;
}

/** Bytes per call of `String.fromCharCode`, whose number of arguments is limited. */
const CALL_SIZE = 8192;

/** Bytes as Latin-1. The decoder of that name is no help: it means windows-1252. */
export function decodeLatin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CALL_SIZE) {
    text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(at, at + CALL_SIZE));
  }
  return text;
}

/** Lines as bytes, each with its line end. Throws a format error for characters that are not Latin-1, and for line ends in a line. */
export function encodeLines(lines: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(lines.reduce((size, line) => size + line.length + 1, 0));
  let at = 0;
  for (const line of lines) {
    for (let i = 0; i < line.length; i++) {
      const unit = line.charCodeAt(i);
      if (unit > 0xff) throw new RepomillError('format', 'a line of a patch: expected one character for each byte');
      if (unit === LINE_END) throw new RepomillError('format', 'a line of a patch: expected no line end in it');
      bytes[at++] = unit;
    }
    bytes[at++] = LINE_END;
  }
  return bytes;
}

function checkText(text: Uint8Array): void {
  if (text.length > 0 && text[text.length - 1] !== LINE_END)
    throw new RepomillError('format', 'expected a line end at the end, found none');
}

function checkEnd(patch: LinePatch, count: number): void {
  const last = patch.at(-1);
  const end = last === undefined ? 0 : last.start + last.removed;
  if (end > count)
    throw new RepomillError('integrity', `patch: expected a text of at least ${end} lines, found ${count}`);
}
