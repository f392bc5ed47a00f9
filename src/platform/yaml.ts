/**
 * YAML, as the package `yaml` reads it, limited to what JSON can express: core schema, unique string keys, no custom tags, no
 * merge keys, bounded aliases and depth. Every problem has a line and a column.
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
  type Node,
  Parser,
  stringify,
  visit,
} from 'yaml';
import { messageOf } from '../errors.ts';
import { MAX_FIELD_DEPTH, MAX_YAML_ALIASES } from '../model/limits.ts';

// One level of nesting is one entry of the parser's stack. The levels of a field are inside a record, a list and a document.
const MAX_STACK = 2 * MAX_FIELD_DEPTH;

/** A position in a text: line and column from 1, columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One document without problems. */
export interface YamlDocument {
  /** Plain values: strings, numbers (NaN and infinities too), booleans, null, arrays and objects. */
  readonly value: unknown;
  /** The line on which the content begins. */
  readonly line: number;
  /** The position of the key or the list item at `path`; if it does not exist, of the last part of the path that does. */
  positionOf(path: readonly (string | number)[]): Position;
}

/** Why a document cannot be used. */
export interface YamlProblem extends Position {
  readonly message: string;
}

/** Parses all documents of a text. A document with a problem is left out of `documents`. Throws nothing. */
export function parseYamlDocuments(text: string): {
  readonly documents: readonly YamlDocument[];
  readonly problems: readonly YamlProblem[];
} {
  const lines = new LineCounter();
  const documents: YamlDocument[] = [];
  const problems: YamlProblem[] = [];
  for (const document of compose(text, lines, problems)) {
    const flaws = [...document.errors, ...document.warnings];
    for (const { pos, message } of flaws) problems.push({ ...positionAt(lines, pos[0]), message: fragment(message) });
    if (flaws.length > 0) continue;
    const alias = brokenAlias(document);
    if (alias) {
      problems.push({ ...positionAt(lines, alias.offset), message: alias.message });
      continue;
    }
    try {
      documents.push({
        value: document.toJS({ maxAliasCount: MAX_YAML_ALIASES }),
        line: positionAt(lines, startOf(document)).line,
        positionOf: (path) => positionAt(lines, offsetOf(document, path)),
      });
    } catch (error) {
      problems.push({ ...positionAt(lines, startOf(document)), message: fragment(messageOf(error)) });
    }
  }
  return { documents, problems };
}

/** A text as YAML on one line, in quotation marks if it needs them. */
export function formatYaml(text: string): string {
  return stringify(text, { lineWidth: 0, defaultStringType: 'PLAIN' }).trimEnd();
}

function compose(text: string, lines: LineCounter, problems: YamlProblem[]): readonly Document.Parsed[] {
  const composer = new Composer({
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: true,
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

function fragment(message: string): string {
  return `invalid YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}

function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function startOf(document: Document.Parsed): number {
  return document.contents?.range[0] ?? document.range[0];
}

function offsetOf(document: Document.Parsed, path: readonly (string | number)[]): number {
  let offset = startOf(document);
  let node: unknown = document.contents;
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    let next: unknown;
    let mark: unknown;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
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

/** An alias without an anchor before it, or inside the node that it names, which would be an endless value. */
function brokenAlias(document: Document.Parsed): { offset: number; message: string } | undefined {
  const anchors = new Map<string, Node>();
  let broken: { offset: number; message: string } | undefined;
  visit(document, {
    Alias(_key, alias, ancestors) {
      const anchor = anchors.get(alias.source);
      if (anchor && !ancestors.includes(anchor)) return undefined;
      const found = anchor ? 'one around it' : 'none';
      const message = `invalid YAML: alias "*${alias.source}": expected an anchor before it, found ${found}`;
      broken = { offset: alias.range?.[0] ?? startOf(document), message };
      return visit.BREAK;
    },
    Value(_key, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return broken;
}
