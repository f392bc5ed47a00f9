/**
 * Cuts a stream of bytes into chunks of whole records. Each cut depends only on the records around it, never on what comes
 * before them. A change therefore moves only the neighbouring cuts, and unchanged chunks are not read again.
 */

import { ByteWindow } from '../../bytes/byte-window.ts';
import { byteOrderMarkSize } from '../../bytes/bytes.ts';
import { findBytes } from '../../bytes/node-bytes.ts';
import { MAX_RECORD_SIZE } from '../../model/limits.ts';

/** How to cut a stream. */
export interface CutOptions {
  /** The bytes that separate records: wherever they occur, one record ends before them and the next begins after them. */
  readonly separator: Uint8Array;
  /** Mean size of a chunk in bytes, a power of two. Only the last chunk may be smaller than half of it. */
  readonly size: number;
}

/** Bytes at the start of a record that decide whether a chunk starts there. */
const DECISIVE_BYTES = 64;

/** A chunk this many times larger than the mean is cut at the end of the next record. */
const MAX_TIMES_MEAN = 4;

/**
 * Cuts a stream into chunks that together are the stream. Yields undefined and ends if no record ends within
 * `MAX_RECORD_SIZE`: such a stream cannot be cut.
 */
export async function* cutChunks(
  stream: AsyncIterable<Uint8Array>,
  options: CutOptions,
): AsyncGenerator<Uint8Array | undefined, void> {
  const window = new ByteWindow();
  const smallest = options.size / 2;
  let searched = smallest;
  for await (const bytes of stream) {
    window.append(bytes);
    for (;;) {
      const cut = findCut(window.bytes, searched, options);
      searched = cut.searched;
      if (cut.at === undefined) break;
      yield window.bytes.slice(0, cut.at);
      window.drop(cut.at);
      searched = smallest;
    }
    if (window.length > MAX_RECORD_SIZE + MAX_TIMES_MEAN * options.size) {
      yield undefined;
      return;
    }
  }
  if (window.length > 0) yield window.bytes.slice();
}

/** Where to cut in these bytes, if anywhere, and how far they have been searched. */
function findCut(
  bytes: Uint8Array,
  from: number,
  { separator, size }: CutOptions,
): { readonly at?: number; readonly searched: number } {
  let end = findBytes(bytes, separator, from);
  for (;;) {
    const start = end + separator.length;
    // The bytes after a separator decide, so enough of them must be present.
    if (end === -1 || start + DECISIVE_BYTES > bytes.length) break;
    const isLong = start >= MAX_TIMES_MEAN * size;
    // Nothing between two separators, as in a file of line ends, is seen without a search.
    const isEmpty = separator.every((byte, i) => bytes[start + i] === byte);
    if (isEmpty && !isLong) {
      end = start;
      continue;
    }
    const next = isEmpty ? start : findBytes(bytes, separator, start);
    if (next === -1 && !isLong) break;
    // The longer a record, the likelier a cut after it, so that the mean does not depend on the length of records.
    const isChosen = hashOf(bytes, start) % (size / 2) < next - start;
    // A byte order mark at the start of a chunk would be mistaken for that of the file and skipped.
    if ((isChosen || isLong) && byteOrderMarkSize(bytes, start) === 0) return { at: start, searched: from };
    end = next;
  }
  return { searched: end === -1 ? Math.max(from, bytes.length - separator.length) : end };
}

/** FNV-1a of a record's first bytes. */
function hashOf(bytes: Uint8Array, start: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < start + DECISIVE_BYTES; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash >>> 0;
}
