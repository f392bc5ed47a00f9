/**
 * Reads a text that is one stanza, such as the control file of a package. A second one is refused: the text was not meant to have
 * it, so it may have been smuggled in. At once and not as a stream, because there may be thousands of such texts.
 */
import { RepomillError } from '../../errors.ts';
import { OutputBuilder } from '../read-drafts.ts';
import type { ReaderOutput } from '../reader.ts';
import { type MakeFields, parseStanza } from './parse-stanza.ts';

/** A text that should be one stanza. */
export interface LooseStanza {
  readonly text: string;
  /** How many lines of the file are above it. */
  readonly above: number;
  /** What it is the stanza of, for messages: `one package`. */
  readonly of: string;
}

/**
 * The draft of a stanza, or what is wrong with it.
 *
 * @param path - of the file, as the user would type it
 * @throws RepomillError `format` if there is no stanza
 */
export function readOnlyStanza(path: string, { text, above, of }: LooseStanza, makeFields: MakeFields): ReaderOutput {
  const output = new OutputBuilder(path);
  let stanzas = 0;
  let line = above + 1;
  for (let start = 0; start < text.length && stanzas < 2; ) {
    const blank = text.indexOf('\n\n', start);
    const end = blank === -1 ? text.length : blank;
    const part = { text: text.slice(start, end), line, column: 1, follows: 'the end of the stanza' };
    if (end > start && parseStanza(part, output, makeFields)) stanzas++;
    if (stanzas === 2) output.addProblem(`expected the stanza of ${of}, found a second`, line);
    for (let at = start; at < end + 2; at++) if (text.charCodeAt(at) === NEWLINE) line++;
    start = end + 2;
  }
  const { drafts, problems } = output.take() ?? { drafts: [], problems: [] };
  if (drafts.length + problems.length === 0) throw new RepomillError('format', 'expected a stanza, found nothing');
  return problems.length > 0 ? { drafts: [], problems } : { drafts, problems };
}

const NEWLINE = 0x0a;
