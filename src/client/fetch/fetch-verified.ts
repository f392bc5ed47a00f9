/**
 * Fetching what an index names. That the host lacks such a file is a fault of the host, not an answer.
 */
import { RepomillError } from '../../errors.ts';
import { summaryPath } from '../../layouts/native/format/paths.ts';
import type { SummaryEntry } from '../../layouts/native/format/repository-index.ts';
import type { ByteRange, FetchedBytes, FetchRequest, Source } from '../../model/source.ts';
import { unpack } from './unpack.ts';
import { verifyBytes } from './verify-bytes.ts';

/** Fetches a file that the index names. Throws a transport error where there is none. */
export async function fetchNamed(source: Source, path: string, request: FetchRequest): Promise<FetchedBytes> {
  const result = await source.fetch(path, request);
  if (result.kind === 'full' || result.kind === 'partial') return result;
  throw new RepomillError('transport', `${path}: the index names it, but ${source.location} does not have it`, {
    hint: 'the host may be in the middle of an update: try again in a minute',
  });
}

/** Fetches the stored file of a summary, or a stretch of it. Unverified. */
export function fetchStored(
  source: Source,
  entry: SummaryEntry,
  request: { readonly range?: ByteRange; readonly onBytes?: (received: number) => void } = {},
): Promise<FetchedBytes> {
  // A host may unpack the file on the way: then it is as long as the canonical bytes.
  const maxBytes = Math.max(entry.size, entry.storedSize);
  return fetchNamed(source, summaryPath(entry.sha256), { ...request, maxBytes });
}

/** The canonical bytes of a stored summary, verified. */
export async function unpackSummary(stored: Uint8Array, entry: SummaryEntry): Promise<Uint8Array> {
  const path = summaryPath(entry.sha256);
  return verifyBytes(await unpack(stored, entry.size, path), entry, path);
}
