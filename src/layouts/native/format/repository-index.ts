/**
 * The index, `index.json`: the one mutable file that a client has to poll. FORMAT.md, section "Index". It is written
 * compactly, one summary a line, because it is polled; it is parsed with every bound checked, because it is the one file
 * whose size nothing announces.
 */

import { decodeText, encodeText } from '../../../bytes/bytes.ts';
import { parseJsonObject } from '../../../bytes/json.ts';
import { RepomillError } from '../../../errors.ts';
import { defined } from '../../../model/defined.ts';
import type { Digest } from '../../../model/digest.ts';
import {
  MAX_DICTIONARY_SIZE,
  MAX_HEADER_SIZE,
  MAX_HISTORY,
  MAX_INDEX_SIZE,
  MAX_SUMMARY_SIZE,
  maxCanonicalSize,
  maxStoredSize,
} from '../../../model/limits.ts';
import {
  digestMember,
  documentMember,
  FORMAT_VERSION,
  integerMember,
  type JsonDocument,
  listMember,
  optionalDocumentMember,
  optionalListMember,
  optionalTextMember,
  requireDocument,
  requireFormatVersion,
  textMember,
} from './json-document.ts';

/** The document `index.json`. */
export interface RepositoryIndex {
  readonly signed: SignedIndex;
  readonly signatures: readonly unknown[];
}

/** The part of the index that a signature covers. */
export interface SignedIndex {
  readonly format: typeof FORMAT_VERSION;
  /** Grows by one with every published change, never otherwise. */
  readonly version: number;
  readonly name: string;
  /** Names that the repository had before: clients of these take it as an update. */
  readonly formerNames?: readonly string[];
  readonly title?: string;
  /** The order of versions: `semver`. Absent for that of Debian. Newer writers may know others than we do. */
  readonly versions?: string;
  /** What the subsets mean. */
  readonly subsets?: readonly SubsetEntry[];
  readonly summaries: readonly SummaryEntry[];
  /** `combined.jsonl.gz`, if there is one: digest and length of the uncompressed lines. */
  readonly combined?: CombinedEntry;
  /** The zlib dictionary that the files in `details/` are compressed with, if there is one. */
  readonly dictionary?: FileEntry;
  /** The list of the packages' files that are published with the tree, if they are: digest and length of the uncompressed list. */
  readonly packageFiles?: PackageListEntry;
}

/** One summary: everything of one arch, or of one subset of it. */
export interface SummaryEntry {
  readonly arch: string;
  readonly subset?: string;
  readonly sha256: Digest;
  /** Canonical bytes. */
  readonly size: number;
  /** Stored bytes: the length of `summaries/<sha256>.gz`. */
  readonly storedSize: number;
  readonly packages: number;
  readonly header: HeaderEntry;
  /** Newest first. */
  readonly history: readonly HistoryEntry[];
}

/** The first part of a summary, which lists the buckets: enough to read one bucket without the rest. */
export interface HeaderEntry {
  readonly sha256: Digest;
  /** Canonical bytes. */
  readonly size: number;
  /** Stored bytes: the length of the first gzip member of the file. */
  readonly storedSize: number;
}

/** An older version of a summary that still has a delta to the newest. Sizes are in bytes. */
export interface HistoryEntry {
  readonly sha256: Digest;
  readonly deltaSize: number;
}

/** A subset and its rule, in the query language. Without a rule it has the records that list its name in their `subsets`. */
export interface SubsetEntry {
  readonly name: string;
  readonly where?: string;
}

/** A file that the index vouches for by digest and length in canonical bytes. */
export interface FileEntry {
  readonly sha256: Digest;
  readonly size: number;
}

/** `combined.jsonl.gz`: which architectures it holds, and how large it is. */
export interface CombinedEntry extends FileEntry {
  /** Stored bytes. */
  readonly storedSize: number;
  readonly packages: number;
  readonly arches: readonly string[];
}

/** `summaries/<sha256>.files.gz`. */
export interface PackageListEntry extends FileEntry {
  /** Stored bytes. */
  readonly storedSize: number;
  /** How many files it lists. */
  readonly files: number;
}

/** Bytes of `index.json`. */
export function encodeIndex(index: RepositoryIndex): Uint8Array {
  const { summaries, ...rest } = index.signed;
  const head = JSON.stringify(rest).slice(0, -1);
  const lines = summaries.map((entry) => `\n${JSON.stringify(entry)}`).join(',');
  const bytes = encodeText(
    `{"signed":${head},"summaries":[${lines}\n]},\n"signatures":${JSON.stringify(index.signatures)}}\n`,
  );
  if (bytes.length <= MAX_INDEX_SIZE) return bytes;
  const hint = `${summaries.length} summaries are too many: one for each arch and subset; a shorter \`history\` takes less, too`;
  throw new RepomillError('metadata', `index: expected at most ${MAX_INDEX_SIZE} bytes, found ${bytes.length}`, {
    hint,
  });
}

/**
 * Parses `index.json`.
 *
 * @throws RepomillError `format`; with a hint if the index has a newer version of the format
 */
export function decodeIndex(bytes: Uint8Array): RepositoryIndex {
  if (bytes.length > MAX_INDEX_SIZE) {
    throw new RepomillError('format', `index: expected at most ${MAX_INDEX_SIZE} bytes, found ${bytes.length}`);
  }
  const document: JsonDocument = { what: 'index', members: parseJsonObject(decodeText(bytes), 'index') };
  return { signed: parseSigned(documentMember(document, 'signed')), signatures: listMember(document, 'signatures') };
}

function parseSigned(document: JsonDocument): SignedIndex {
  requireFormatVersion(document, 'index');
  const subsets = optionalListMember(document, 'subsets').map((value) =>
    parseSubsetEntry(requireDocument(value, 'index: subset')),
  );
  const formerNames = optionalListMember(document, 'formerNames').filter((name) => typeof name === 'string');
  const combined = optionalDocumentMember(document, 'combined');
  const dictionary = optionalDocumentMember(document, 'dictionary');
  const packageFiles = optionalDocumentMember(document, 'packageFiles');
  const summaries = listMember(document, 'summaries').map((value) =>
    parseSummaryEntry(requireDocument(value, 'index: summary')),
  );
  const names = new Set(summaries.map((entry) => `${entry.arch}\0${entry.subset ?? ''}`));
  if (names.size !== summaries.length) throw new RepomillError('format', 'index: a summary is listed twice');
  return defined({
    format: FORMAT_VERSION,
    version: integerMember(document, 'version'),
    name: textMember(document, 'name'),
    formerNames: formerNames.length === 0 ? undefined : formerNames,
    title: optionalTextMember(document, 'title'),
    versions: optionalTextMember(document, 'versions'),
    subsets: subsets.length === 0 ? undefined : subsets,
    combined: combined && parseCombinedEntry(combined),
    dictionary: dictionary && parseDictionaryEntry(dictionary),
    packageFiles: packageFiles && parsePackageListEntry(packageFiles),
    summaries,
  });
}

function parseSubsetEntry(document: JsonDocument): SubsetEntry {
  return defined({ name: textMember(document, 'name'), where: optionalTextMember(document, 'where') });
}

function parseCombinedEntry(document: JsonDocument): CombinedEntry {
  return {
    sha256: digestMember(document, 'sha256'),
    size: integerMember(document, 'size', MAX_SUMMARY_SIZE),
    storedSize: integerMember(document, 'storedSize', MAX_SUMMARY_SIZE),
    packages: integerMember(document, 'packages'),
    arches: listMember(document, 'arches').filter((arch) => typeof arch === 'string'),
  };
}

function parseDictionaryEntry(document: JsonDocument): FileEntry {
  return { sha256: digestMember(document, 'sha256'), size: integerMember(document, 'size', MAX_DICTIONARY_SIZE) };
}

function parsePackageListEntry(document: JsonDocument): PackageListEntry {
  const { size, storedSize } = parseSizes(document);
  return {
    sha256: digestMember(document, 'sha256'),
    size,
    storedSize,
    files: integerMember(document, 'files', size),
  };
}

function parseSummaryEntry(document: JsonDocument): SummaryEntry {
  const subset = optionalTextMember(document, 'subset');
  const header = documentMember(document, 'header');
  const { size, storedSize } = parseSizes(document);
  const history = listMember(document, 'history');
  if (subset === '') {
    throw new RepomillError('format', 'index: summary: subset: expected a name, found an empty string');
  }
  if (history.length > MAX_HISTORY) {
    throw new RepomillError(
      'format',
      `index: summary: expected at most ${MAX_HISTORY} older versions, found ${history.length}`,
    );
  }
  return defined({
    arch: textMember(document, 'arch'),
    subset,
    sha256: digestMember(document, 'sha256'),
    size,
    storedSize,
    packages: integerMember(document, 'packages'),
    header: {
      sha256: digestMember(header, 'sha256'),
      size: integerMember(header, 'size', Math.min(size, MAX_HEADER_SIZE)),
      storedSize: integerMember(header, 'storedSize', MAX_HEADER_SIZE),
    },
    history: history.map((value) => parseHistoryEntry(requireDocument(value, 'index: history'))),
  });
}

/** How long a file is as canonical bytes, and as stored. */
function parseSizes(document: JsonDocument): { readonly size: number; readonly storedSize: number } {
  const size = integerMember(document, 'size', MAX_SUMMARY_SIZE);
  const storedSize = integerMember(document, 'storedSize', maxStoredSize(size));
  const max = maxCanonicalSize(storedSize);
  if (size <= max) return { size, storedSize };
  const expected = `expected at most ${max} bytes of content in ${storedSize} stored bytes`;
  throw new RepomillError('format', `${document.what}: ${expected}, found ${size}`);
}

function parseHistoryEntry(document: JsonDocument): HistoryEntry {
  return {
    sha256: digestMember(document, 'sha256'),
    deltaSize: integerMember(document, 'deltaSize', MAX_SUMMARY_SIZE),
  };
}
