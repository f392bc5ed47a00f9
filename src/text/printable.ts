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

/** What begins or ends a colour or a weight on a terminal. */
const style = new RegExp(`(${'\u001b'}\\[[0-9]{1,2}m)`);

/** The same for a text with our own colours and weights in it, which stay. */
export function printableInColour(text: string): string {
  return text
    .split(style)
    .map((part, i) => (i % 2 === 1 ? part : printable(part)))
    .join('');
}

/** The same for a single line, such as a file's path: a line end in it would start a line that we did not write. */
export function printableLine(text: string): string {
  return printable(text).replaceAll('\n', '\\u000a');
}

/** The most UTF-16 code units of a quoted text in a message. */
const SHOWN_LENGTH = 80;

/**
 * The text, truncated with an ellipsis if it is too long for a message, and never in the middle of a character.
 *
 * @param length - the most UTF-16 code units of it
 */
export function truncateForMessage(text: string, length: number = SHOWN_LENGTH): string {
  if (text.length <= length) return text;
  // A character beyond the basic multilingual plane has two code units, of which the first one is then left out, too.
  const end = (text.codePointAt(length - 1) ?? 0) > 0xffff ? length - 1 : length;
  return `${text.slice(0, end)}…`;
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
