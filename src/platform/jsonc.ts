/**
 * Finds comments and trailing commas in JSON, with the scanner of `jsonc-parser`. Its values are not used: what is left is read
 * like any other JSON, with the same messages.
 */
import { createScanner } from 'jsonc-parser';

/** A JSON text without comments and trailing commas. */
export interface BlankedJson {
  /** The text with spaces in their place, so that everything else is where it was. */
  readonly blanked: string;
  /** The offset of a comment that does not end. */
  readonly openComment?: number;
}

/** Kinds of tokens: `SyntaxKind` of the package, which exists for its compiler only. */
const kinds = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  colon: 6,
  lineComment: 12,
  blockComment: 13,
  lineBreak: 14,
  space: 15,
  endOfFile: 17,
} as const;

/** `ScanError` of the package. */
const OPEN_COMMENT = 1;

/** Puts spaces in the place of comments, and of commas between a value and a closing bracket. The text need not be JSON. */
export function blankComments(text: string): BlankedJson {
  const scanner = createScanner(text);
  const blanks: (readonly [start: number, end: number])[] = [];
  let isAfterValue = false;
  let comma: number | undefined;
  for (let kind: number = scanner.scan(); kind !== kinds.endOfFile; kind = scanner.scan()) {
    const start = scanner.getTokenOffset();
    if (kind === kinds.lineComment || kind === kinds.blockComment) {
      const error: number = scanner.getTokenError();
      if (error === OPEN_COMMENT) return { blanked: text, openComment: start };
      blanks.push([start, start + scanner.getTokenLength()]);
    } else if (kind !== kinds.lineBreak && kind !== kinds.space) {
      const closes = kind === kinds.closeBrace || kind === kinds.closeBracket;
      if (closes && comma !== undefined) blanks.push([comma, comma + 1]);
      comma = kind === kinds.comma && isAfterValue ? start : undefined;
      isAfterValue = !([kinds.comma, kinds.colon, kinds.openBrace, kinds.openBracket] as number[]).includes(kind);
    }
  }
  return { blanked: withBlanks(text, blanks) };
}

function withBlanks(text: string, blanks: readonly (readonly [start: number, end: number])[]): string {
  let blanked = '';
  let copied = 0;
  for (const [start, end] of blanks.toSorted(([a], [b]) => a - b)) {
    blanked += text.slice(copied, start) + text.slice(start, end).replace(/\S/g, ' ');
    copied = end;
  }
  return blanked + text.slice(copied);
}
