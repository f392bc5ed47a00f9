/**
 * Fetches and verifies the files that an index names. FORMAT.md, section "What a reader checks": nothing is decoded or stored
 * before its size and digest have been compared. A missing file is an error, because the index promises it.
 */
import { isGzip } from '../../bytes/bytes.ts';
import { messageOf, RepomillError, throwIfAborted } from '../../errors.ts';
import { summaryPath } from '../../layouts/native/format/paths.ts';
import type { FileEntry, SummaryEntry } from '../../layouts/native/format/repository-index.ts';
import { defined } from '../../model/defined.ts';
import type { ByteRange, FetchedBytes, FetchRequest, FetchResult, Source } from '../../model/source.ts';
import { sha256 } from '../../platform/hash/sha256.ts';
import { gunzip } from '../../platform/zlib/gunzip.ts';

/** Fetches a file. An abort becomes an `interrupted` error, whatever the source throws. */
export async function fetchFrom(source: Source, path: string, request: FetchRequest): Promise<FetchResult> {
  throwIfAborted(request.signal);
  try {
    return await source.fetch(path, request);
  } finally {
    throwIfAborted(request.signal);
  }
}

/** Fetches a file that the index names. Throws a transport error if the source lacks it. */
export async function fetchNamed(source: Source, path: string, request: FetchRequest): Promise<FetchedBytes> {
  const result = await fetchFrom(source, path, request);
  if (result.kind === 'full' || result.kind === 'partial') return result;
  throw new RepomillError('transport', `named by the index, but missing at ${source.location}`, {
    path,
    hint: 'the host may be in the middle of an update; try again in a minute',
  });
}

/** Which part of a stored summary to fetch, and how. */
export interface StoredRequest {
  readonly range?: ByteRange | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: (received: number) => void;
}

/** Fetches the stored file of a summary, or a range of it. Unverified. */
export function fetchStored(source: Source, entry: SummaryEntry, request: StoredRequest): Promise<FetchedBytes> {
  // A host may decompress the file in transit; it is then as long as the canonical bytes.
  const maxBytes = Math.max(entry.size, entry.storedSize);
  return fetchNamed(source, summaryPath(entry.sha256), defined({ ...request, maxBytes }));
}

/** The canonical bytes of a stored summary, verified. */
export async function unpackSummary(stored: Uint8Array, entry: SummaryEntry): Promise<Uint8Array> {
  const path = summaryPath(entry.sha256);
  return verifyBytes(await unpack(stored, entry.size, path), entry, path);
}

/**
 * The canonical bytes of a gzip file. Unverified. If a host labels a `.gz` file as compressed, `fetch` decompresses it; the
 * digest is of the canonical bytes, so both forms are accepted.
 *
 * @param size - the expected number of canonical bytes; any other number in a gzip file is an integrity error
 * @param part - which part of the file at `path` the bytes are, for messages; undefined for the whole file
 */
export async function unpack(bytes: Uint8Array, size: number, path: string, part?: string): Promise<Uint8Array> {
  // Canonical bytes never start like a gzip file.
  if (!isGzip(bytes)) return bytes;
  try {
    return await gunzip(bytes, size);
  } catch (cause) {
    throw integrityError(messageOf(cause), path, part, cause);
  }
}

/**
 * Returns the bytes if they have the size and digest of the entry, and throws an integrity error otherwise.
 *
 * @param path - the file they came from, for messages
 * @param part - which part of the file they are, for messages; undefined for the whole file
 */
export async function verifyBytes(
  bytes: Uint8Array,
  expected: FileEntry,
  path: string,
  part?: string,
): Promise<Uint8Array> {
  if (bytes.length !== expected.size) {
    throw integrityError(`expected ${expected.size} bytes, found ${bytes.length}`, path, part);
  }
  const found = await sha256(bytes);
  if (found === expected.sha256) return bytes;
  throw integrityError(`expected SHA-256 ${expected.sha256}, found ${found}`, path, part);
}

function integrityError(message: string, path: string, part: string | undefined, cause?: unknown): RepomillError {
  return new RepomillError('integrity', part === undefined ? message : `${part}: ${message}`, { path, cause });
}
