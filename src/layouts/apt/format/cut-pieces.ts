/**
 * Where a list of stanzas is cut into pieces, each of which is compressed once and kept. Names alone say where, by a hash: a piece
 * begins where that is the lowest within half a piece on either side. So what is far away does not matter, and a stanza that comes,
 * goes or changes touches the piece that it is in, and seldom those beside it.
 */

/** What counts of a stanza. */
export interface SizedStanza {
  /** The name of its package. Stanzas of the same name follow each other, and are never apart. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Cuts a list into pieces of half the size to twice the size, and about that size on average. A piece is smaller only if it is the whole
 * list or beside a name that is larger, and larger only if one name alone is.
 *
 * @param rows - in their order
 * @param pieceSize - bytes, more than 0
 */
export function cutPieces<Row extends SizedStanza>(
  rows: readonly Row[],
  pieceSize: number,
): readonly (readonly Row[])[] {
  const list = groupByName(rows);
  const natural = [0, ...lowestNames(list, pieceSize / 2), list.hashes.length];
  const cuts = natural.slice(0, -1).flatMap((from, i) => divide(list, from, natural[i + 1] ?? from, 2 * pieceSize));
  const ends = [...cuts.slice(1), list.hashes.length];
  return cuts.map((from, i) => rows.slice(list.firstRows[from], list.firstRows[ends[i] ?? from]));
}

/** Columns of a list, with an entry for each name; those of positions have one more, for the end of the list. */
interface NamedList {
  readonly hashes: readonly number[];
  readonly firstRows: readonly number[];
  /** Bytes in front of the name. */
  readonly offsets: readonly number[];
}

function groupByName(rows: readonly SizedStanza[]): NamedList {
  const hashes: number[] = [];
  const firstRows: number[] = [];
  const offsets: number[] = [];
  let offset = 0;
  let last: string | undefined;
  rows.forEach(({ name, size }, row) => {
    if (name !== last) {
      hashes.push(hashName(name));
      firstRows.push(row);
      offsets.push(offset);
      last = name;
    }
    offset += size;
  });
  return { hashes, firstRows: [...firstRows, rows.length], offsets: [...offsets, offset] };
}

/** FNV-1a (RFC 9923) of 32 bits, of UTF-16 code units. Bytes would have to be encoded first, which takes longer. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Names whose hash is the lowest of all that are less than `reach` bytes away. Both ends of the list count as lower than any. */
function lowestNames({ hashes, offsets }: NamedList, reach: number): readonly number[] {
  const found: number[] = [];
  // Names in front of this one that are lower than all names between: the last is the nearest that is lower.
  const lower: number[] = [];
  for (let next = 0; next <= hashes.length; next++) {
    const hash = hashes[next] ?? -1;
    for (let name = lower.at(-1); name !== undefined && (hashes[name] ?? 0) > hash; name = lower.at(-1)) {
      lower.pop();
      const at = offsets[name] ?? 0;
      const before = offsets[lower.at(-1) ?? 0] ?? 0;
      if (at - before >= reach && (offsets[next] ?? 0) - at >= reach) found.push(name);
    }
    lower.push(next);
  }
  return found.sort((a, b) => a - b);
}

/** Where parts of a piece begin that is larger than `max` bytes: at the lowest name in its middle half, and so on in both parts. */
function divide(list: NamedList, from: number, to: number, max: number): readonly number[] {
  const { hashes, offsets } = list;
  const start = offsets[from] ?? 0;
  const size = (offsets[to] ?? 0) - start;
  if (size <= max || to - from < 2) return from < to ? [from] : [];
  let lowest: number | undefined;
  let nearest = from + 1;
  const distance = (name: number): number => Math.abs((offsets[name] ?? 0) - start - size / 2);
  for (let name = from + 1; name < to; name++) {
    if (distance(name) < distance(nearest)) nearest = name;
    if (distance(name) <= size / 4 && (hashes[name] ?? 0) < (hashes[lowest ?? -1] ?? Infinity)) lowest = name;
  }
  // A name that spans the middle half leaves no other choice.
  const cut = lowest ?? nearest;
  return [...divide(list, from, cut, max), ...divide(list, cut, to, max)];
}
