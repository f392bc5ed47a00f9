/**
 * One stanza of a control file (deb822) to a draft: lines to fields, and texts to the values that a record has. A stanza
 * with a problem gives all of its problems and no draft.
 */
import { quote } from '../model/findings.ts';
import type { BatchBuilder } from './batch-builder.ts';
import { type Deb822Field, deb822Field } from './deb822-fields.ts';
import type { TextPiece } from './splitter.ts';

const TAB = 0x09;
const RETURN = 0x0d;
const SPACE = 0x20;
const HASH = 0x23;
const MINUS = 0x2d;

/** Adds the record of a stanza, or what is wrong with it. A stanza of comments and blank lines adds nothing. */
export function parseStanza({ text, line: firstLine }: TextPiece, found: BatchBuilder): void {
  const stanza = new Stanza();
  let line = firstLine;
  for (let start = 0; start < text.length; line++) {
    const newline = text.indexOf('\n', start);
    const next = newline === -1 ? text.length + 1 : newline + 1;
    const end = text.charCodeAt(next - 2) === RETURN ? next - 2 : next - 1;
    stanza.addLine(text, start, end, line);
    start = next;
  }
  stanza.finish(firstLine, found);
}

class Stanza {
  readonly #fields: Record<string, unknown> = {};
  readonly #problems: { message: string; line: number }[] = [];
  /** The field that is being read, and its text so far. */
  #name = '';
  #text = '';
  #fieldLine = 0;
  /** The line of the first field; 0 while there is none. */
  #line = 0;

  /** Adds the line that is `text` from `start` up to `end`. */
  addLine(text: string, start: number, end: number, line: number): void {
    const first = text.charCodeAt(start);
    if (first === HASH || start === end) return;
    if (first === SPACE || first === TAB) {
      this.#continue(text, start, end, line);
      return;
    }
    this.#store();
    this.#line ||= line;
    const colon = text.indexOf(':', start);
    if (colon <= start || colon >= end || first === MINUS) {
      this.#refuse(`expected "Field: text", found ${quote(text.slice(start, end))}`, line);
      // What follows continues a line that was refused already.
      this.#name = REFUSED;
      return;
    }
    this.#name = text.slice(start, colon);
    this.#text = slice(text, colon + 1, end);
    this.#fieldLine = line;
  }
}
