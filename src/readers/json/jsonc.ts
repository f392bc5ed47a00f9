/**
 * The reader of JSON with comments and trailing commas, as editors and many package managers accept it. Everything else is as
 * in JSON. Holds the whole file.
 */

import { ByteWindow } from '../../bytes/byte-window.ts';
import { encodeText } from '../../bytes/bytes.ts';
import { selectRecords } from '../../mapping/select-records.ts';
import { MAX_RECORD_SIZE } from '../../model/limits.ts';
import { blankComments } from '../../platform/jsonc.ts';
import { advance } from '../../text/line-index.ts';
import { readDrafts } from '../read-drafts.ts';
import type { Reader } from '../reader.ts';
import { badText, type SplitRecord, type Splitter, tryDecodeText } from '../splitter.ts';
import { parseJson, parseJsonDocument } from './json.ts';
import { JsonSplitter } from './splitter.ts';

/** One JSON object, or a list of them, with comments and trailing commas. */
export const jsonc: Reader = {
  name: 'jsonc',
  description: 'a JSON file with comments and trailing commas (*.jsonc)',
  recognises: ({ name }) => name.endsWith('.jsonc'),
  nests: true,
  read: (file, selection) =>
    readDrafts(file, new JsoncSplitter(), (record, output) => {
      if (selection === undefined) parseJson(record, output);
      else parseJsonDocument(record, output, (value) => selectRecords(value, selection.paths));
    }),
};

const START = { line: 1, column: 1 };

/** Splits what is left when comments and trailing commas are blank, which moves nothing, like JSON. */
class JsoncSplitter implements Splitter {
  readonly #file = new ByteWindow();
  #size = 0;

  push(chunk: Uint8Array): readonly SplitRecord[] {
    this.#size += chunk.length;
    if (this.#size <= MAX_RECORD_SIZE) this.#file.append(chunk);
    return [];
  }

  end(): readonly SplitRecord[] {
    if (this.#size > MAX_RECORD_SIZE) {
      return [
        { line: 1, problem: `file: expected at most ${MAX_RECORD_SIZE} bytes of JSON with comments, found more` },
      ];
    }
    const text = tryDecodeText(this.#file.bytes);
    if (text === undefined) return [badText(this.#file.bytes, START)];
    const { blanked, openComment } = blankComments(text);
    if (openComment !== undefined) {
      const problem = 'invalid JSON: expected the end of a comment, found the end of the file';
      return [{ ...advance(START, text, openComment), problem }];
    }
    const splitter = new JsonSplitter();
    return [...splitter.push(encodeText(blanked)), ...splitter.end()];
  }
}
