/**
 * TOML 1.1, as `smol-toml` reads it, limited to what JSON can express: dates and times are texts as they are written, and an
 * integer that JavaScript cannot hold is a problem. Every problem has a line and a column.
 */
import { parse, TomlError } from 'smol-toml';
import { MAX_FIELD_DEPTH } from '../../model/limits.ts';
import type { ParsedDocument } from '../../model/parsed-document.ts';
import { LineIndex, type Position } from '../../text/line-index.ts';
import { quote } from '../../text/printable.ts';
import { walkToml } from './walk-toml.ts';

/** Why a document cannot be used. */
export interface TomlProblem extends Position {
  readonly message: string;
}

/** A document, or every problem that was found in it. */
export type ParsedToml = { readonly document: ParsedDocument } | { readonly problems: readonly TomlProblem[] };

/** Parses a text. Throws nothing. */
export function parseToml(text: string): ParsedToml {
  let value: object;
  try {
    value = parse(text, { integersAsBigInt: 'asNeeded', maxDepth: 2 * MAX_FIELD_DEPTH });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { problems: [{ line: error.line, column: error.column, message: `invalid TOML: ${reasonOf(error)}` }] };
  }
  const lines = new LineIndex(text);
  const walk = walkToml(text, value);
  if ('longKey' in walk) {
    return { problems: [{ ...lines.positionAt(walk.longKey), message: 'invalid TOML: nested too deeply' }] };
  }
  const { places, integers } = walk;
  if (integers.length > 0) {
    return {
      problems: integers.map(({ offset, field, text: found }) => ({
        ...lines.positionAt(offset),
        message: `field ${quote(field)}: expected an integer of at most ${Number.MAX_SAFE_INTEGER}, found ${found}; make it a string`,
      })),
    };
  }
  return {
    document: {
      value,
      line: lines.positionAt(places.start).line,
      lineOf: (container) => lines.positionAt(places.startOf(container)).line,
      positionOf: (path) => lines.positionAt(places.offsetOf(path)),
    },
  };
}

/** The first line of the message, without the words that every one of them begins with. The others show the text. */
function reasonOf({ message }: TomlError): string {
  const [first = ''] = message.split('\n');
  return first.replace(/^Invalid TOML document: /, '');
}
