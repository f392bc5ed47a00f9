/**
 * The reader of TOML files: each is one record. Holds the whole file.
 */
import { parseToml } from '../../platform/toml/parse-toml.ts';
import { LineSplitter } from '../line-splitter.ts';
import { type OutputBuilder, readDrafts } from '../read-drafts.ts';
import type { Reader, RecordSelection } from '../reader.ts';
import type { RawRecord } from '../splitter.ts';

/** One TOML document, which is one record. */
export const toml: Reader = {
  name: 'toml',
  description: 'a TOML document, which is one record (*.toml)',
  recognises: ({ name }) => name.endsWith('.toml'),
  nests: true,
  read: (file, selection) =>
    readDrafts(file, new LineSplitter(() => 'nowhere'), (record, output) => parseDocument(record, output, selection)),
};

function parseDocument(
  { text, line: first }: RawRecord,
  output: OutputBuilder,
  selection: RecordSelection | undefined,
): void {
  const parsed = parseToml(text);
  if ('document' in parsed) output.addDocument(parsed.document, first - 1, selection);
  else for (const { line, column, message } of parsed.problems) output.addProblem(message, first - 1 + line, column);
}
