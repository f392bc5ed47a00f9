/**
 * The lines of a stanza as fields with a text: the syntax of Debian's control files (Debian Policy, section 5.1), which Gentoo,
 * OpenWrt and Alpine use too. A line of white space within a field belongs to its text, as for apt.
 */
import { quote } from '../../text/printable.ts';
import type { RawRecord } from '../splitter.ts';

/** A field of a stanza, as it is in the file. */
export interface StanzaEntry {
  readonly name: string;
  /** How the file writes the name, where that differs: `%NAME%`. */
  readonly written?: string;
  /** The line with the name. */
  readonly line: number;
  text: string;
}

/** Reports a problem on a line of the file. */
export type RefuseLine = (message: string, line: number) => void;

const TAB = 0x09;
const RETURN = 0x0d;
const SPACE = 0x20;
const HASH = 0x23;

/** The fields of a stanza, in order. A bad line is refused and left out. */
export function parseEntries({ text, line: firstLine }: RawRecord, refuse: RefuseLine): readonly StanzaEntry[] {
  const entries: StanzaEntry[] = [];
  let entry: StanzaEntry | undefined;
  // Lines of white space, which belong to the field only if it goes on after them.
  let blank = '';
  // The next colon, wherever it is: a line without one must not be searched to the end of the stanza.
  let colon = -1;
  let line = firstLine - 1;
  for (let start = 0, next = 0; start < text.length; start = next) {
    line++;
    const newline = text.indexOf('\n', start);
    next = newline === -1 ? text.length + 1 : newline + 1;
    const end = text.charCodeAt(next - 2) === RETURN ? next - 2 : next - 1;
    const first = text.charCodeAt(start);
    if (first === HASH) continue;
    if (isBlank(text, start, end)) {
      blank += `\n${text.slice(start + 1, end)}`;
      continue;
    }
    if (first === SPACE || first === TAB) {
      if (entry) entry.text += `${blank}\n${text.slice(start + 1, end)}`;
      else refuse('expected a field, found a continuation line', line);
      blank = '';
      continue;
    }
    blank = '';
    if (colon < start) colon = text.indexOf(':', start);
    if (colon === -1) colon = text.length;
    const hasName = colon > start && colon < end;
    if (!hasName) refuse(`expected "Field: text", found ${quote(text.slice(start, end))}`, line);
    // Lines that continue a bad line belong to it and are not reported again.
    entry = {
      name: text.slice(start, hasName ? colon : start),
      line,
      text: hasName ? trimmed(text, colon + 1, end) : '',
    };
    if (hasName) entries.push(entry);
  }
  return entries;
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code !== SPACE && code !== TAB) return false;
  }
  return true;
}

function trimmed(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(text, from, from + 1)) from++;
  while (to > from && isBlank(text, to - 1, to)) to--;
  return text.slice(from, to);
}
