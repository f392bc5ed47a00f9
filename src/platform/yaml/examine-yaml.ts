/**
 * YAML of any kind, as the package `yaml` reads it: every problem with its position, and the position of every value. Four
 * times as slow as `compose-yaml.ts`.
 */
import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Pair,
  Parser,
  type YAMLMap,
} from 'yaml';
import { MAX_FIELD_DEPTH } from '../../model/limits.ts';
import { NumberTexts, type ParsedDocument, type ValuePath } from '../../model/parsed-document.ts';
import type { Position } from '../../text/line-index.ts';
import { truncateForMessage } from '../../text/printable.ts';
import {
  type AliasTargets,
  findRepeatedKeys,
  findTargets,
  TooManyAliases,
  valueOfYaml,
  type YamlFlaw,
} from './yaml-value.ts';

// One level of nesting is one entry of the parser's stack. The levels of a field are inside a record, a list and a document.
const MAX_STACK = 2 * MAX_FIELD_DEPTH;

/** Why a document cannot be used. */
export interface YamlProblem extends Position {
  readonly message: string;
}

/** The documents of a text that have no problems, and the problems of the others. */
export interface ParsedYaml {
  readonly documents: readonly ParsedDocument[];
  readonly problems: readonly YamlProblem[];
}

/** Parses all documents of a text. A document with a problem is left out of `documents`. Throws nothing. */
export function examineYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  const documents: ParsedDocument[] = [];
  const problems: YamlProblem[] = [];
  for (const document of compose(text, lines, problems)) {
    const { flaws, targets } = findFlaws(document);
    for (const { offset, message } of flaws) {
      problems.push({ ...positionAt(lines, offset), message: fragment(message) });
    }
    if (flaws.length > 0) continue;
    try {
      documents.push(asParsed(document, valueOfYaml(document, targets), targets, lines));
    } catch (error) {
      if (!(error instanceof TooManyAliases)) throw error;
      const message = fragment('excessive alias count indicates a resource exhaustion attack');
      problems.push({ ...positionAt(lines, startOf(document)), message });
    }
  }
  return { documents, problems };
}

/** What makes a document unusable: what the package finds, keys twice, and if there is nothing of that, aliases of nothing. */
function findFlaws(document: Document.Parsed): {
  readonly flaws: readonly YamlFlaw[];
  readonly targets: AliasTargets;
} {
  const found = [...document.errors, ...document.warnings].map(({ pos, message }) => ({ offset: pos[0], message }));
  const flaws = [...found, ...findRepeatedKeys(document)].sort((a, b) => a.offset - b.offset);
  return flaws.length > 0 ? { flaws, targets: new Map() } : findTargets(document);
}

function asParsed(
  document: Document.Parsed,
  value: unknown,
  targets: AliasTargets,
  lines: LineCounter,
): ParsedDocument {
  let places: Places | undefined;
  const find = (): Places => {
    places ??= findPlaces(document, value, targets);
    return places;
  };
  const start = startOf(document);
  const offsets = new Offsets(document, targets);
  return {
    value,
    line: positionAt(lines, start).line,
    lineOf: (container) => positionAt(lines, find().starts.get(container) ?? start).line,
    positionOf: (path) => positionAt(lines, offsets.offsetOf(path)),
    textOf: (container, key) => find().texts.of(container, key),
  };
}

function compose(text: string, lines: LineCounter, problems: YamlProblem[]): readonly Document.Parsed[] {
  const composer = new Composer({
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    // `yaml-value.ts` looks for keys that are there twice: the package compares each key with all before it.
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const documents = [...composer.compose(parse(text, lines, problems))];
  const strays = documents.length === 0 ? composer.streamInfo().errors : [];
  for (const { pos, message } of strays) problems.push({ ...positionAt(lines, pos[0]), message: fragment(message) });
  return documents;
}

// The composer recurses for every level of nesting, so that a text of brackets would exhaust the stack. The parser does not
// recurse, and so the depth is bounded here.
function* parse(text: string, lines: LineCounter, problems: YamlProblem[]): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_STACK) {
      problems.push({ ...positionAt(lines, parser.offset), message: 'invalid YAML: nested too deeply' });
      return;
    }
  }
  yield* parser.end();
}

/** What the package quotes of a text may be as long as the text. */
const MAX_REASON = 200;

function fragment(message: string): string {
  // What people usually did to get this message.
  const advice = message.startsWith('Nested mappings') ? '; put a text with ": " in it in quotation marks' : '';
  const reason = truncateForMessage(message, MAX_REASON);
  return `invalid YAML: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}${advice}`;
}

function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function startOf(document: Document.Parsed): number {
  return document.contents?.range[0] ?? document.range[0];
}

/** Where objects and lists begin, and how numbers are written. An alias is where its anchor is. */
interface Places {
  readonly starts: ReadonlyMap<object, number>;
  readonly texts: NumberTexts;
}

function findPlaces(document: Document.Parsed, root: unknown, targets: AliasTargets): Places {
  const starts = new Map<object, number>();
  const texts = new NumberTexts();
  const enter = (value: unknown, node: unknown, start: number): void => {
    if (typeof value !== 'object' || value === null || starts.has(value)) return;
    starts.set(value, start);
    if (isSeq(node)) for (const [i, item] of node.items.entries()) enterMember(value, i, item, item);
    if (isMap(node))
      for (const pair of node.items) enterMember(value, String(Object(pair.key).value), pair.value, pair.key);
  };
  const enterMember = (container: object, key: string | number, node: unknown, mark: unknown): void => {
    const value: unknown = Reflect.get(container, key);
    if (typeof value === 'number') {
      const scalar = isAlias(node) ? targets.get(node) : node;
      if (isScalar(scalar)) texts.add(container, key, value, scalar.source ?? String(value));
    } else {
      enter(value, node, isNode(mark) && mark.range ? mark.range[0] : startOf(document));
    }
  };
  enter(root, document.contents, startOf(document));
  return { starts, texts };
}

/** Finds the parts of a document by the keys and positions that lead to them. */
class Offsets {
  readonly #document: Document.Parsed;
  readonly #targets: AliasTargets;
  /** The pairs of each map that was looked into, by their keys: a map may have as many problems as keys. */
  readonly #pairs = new Map<YAMLMap, ReadonlyMap<string, Pair>>();

  constructor(document: Document.Parsed, targets: AliasTargets) {
    this.#document = document;
    this.#targets = targets;
  }

  /** The offset of the key or item at a path; if it does not exist, of the last part of the path that does. */
  offsetOf(path: ValuePath): number {
    let offset = startOf(this.#document);
    let node: unknown = this.#document.contents;
    for (const part of path) {
      if (isAlias(node)) node = this.#targets.get(node);
      let next: unknown;
      let mark: unknown;
      if (isMap(node)) {
        const pair = this.#pairsOf(node).get(String(part));
        mark = pair?.key;
        next = pair?.value;
      } else if (isSeq(node)) {
        next = mark = node.items[Number(part)];
      }
      if (!isNode(mark) || !mark.range) break;
      offset = mark.range[0];
      node = next;
    }
    return offset;
  }

  #pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
    const known = this.#pairs.get(map);
    if (known !== undefined) return known;
    const pairs = new Map(map.items.flatMap((pair) => (isScalar(pair.key) ? [[String(pair.key.value), pair]] : [])));
    this.#pairs.set(map, pairs);
    return pairs;
  }
}
