/**
 * Splits a text at separators, and knows where each part was.
 */

/** A part of a text. */
export interface TextPart {
  readonly text: string;
  /** In the whole text, in UTF-16 code units. */
  readonly offset: number;
}

/** The parts between separators. */
export function splitText(text: string, separator: string): readonly TextPart[] {
  return withOffsets(text.split(separator), separator);
}

/** The parts between separators that are not in quotation marks, in which a backslash escapes a character. */
export function splitOutsideQuotes(text: string, separator: string): readonly TextPart[] {
  const parts = [''];
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.)*"|./gs)) {
    if (piece === separator) parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return withOffsets(parts, separator);
}

function withOffsets(parts: readonly string[], { length }: string): readonly TextPart[] {
  let offset = 0;
  return parts.map((text) => {
    const part = { text, offset };
    offset += text.length + length;
    return part;
  });
}
