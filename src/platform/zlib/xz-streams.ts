/**
 * The streams of a .xz file, found from its end: each ends with a footer that has the length of its index, and the index has
 * the lengths of its blocks. The .xz File Format 1.1, sections 2.1 (streams), 2.2 (padding) and 4 (index).
 */
/** Bytes that are read in any order. */
export interface XzSource {
  readonly size: number;
  /** Exactly `length` bytes from `start`. Throws an Error if they are not there. */
  read(start: number, length: number): Uint8Array | Promise<Uint8Array>;
}

/** A stream of a .xz file: the bytes from `start` up to `end`. */
export interface XzStream {
  readonly start: number;
  readonly end: number;
}

/** Bytes of a header, and of a footer. */
const FRAME_SIZE = 12;

/** Bytes. An index has some ten for each block, and xz makes blocks of megabytes. */
const MAX_INDEX_SIZE = 16 * 1024 * 1024;

/** Bytes of zeros after a stream. A file with more of them was never written to its end. */
const MAX_PADDING = 4096;

const HEADER_MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const FOOTER_MAGIC = [0x59, 0x5a];

/** Finds all streams of a file, in their order. Throws an Error unless they fill it to its last byte. */
export async function findXzStreams(source: XzSource): Promise<readonly XzStream[]> {
  const streams: XzStream[] = [];
  let { size: end } = source;
  if (end === 0) throw new Error('unexpected end of file');
  let padding = 0;
  while (end > 0) {
    const footer = await readFrame(source, end - FRAME_SIZE, FRAME_SIZE);
    if (isPadding(footer) && padding < MAX_PADDING) {
      padding += 4;
      end -= 4;
      continue;
    }
    const start = await findStart(source, footer, end);
    streams.unshift({ start, end });
    end = start;
  }
  return streams;
}

async function findStart(source: XzSource, footer: Uint8Array, end: number): Promise<number> {
  if (!isAt(footer, FRAME_SIZE - 2, FOOTER_MAGIC)) throw new Error('not xz data, or its end is missing');
  const indexSize = (viewOf(footer).getUint32(4, true) + 1) * 4;
  if (indexSize > MAX_INDEX_SIZE) throw new Error(`an xz index of ${indexSize} bytes`);
  const indexStart = end - FRAME_SIZE - indexSize;
  const start = indexStart - blocksSize(await readFrame(source, indexStart, indexSize)) - FRAME_SIZE;
  const header = await readFrame(source, start, FRAME_SIZE);
  if (!isAt(header, 0, HEADER_MAGIC)) throw new Error('not xz data, or a part of it is missing');
  return start;
}

/** Bytes of all blocks of a stream, by its index: an indicator, a count, and two numbers for each block. */
function blocksSize(index: Uint8Array): number {
  let at = 1;
  const next = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = index[at++];
      if (byte === undefined || scale > Number.MAX_SAFE_INTEGER) throw new Error('a corrupt xz index');
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  let size = 0;
  for (let blocks = next(); blocks > 0; blocks--) {
    size += Math.ceil(next() / 4) * 4;
    next();
  }
  return size;
}

async function readFrame(source: XzSource, start: number, length: number): Promise<Uint8Array> {
  if (start < 0 || start + length > source.size) throw new Error('unexpected end of file');
  return source.read(start, length);
}

// After a stream there may be zeros, a multiple of four; no footer ends with a zero.
function isPadding(footer: Uint8Array): boolean {
  return isAt(footer, FRAME_SIZE - 4, [0, 0, 0, 0]);
}

function isAt(bytes: Uint8Array, offset: number, expected: readonly number[]): boolean {
  return expected.every((byte, i) => bytes[offset + i] === byte);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
