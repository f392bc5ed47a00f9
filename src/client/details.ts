/**
 * Details: the heavy fields of a record, fetched one document at a time. FORMAT.md, section "Details". The record, which the
 * index vouches for, names the document's digest and length; the dictionary is fetched once.
 */

import { decodeText } from '../bytes/bytes.ts';
import { parseJsonObject } from '../bytes/json.ts';
import { messageOf, RepomillError } from '../errors.ts';
import { detailsPath, dictionaryPath } from '../layouts/native/format/paths.ts';
import type { FileEntry, SignedIndex } from '../layouts/native/format/repository-index.ts';
import { isDigest } from '../model/digest.ts';
import { MAX_DETAILS_SIZE, maxStoredSize } from '../model/limits.ts';
import type { PackageRecord } from '../model/record.ts';
import type { Source } from '../model/source.ts';
import { fetchNamed } from './fetch/fetch-verified.ts';
import { verifyBytes } from './fetch/verify-bytes.ts';

/** The heavy fields of one record. */
export type Details = Readonly<Record<string, unknown>>;

/** Fetches the details that records of one index point to. */
export type FetchDetails = (record: PackageRecord) => Promise<Details>;

/** Makes the function for one index. */
export function detailsFetcher(signed: SignedIndex, source: Source): FetchDetails {
  let dictionary: Promise<Uint8Array> | undefined;
  return async (record) => {
    const entry = detailsEntryOf(record);
    if (entry === undefined) return {};
    const path = detailsPath(entry.sha256, signed.dictionary?.sha256);
    if (signed.dictionary !== undefined && dictionary === undefined) {
      dictionary = fetchDictionary(signed.dictionary, source);
      // A failure is not remembered: the next call tries again.
      dictionary.catch(() => {
        dictionary = undefined;
      });
    }
    const [stored, words] = await Promise.all([
      fetchNamed(source, path, { maxBytes: maxStoredSize(entry.size) }),
      dictionary,
    ]);
    const document = await verifyBytes(await inflateNamed(stored.bytes, entry.size, words, path), entry, path);
    return parseJsonObject(decodeText(document), path);
  };
}

/** What a record says of its details; undefined where it has none. Throws a format error where it says nonsense. */
export function detailsEntryOf({ name, details: sha256, detailsSize: size }: PackageRecord): FileEntry | undefined {
  if (sha256 === undefined && size === undefined) return undefined;
  if (
    isDigest(sha256) &&
    typeof size === 'number' &&
    Number.isSafeInteger(size) &&
    size >= 0 &&
    size <= MAX_DETAILS_SIZE
  ) {
    return { sha256, size };
  }
  throw new RepomillError(
    'format',
    `${name}: details: expected a digest and a size of at most ${MAX_DETAILS_SIZE} bytes, found ${JSON.stringify([sha256, size])}`,
  );
}

async function fetchDictionary(entry: FileEntry, source: Source): Promise<Uint8Array> {
  const path = dictionaryPath(entry.sha256);
  return verifyBytes((await fetchNamed(source, path, { maxBytes: entry.size })).bytes, entry, path);
}

async function inflateNamed(
  stored: Uint8Array,
  size: number,
  dictionary: Uint8Array | undefined,
  path: string,
): Promise<Uint8Array> {
  const { inflate } = await import('../platform/zlib/gzip.ts');
  try {
    return inflate(stored, size, dictionary);
  } catch (cause) {
    throw new RepomillError('integrity', `${path}: ${messageOf(cause)}`, { cause });
  }
}
