/**
 * Where stanzas end.
 */
import type { LineCut } from '../line-splitter.ts';

const TAB = 0x09;
const RETURN = 0x0d;
const SPACE = 0x20;
const HASH = 0x23;

/**
 * Stanzas end at an empty line. A line of white space may end one too (Debian Policy, section 5.1), but apt reads it as a part
 * of a text: it ends the stanza only if the next begins after it.
 *
 * @param first - in lower case, how the first line of a stanza usually begins: `package:`
 */
export function stanzaCut(first: string): LineCut {
  const beginning = new TextEncoder().encode(first);
  let afterWhiteSpace = false;
  return (bytes, start, end) => {
    const byte = bytes[start] ?? SPACE;
    if (byte > SPACE && !afterWhiteSpace) return 'nowhere';
    if (isEmpty(bytes, start, end)) {
      afterWhiteSpace = false;
      return 'after';
    }
    if (isWhiteSpace(bytes, start, end)) afterWhiteSpace = true;
    else if (byte !== HASH) {
      const isFirst = afterWhiteSpace && begins(bytes, start, beginning);
      afterWhiteSpace = false;
      return isFirst ? 'before' : 'nowhere';
    }
    return 'nowhere';
  };
}

/** Stanzas end at an empty line alone. */
export function emptyLineCut(bytes: Uint8Array, start: number, end: number): ReturnType<LineCut> {
  return isEmpty(bytes, start, end) ? 'after' : 'nowhere';
}

function isEmpty(bytes: Uint8Array, start: number, end: number): boolean {
  return start === end || (start + 1 === end && bytes[start] === RETURN);
}

function isWhiteSpace(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte !== SPACE && byte !== TAB && byte !== RETURN) return false;
  }
  return true;
}

/** Whether a line begins with some lower-case letters, in any case. */
function begins(bytes: Uint8Array, start: number, beginning: Uint8Array): boolean {
  return beginning.every((byte, i) => byte === lowerCase(bytes[start + i] ?? 0));
}

function lowerCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}
