/**
 * Details: the heavy fields of a record, one document per record, fetched on demand. FORMAT.md, section "Details". The record
 * gives the document's digest and length; the index vouches for the record. The shared dictionary is fetched once.
 */
import { decodeText } from '../bytes/bytes.ts';
import { parseJsonObject } from '../bytes/json.ts';
import { messageOf, RepomillError } from '../errors.ts';
import { detailsPath, dictionaryPath } from '../layouts/native/format/paths.ts';
import type { FileEntry, SignedIndex } from '../layouts/native/format/repository-index.ts';
import { defined } from '../model/defined.ts';
import { isDigest } from '../model/digest.ts';
import { MAX_DETAILS_SIZE, maxStoredSize } from '../model/limits.ts';
import type { PackageRecord } from '../model/record.ts';
import type { Source } from '../model/source.ts';
import { fetchNamed, verifyBytes } from './fetch/fetch-verified.ts';
import { shareWork } from './fetch/share-work.ts';

/** The heavy fields of one record. */
export type Details = Readonly<Record<string, unknown>>;

/** Fetches the details of a record; empty if it has none. */
export type FetchDetails = (record: PackageRecord, signal?: AbortSignal) => Promise<Details>;

/** Creates a function that fetches details for the records of one index. */
export function detailsFetcher(signed: SignedIndex, source: Source): FetchDetails {
  const fetchDictionary = shareWork(async (entry: FileEntry, signal): Promise<Uint8Array> => {
    const path = dictionaryPath(entry.sha256);
    return verifyBytes((await fetchNamed(source, path, { maxBytes: entry.size, signal })).bytes, entry, path);
  });
  return async (record, signal) => {
    const entry = detailsEntryOf(record);
    if (entry === undefined) return {};
    const path = detailsPath(entry.sha256, signed.dictionary?.sha256);
    const [stored, dictionary] = await Promise.all([
      fetchNamed(source, path, defined({ maxBytes: maxStoredSize(entry.size), signal })),
      signed.dictionary && fetchDictionary(signed.dictionary, signal),
    ]);
    const document = await verifyBytes(await inflateNamed(stored.bytes, entry.size, dictionary, path), entry, path);
    return parseJsonObject(decodeText(document), 'details', path);
  };
}

/** Digest and size of a record's details; undefined if it has none. Throws a format error if they are malformed. */
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
  const found = JSON.stringify([sha256, size]);
  throw new RepomillError(
    'format',
    `details of ${name}: expected a digest and a size of at most ${MAX_DETAILS_SIZE} bytes, found ${found}`,
  );
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
    throw new RepomillError('integrity', messageOf(cause), { path, cause });
  }
}
