/**
 * Positions in a text: from offsets to lines and columns. Lines end at a line feed, so a carriage return belongs to its line.
 */

/** A position in a text: line and column from 1, columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The position after the first `length` code units of a text that begins at `start`. */
export function advance(start: Position, text: string, length: number = text.length): Position {
  let { line, column } = start;
  let lineStart = 0;
  for (;;) {
    const newline = text.indexOf('\n', lineStart);
    if (newline === -1 || newline >= length) break;
    line++;
    column = 1;
    lineStart = newline + 1;
  }
  return { line, column: column + length - lineStart };
}

/** The position in a file of a position in a text that begins at `start`. */
export function positionIn(start: Position, { line, column }: Position): Position {
  return { line: start.line + line - 1, column: line === 1 ? start.column + column - 1 : column };
}

/** Turns offsets in one text into positions. The text is searched for lines once, when the first position is asked for. */
export class LineIndex {
  readonly #text: string;
  #starts: readonly number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** The position of an offset in UTF-16 code units. */
  positionAt(offset: number): Position {
    const starts = this.#starts ?? findLines(this.#text);
    this.#starts = starts;
    let low = 0;
    for (let high = starts.length; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  }
}

function findLines(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
