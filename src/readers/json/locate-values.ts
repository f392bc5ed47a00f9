/**
 * Finds where values of a JSON text are, by the keys and positions that lead to them: all of them in one pass, because a document
 * may hold many records. The text must be valid JSON.
 */
import type { Location } from '../../mapping/select-records.ts';
import { endOfString } from './problems.ts';

/** The line of each location in a text that begins on `firstLine`. */
export function linesOfValues(text: string, locations: readonly Location[], firstLine: number): readonly number[] {
  const root = makeTree(locations);
  const lines: number[] = locations.map(() => firstLine);
  if (root.wanted.length < locations.length) new Locator(text, firstLine, lines).locate(skipSpace(text, 0), root);
  else lines.fill(firstLine + countLineBreaks(text, 0, skipSpace(text, 0)));
  return lines;
}

/** A place in the text, and the wanted places below it. */
interface TreeNode {
  /** Positions in the list of locations. */
  readonly wanted: number[];
  readonly below: Map<string, TreeNode>;
}

function makeTree(locations: readonly Location[]): TreeNode {
  const root: TreeNode = { wanted: [], below: new Map() };
  for (const [i, location] of locations.entries()) {
    let node = root;
    for (const step of location) {
      const known = node.below.get(String(step));
      const next: TreeNode = known ?? { wanted: [], below: new Map() };
      if (known === undefined) node.below.set(String(step), next);
      node = next;
    }
    node.wanted.push(i);
  }
  return root;
}

class Locator {
  readonly #text: string;
  readonly #lines: number[];
  /** How far line breaks have been counted. */
  #counted = 0;
  #line: number;

  constructor(text: string, firstLine: number, lines: number[]) {
    this.#text = text;
    this.#line = firstLine;
    this.#lines = lines;
  }

  /** Notes the lines of a value that begins at `start`, and of those in it. Returns the offset after it. */
  locate(start: number, { wanted, below }: TreeNode): number {
    const text = this.#text;
    this.#line += countLineBreaks(text, this.#counted, start);
    this.#counted = start;
    for (const i of wanted) this.#lines[i] = this.#line;
    const opening = text.charAt(start);
    if (below.size === 0 || (opening !== '{' && opening !== '[')) return endOfValue(text, start);
    let at = skipSpace(text, start + 1);
    for (let position = 0; text.charAt(at) !== '}' && text.charAt(at) !== ']'; position++) {
      let key = String(position);
      if (opening === '{') {
        const end = endOfString(text, at);
        key = JSON.parse(text.slice(at, end));
        at = skipSpace(text, skipSpace(text, end) + 1);
      }
      const node = below.get(key);
      at = skipSpace(text, node === undefined ? endOfValue(text, at) : this.locate(at, node));
      if (text.charAt(at) === ',') at = skipSpace(text, at + 1);
      if (at >= text.length) break;
    }
    return at + 1;
  }
}

/** The offset after a value. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === QUOTE) {
      at = endOfString(text, at) - 1;
      if (depth === 0) return at + 1;
    } else if (char === OPEN_LIST || char === OPEN_OBJECT) depth++;
    else if (char === CLOSE_LIST || char === CLOSE_OBJECT) {
      if (depth === 0) return at;
      depth--;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (char === COMMA || char <= SPACE)) return at;
  }
  return text.length;
}

const [SPACE, QUOTE, COMMA] = [0x20, 0x22, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) <= SPACE) at++;
  return at;
}

function countLineBreaks(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
