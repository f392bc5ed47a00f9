/**
 * bzip2, decoding alone: the streams of a delta are bzip2, no runtime has a decoder built in, and seek-bzip, the usual
 * choice, needs Node's Buffer. Strict: every checksum is compared, nothing may follow the last stream, and memory and
 * time are bounded by the source and by what the caller allows. Format: libbzip2 1.0.8, decompress.c.
 */
import { RepomillError } from '../errors.ts';
import { BitReader } from './bit-reader.ts';
import { type Bzip2Scratch, createScratch, readBlock } from './block.ts';
import { ArraySink, type ByteSink, Bzip2Output } from './output.ts';
import { writeText } from './text.ts';

const MAGIC = 0x425a68; // "BZh"
const ZERO = 0x30;
const LEVEL_SIZE = 100_000;
// Both markers have 48 bits and are read in halves: pi for a block, the square root of pi for the end of a stream.
const BLOCK = [0x314159, 0x265359] as const;
const END = [0x177245, 0x385090] as const;
/** Decoded bytes to make room for before the first block tells more. */
const FIRST_SIZE = 1 << 16;

/**
 * The content of one or several bzip2 streams, one behind the other.
 *
 * @param maxOutput - bytes; a source that holds more is refused before they are kept
 * @throws RepomillError `format` when the source is cut, corrupt, too large or followed by anything else
 */
export function decodeBzip2(source: Uint8Array, maxOutput: number): Uint8Array {
  const sink = new ArraySink(new Uint8Array(Math.min(FIRST_SIZE, maxOutput)));
  decodeBzip2Within(sink, source, maxOutput);
  return sink.length === sink.bytes.length ? sink.bytes : sink.bytes.slice(0, sink.length);
}

/**
 * Fills `target` with the content of bzip2 streams.
 *
 * @throws RepomillError `format` as `decodeBzip2` does, and when the content is not exactly as long as `target`
 */
export function decodeBzip2Into(source: Uint8Array, target: Uint8Array): void {
  decodeBzip2To(new ArraySink(target), source, target.length);
}

/**
 * Hands the content of bzip2 streams to a sink, as `decodeBzip2Within` does.
 *
 * @throws RepomillError `format` also when there are not exactly `size` bytes
 */
export function decodeBzip2To(sink: ByteSink, source: Uint8Array, size: number): void {
  const found = decodeBzip2Within(sink, source, size);
  if (found !== size) throw new RepomillError('format', `bzip2: expected ${size} bytes, found ${found}`);
}

/**
 * Hands the content of bzip2 streams to a sink, piece by piece. Checksums are compared later than that: what the sink has made
 * of it counts for nothing unless this returns.
 *
 * @param maxOutput - bytes; the sink receives no more
 * @returns how many bytes the sink received
 * @throws RepomillError `format` as `decodeBzip2` does
 */
export function decodeBzip2Within(sink: ByteSink, source: Uint8Array, maxOutput: number): number {
  const output = new Bzip2Output(sink, maxOutput);
  const reader = new BitReader(source);
  const scratch = createScratch();
  do {
    decodeStream(reader, scratch, output);
    reader.align();
  } while (!reader.done);
  return output.length;
}

function decodeStream(reader: BitReader, scratch: Bzip2Scratch, output: Bzip2Output): void {
  if (reader.read(24) !== MAGIC) throw new RepomillError('format', 'bzip2: expected a stream that begins with BZh');
  const level = reader.read(8) - ZERO;
  if (level < 1 || level > 9) throw new RepomillError('format', 'bzip2: expected a block size from 1 to 9');
  const capacity = level * LEVEL_SIZE;
  let combined = 0;
  for (;;) {
    const marker = [reader.read(24), reader.read(24)];
    const expected = reader.readUint32();
    if (isMarker(marker, END)) {
      checkCrc('a stream', expected, combined);
      return;
    }
    if (!isMarker(marker, BLOCK)) throw new RepomillError('format', 'bzip2: expected a block or the end of a stream');
    if (scratch.entries.length < capacity) scratch.entries = new Int32Array(capacity);
    writeText(readBlock(reader, scratch, capacity), scratch, output);
    checkCrc('a block', expected, output.finishBlock());
    combined = (((combined << 1) | (combined >>> 31)) ^ expected) >>> 0;
  }
}

function isMarker(found: readonly number[], marker: readonly [number, number]): boolean {
  return found[0] === marker[0] && found[1] === marker[1];
}

function checkCrc(what: string, expected: number, actual: number): void {
  if (expected === actual) return;
  const [wanted, found] = [expected, actual].map((crc) => crc.toString(16).padStart(8, '0'));
  throw new RepomillError('format', `bzip2: checksum of ${what}: expected ${wanted}, found ${found}`);
}
