/**
 * Makes text from outside short and safe to print: a package's description must not move the cursor or colour the screen, and
 * a message must not contain a megabyte of input.
 */

/** Control characters, changes of writing direction, and byte order marks: what is not seen. */
const unprintable = /[\p{Cc}\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** The text with such characters (except line ends and tabs) shown as `\u001b`. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The same for a single line, such as a file's path: a line end in it would start a line that we did not write. */
export function printableLine(text: string): string {
  return printable(text).replaceAll('\n', '\\u000a');
}

/** The most UTF-16 code units of a quoted text in a message. */
const SHOWN_LENGTH = 80;

/** The text, truncated with an ellipsis if it is too long for a message. */
export function truncateForMessage(text: string): string {
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

/** The text in quotation marks: truncated for a message, and safe to print on a terminal. */
export function quote(text: string): string {
  // JSON.stringify does not escape DEL and the C1 controls, which terminals obey.
  return JSON.stringify(truncateForMessage(text)).replace(unprintable, escaped);
}

/** A path of a published tree with each digest cut to its first twelve digits, enough to identify it. */
export function shortPath(path: string): string {
  return path.replace(/([0-9a-f]{12})[0-9a-f]{52}/g, '$1…');
}
