/**
 * The audit of the files besides summaries: details, their dictionary, and the combined file. FORMAT.md, sections "Details" and
 * "Combined".
 */

import { expect, type ReadFile } from '../../../audit/findings.ts';
import { decodeText } from '../../../bytes/bytes.ts';
import { parseJsonObject } from '../../../bytes/json.ts';
import { RepomillError } from '../../../errors.ts';
import type { Digest } from '../../../model/digest.ts';
import { sha256 } from '../../../platform/hash/sha256.ts';
import { gunzipStrictly, inflateStrictly } from '../../../platform/zlib/gunzip.ts';
import { requireDocument, textMember } from '../format/json-document.ts';
import { COMBINED_PATH, detailsPath, dictionaryPath } from '../format/paths.ts';
import type { CombinedEntry, FileEntry } from '../format/repository-index.ts';

/** Audits the dictionary that the index names, and gives its bytes. */
export async function auditDictionary(entry: FileEntry, read: ReadFile): Promise<Uint8Array> {
  const bytes = await read(dictionaryPath(entry.sha256), entry.size);
  expect('size', entry.size, bytes.length);
  expect('SHA-256', entry.sha256, await sha256(bytes));
  return bytes;
}

/** Audits one file of details: it must decompress to a JSON object of the digest and size that a record names. */
export async function auditDetailsFile(
  digest: Digest,
  size: number,
  dictionary: { readonly sha256: Digest; readonly bytes: Uint8Array } | undefined,
  read: ReadFile,
): Promise<void> {
  // Incompressible content grows by less than 1 % and a few bytes.
  const stored = await read(detailsPath(digest, dictionary?.sha256), Math.ceil(size * 1.01) + 64);
  const document = inflateStrictly(stored, size, dictionary?.bytes);
  expect('size', size, document.length);
  expect('SHA-256', digest, await sha256(document));
  parseJsonObject(decodeText(document), 'details');
}

/**
 * Audits the combined file: its digest, and that each of its lines is a record that a summary has, too.
 *
 * @param known - `name version` of every record of the summaries; undefined if not all of them could be read
 */
export async function auditCombined(
  entry: CombinedEntry,
  known: ReadonlySet<string> | undefined,
  read: ReadFile,
): Promise<void> {
  const stored = await read(COMBINED_PATH, entry.storedSize);
  expect('stored size', entry.storedSize, stored.length);
  const lines = gunzipStrictly(stored, entry.size);
  expect('SHA-256', entry.sha256, await sha256(lines));
  const documents = decodeText(lines).split('\n').slice(0, -1);
  expect('records', entry.packages, documents.length);
  for (const [i, line] of documents.entries()) {
    const document = requireDocument(parseJsonObject(line, `line ${i + 1}`), `line ${i + 1}`);
    const name = `${textMember(document, 'name')} ${textMember(document, 'version')}`;
    if (known?.has(name) === false)
      throw new RepomillError('integrity', `line ${i + 1}: ${name} is not in any summary`);
  }
}
