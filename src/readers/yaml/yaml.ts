/**
 * The reader of YAML files: each document is a record or a list of records. Holds one document at a time.
 */
import { CONFIG_NAME } from '../../config/config.ts';
import { parseYamlDocuments } from '../../platform/yaml/parse-yaml.ts';
import { type LineCut, LineSplitter } from '../line-splitter.ts';
import { type OutputBuilder, readDrafts } from '../read-drafts.ts';
import type { Reader, RecordSelection } from '../reader.ts';
import type { RawRecord } from '../splitter.ts';

/** YAML documents, each of one record or a list of records. */
export const yaml: Reader = {
  name: 'yaml',
  description: 'YAML documents, each of one record or a list of records (*.yaml, *.yml)',
  recognises: ({ name }) => /\.ya?ml$/.test(name) && name !== CONFIG_NAME,
  nests: true,
  read: (file, selection) =>
    readDrafts(file, new LineSplitter(documentCut()), (record, output) => parseYaml(record, output, selection)),
};

/**
 * Documents begin at a `---` line and end at a `...` line; YAML allows neither inside a text. Only directives and comments
 * may come before the `---` of their document.
 */
function documentCut(): LineCut {
  let inPreamble = true;
  return (bytes, start, end) => {
    const first = bytes[start];
    if (first === 0x2d && isMarker(bytes, start, end)) {
      const cut = inPreamble ? 'nowhere' : 'before';
      inPreamble = false;
      return cut;
    }
    if (first === 0x2e && isMarker(bytes, start, end)) {
      inPreamble = true;
      return 'after';
    }
    // Comments, directives and empty lines may be in the preamble or not.
    if (end > start && first !== 0x0d && first !== 0x23 && first !== 0x25) inPreamble = false;
    return 'nowhere';
  };
}

/** Whether the line starts with the same byte three times, followed by white space or the end of the line. */
function isMarker(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start + 1] !== bytes[start] || bytes[start + 2] !== bytes[start] || end < start + 3) return false;
  const next = bytes[start + 3];
  return end === start + 3 || next === 0x20 || next === 0x09 || next === 0x0d;
}

/** Whether a document is plainly nothing: there may be millions in a file, and the parser has to be set up for each. */
function isNothing(text: string): boolean {
  if (text.length > 80) return false;
  const rest = text.startsWith('---') ? text.slice(3) : ` ${text}`;
  return /^(?:[ \r\n]+(?:~|null|Null|NULL)?)?[ \r\n]*$/.test(rest);
}

function parseYaml(record: RawRecord, output: OutputBuilder, selection: RecordSelection | undefined): void {
  if (isNothing(record.text)) return;
  const above = record.line - 1;
  const { documents, problems } = parseYamlDocuments(record.text);
  for (const { line, column, message } of problems) output.addProblem(message, above + line, column);
  for (const document of documents) if (document.value !== null) output.addDocument(document, above, selection);
}
