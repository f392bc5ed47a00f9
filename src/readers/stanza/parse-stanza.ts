/**
 * Parses one stanza into a draft. A bad stanza yields all of its problems and no draft.
 */
import { MAX_PROBLEMS } from '../../model/problems.ts';
import { quote } from '../../text/printable.ts';
import type { OutputBuilder } from '../read-drafts.ts';
import type { RawRecord } from '../splitter.ts';
import { parseEntries, type RefuseLine, type StanzaEntry } from './parse-entries.ts';

/** Makes the fields of a record from those of a stanza, of which there is at least one. Undefined: it is about no package. */
export type MakeFields = (entries: readonly StanzaEntry[], refuse: RefuseLine) => Record<string, unknown> | undefined;

/** Adds the draft of a stanza, or its problems. Returns false for one that has no fields, such as a comment. */
export function parseStanza(record: RawRecord, output: OutputBuilder, makeFields: MakeFields): boolean {
  let problems = 0;
  const refuse: RefuseLine = (message, line) => {
    problems++;
    // Reading stops after as many.
    if (problems <= MAX_PROBLEMS) output.addProblem(message, line);
  };
  const entries = parseEntries(record, refuse);
  const [first] = entries;
  if (first === undefined) return false;
  const fields = makeFields(entries, refuse);
  if (problems === 0 && fields !== undefined) output.addDraft(fields, first.line);
  return true;
}

/** Refuses a stanza without a field that each must have; `name` is its name in the file. */
export function requireField(
  fields: Readonly<Record<string, unknown>>,
  field: string,
  name: string,
  entries: readonly StanzaEntry[],
  refuse: RefuseLine,
): void {
  if (Object.hasOwn(fields, field)) return;
  refuse(`stanza: expected a field ${quote(name)}, found none`, entries[0]?.line ?? 1);
}
