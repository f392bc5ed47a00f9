/**
 * Cuts a stream of bytes into stretches that begin and end with whole records. Where it cuts depends on the records around
 * the place and on nothing before them, so that a change moves no cut but its neighbours: what stands between two cuts is
 * read again only if something in it changed.
 */

import { findBytes } from '../../bytes/buffer.ts';
import { byteOrderMarkSize } from '../../bytes/bytes.ts';
import { MAX_RECORD_SIZE } from '../../model/limits.ts';
import { ByteWindow } from '../../readers/byte-window.ts';

/** What cutting needs to know. */
export interface CutOptions {
  /** What stands between any two records. Wherever it stands, a record ends before it and another begins behind it. */
  readonly separator: Uint8Array;
  /** Mean length of a stretch in bytes, a power of two; only the last may be shorter than half of it. */
  readonly size: number;
}

/** Bytes at the beginning of a record that decide whether a stretch begins there. */
const DECISIVE = 64;

/** A stretch that is so many times longer than the mean is cut wherever a record ends. */
const LONGEST = 4;

/**
 * The stretches of a stream, in order; together they are the stream. Ends with undefined where no record ends within
 * `MAX_RECORD_SIZE`: such a stream cannot be cut.
 */
export async function* cutStretches(
  chunks: AsyncIterable<Uint8Array>,
  options: CutOptions,
): AsyncGenerator<Uint8Array | undefined, void> {
  const window = new ByteWindow();
  const shortest = options.size / 2;
  let searched = shortest;
  for await (const chunk of chunks) {
    window.append(chunk);
    for (;;) {
      const cut = findCut(window.bytes, searched, options);
      searched = cut.searched;
      if (cut.at === undefined) break;
      yield window.bytes.slice(0, cut.at);
      window.drop(cut.at);
      searched = shortest;
    }
    if (window.length > MAX_RECORD_SIZE + LONGEST * options.size) {
      yield undefined;
      return;
    }
  }
  if (window.length > 0) yield window.bytes.slice();
}

/** Where to cut; and how far was searched, in vain where there is no cut. */
function findCut(
  bytes: Uint8Array,
  from: number,
  { separator, size }: CutOptions,
): { readonly at?: number; readonly searched: number } {
  let end = findBytes(bytes, separator, from);
  for (;;) {
    const start = end + separator.length;
    // Behind a separator enough must be there to decide.
    if (end === -1 || start + DECISIVE > bytes.length) break;
    const next = findBytes(bytes, separator, start);
    if (next === -1 && start < LONGEST * size) break;
    // The longer a record, the likelier its cut, so that the mean is the same for records of any length.
    const isChosen = hashOf(bytes, start) % (size / 2) < next - start;
    const isLong = start >= LONGEST * size;
    // A byte order mark at the start of a chunk would be taken for that of the file, and skipped.
    if ((isChosen || isLong) && byteOrderMarkSize(bytes, start) === 0) return { at: start, searched: from };
    end = next;
  }
  return { searched: end === -1 ? Math.max(from, bytes.length - separator.length) : end };
}

/** FNV-1a of a record's first bytes. */
function hashOf(bytes: Uint8Array, start: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < start + DECISIVE; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash >>> 0;
}
