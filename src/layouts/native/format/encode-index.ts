/**
 * `index.json`: FORMAT.md, section "Index". Formatted compactly, one summary a line, because clients poll it; parsed with
 * every bound checked, because it is the one file whose size nothing announces.
 */

import { decodeText, encodeText } from '../../../bytes/bytes.ts';
import { parseJsonObject } from '../../../bytes/json.ts';
import { RepomillError } from '../../../errors.ts';
import {
  MAX_DICTIONARY_SIZE,
  MAX_HEADER_SIZE,
  MAX_HISTORY,
  MAX_INDEX_SIZE,
  MAX_SUMMARY_SIZE,
  maxStoredSize,
} from '../../../model/limits.ts';
import {
  asDocument,
  type Document,
  digestOf,
  documentOf,
  integerOf,
  listOf,
  optionalTextOf,
  textOf,
} from './fields.ts';
import type {
  CombinedEntry,
  HistoryEntry,
  RepositoryIndex,
  SignedIndex,
  SubsetEntry,
  SummaryEntry,
} from './repository-index.ts';
import { FORMAT, requireFormat } from './version.ts';

/** Bytes of `index.json`. */
export function encodeIndex(index: RepositoryIndex): Uint8Array {
  const { summaries, ...rest } = index.signed;
  const head = JSON.stringify(rest).slice(0, -1);
  const lines = summaries.map((entry) => `\n${JSON.stringify(entry)}`).join(',');
  return encodeText(
    `{"signed":${head},"summaries":[${lines}\n]},\n"signatures":${JSON.stringify(index.signatures)}}\n`,
  );
}

/** Parses `index.json`. Fields that are not known are ignored; another format version is a format error with a hint. */
export function decodeIndex(bytes: Uint8Array): RepositoryIndex {
  if (bytes.length > MAX_INDEX_SIZE) {
    throw new RepomillError('format', `index: expected at most ${MAX_INDEX_SIZE} bytes, found ${bytes.length}`);
  }
  const document: Document = { what: 'index', members: parseJsonObject(decodeText(bytes), 'index') };
  return { signed: parseSigned(documentOf(document, 'signed')), signatures: listOf(document, 'signatures') };
}

function parseSigned(document: Document): SignedIndex {
  requireFormat(textOf(document, 'format'), 'index');
  const title = optionalTextOf(document, 'title');
  const listed = document.members.subsets === undefined ? [] : listOf(document, 'subsets');
  const subsets = listed.map((value) => parseSubsetEntry(asDocument(value, 'index: subset')));
  const combined = document.members.combined === undefined ? undefined : documentOf(document, 'combined');
  const dictionary = document.members.dictionary === undefined ? undefined : documentOf(document, 'dictionary');
  const summaries = listOf(document, 'summaries').map((value) =>
    parseSummaryEntry(asDocument(value, 'index: summary')),
  );
  const names = new Set(summaries.map((entry) => `${entry.arch}\0${entry.subset ?? ''}`));
  if (names.size !== summaries.length) throw new RepomillError('format', 'index: a summary is listed twice');
  return {
    format: FORMAT,
    version: integerOf(document, 'version'),
    name: textOf(document, 'name'),
    ...(title === undefined ? {} : { title }),
    ...(subsets.length === 0 ? {} : { subsets }),
    ...(combined === undefined ? {} : { combined: parseCombinedEntry(combined) }),
    ...(dictionary === undefined
      ? {}
      : {
          dictionary: {
            sha256: digestOf(dictionary, 'sha256'),
            size: integerOf(dictionary, 'size', MAX_DICTIONARY_SIZE),
          },
        }),
    summaries,
  };
}

function parseSubsetEntry(document: Document): SubsetEntry {
  const where = optionalTextOf(document, 'where');
  return { name: textOf(document, 'name'), ...(where === undefined ? {} : { where }) };
}

function parseCombinedEntry(document: Document): CombinedEntry {
  return {
    sha256: digestOf(document, 'sha256'),
    size: integerOf(document, 'size', MAX_SUMMARY_SIZE),
    storedSize: integerOf(document, 'storedSize', MAX_SUMMARY_SIZE),
    packages: integerOf(document, 'packages'),
    arches: listOf(document, 'arches').filter((arch) => typeof arch === 'string'),
  };
}

function parseSummaryEntry(document: Document): SummaryEntry {
  const subset = optionalTextOf(document, 'subset');
  const header = documentOf(document, 'header');
  const size = integerOf(document, 'size', MAX_SUMMARY_SIZE);
  const history = listOf(document, 'history');
  if (subset === '') throw new RepomillError('format', 'index: summary: subset: expected a name, found an empty text');
  if (history.length > MAX_HISTORY) {
    throw new RepomillError(
      'format',
      `index: summary: expected at most ${MAX_HISTORY} older versions, found ${history.length}`,
    );
  }
  return {
    arch: textOf(document, 'arch'),
    ...(subset === undefined ? {} : { subset }),
    sha256: digestOf(document, 'sha256'),
    size,
    storedSize: integerOf(document, 'storedSize', maxStoredSize(size)),
    packages: integerOf(document, 'packages'),
    header: {
      sha256: digestOf(header, 'sha256'),
      size: integerOf(header, 'size', Math.min(size, MAX_HEADER_SIZE)),
      storedSize: integerOf(header, 'storedSize', MAX_HEADER_SIZE),
    },
    history: history.map((value) => parseHistoryEntry(asDocument(value, 'index: history'))),
  };
}

function parseHistoryEntry(document: Document): HistoryEntry {
  return { sha256: digestOf(document, 'sha256'), deltaSize: integerOf(document, 'deltaSize', MAX_SUMMARY_SIZE) };
}
