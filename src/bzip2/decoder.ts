/**
 * Decodes bzip2 (libbzip2 1.0.8, decompress.c). Strict: compares every checksum and allows nothing after the last stream.
 * Memory and time are bounded by the source and by the caller's limit. Runs in browsers.
 *
 * Why our own: no runtime has a bzip2 decoder, and seek-bzip, the usual package, needs Node's Buffer.
 */
import { RepomillError } from '../errors.ts';
import { BitReader } from './bits.ts';
import { type Bzip2Block, type Bzip2Scratch, createScratch, readBlock } from './block.ts';
import { CRC_START, extendCrc, extendCrcByRun, finishCrc } from './crc.ts';

/** Receives decoded bytes in order. Long runs arrive as lengths, so they cost only what the receiver does with them. */
export interface ByteSink {
  /** The bytes from `start` to `end`, valid until this returns. */
  take(bytes: Uint8Array, start: number, end: number): void;
  /** The same byte `count` times. */
  takeRun(byte: number, count: number): void;
}

const MAGIC = 0x425a68; // "BZh"
const ZERO = 0x30;
const LEVEL_SIZE = 100_000;
// Both markers have 48 bits and are read in halves. A block has the digits of pi, the end of a stream those of its square root.
const BLOCK = [0x314159, 0x265359] as const;
const END = [0x177245, 0x385090] as const;

/**
 * Fills `target` with the content of one or more concatenated bzip2 streams.
 *
 * @throws RepomillError `format` if the source is cut off, corrupt, or followed by anything else, and if its content is not
 * exactly as long as `target`
 */
export function decodeBzip2Into(source: Uint8Array, target: Uint8Array): void {
  decodeBzip2Exactly(source, new ArraySink(target), target.length);
}

/**
 * Decodes bzip2 streams into a sink, like `decodeBzip2`.
 *
 * @throws RepomillError `format`, also if they do not hold exactly `size` bytes
 */
export function decodeBzip2Exactly(source: Uint8Array, sink: ByteSink, size: number): void {
  const found = decodeBzip2(source, sink, size);
  if (found !== size) throw new RepomillError('format', `bzip2: expected ${size} bytes, found ${found}`);
}

/**
 * Decodes bzip2 streams into a sink. The checksum of a block is compared only after the sink has received it, so nothing made
 * from the bytes may be used unless this returns.
 *
 * @param maxOutput - bytes; the sink receives no more
 * @returns how many bytes the sink received
 * @throws RepomillError `format` if the source is cut off, corrupt, too large, or followed by anything else
 */
export function decodeBzip2(source: Uint8Array, sink: ByteSink, maxOutput: number): number {
  const output = new Bzip2Output(sink, maxOutput);
  for (const _ of decodeSteps(new BitReader(source), output));
  return output.length;
}

/**
 * Decodes all streams. Pauses before each step (a header, a block, an end), where `reader` may be given more bytes. Throws like
 * `decodeBzip2`.
 */
export function* decodeSteps(reader: BitReader, output: Bzip2Output): Generator<void, void> {
  const scratch = createScratch();
  do {
    yield;
    yield* decodeStream(reader, scratch, output);
    reader.align();
    yield;
  } while (!reader.done);
}

function* decodeStream(reader: BitReader, scratch: Bzip2Scratch, output: Bzip2Output): Generator<void, void> {
  if (reader.read(24) !== MAGIC) throw new RepomillError('format', 'bzip2: expected a stream that begins with BZh');
  const level = reader.read(8) - ZERO;
  if (level < 1 || level > 9) throw new RepomillError('format', 'bzip2: expected a block size from 1 to 9');
  const capacity = level * LEVEL_SIZE;
  let combined = 0;
  for (;;) {
    yield;
    const marker = [reader.read(24), reader.read(24)];
    const expected = reader.readUint32();
    if (isMarker(marker, END)) {
      checkCrc('a stream', expected, combined);
      return;
    }
    if (!isMarker(marker, BLOCK)) throw new RepomillError('format', 'bzip2: expected a block or the end of a stream');
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

/** After this many equal bytes, the next byte is the number of further repetitions. */
const RUN = 4;

/** Writes the text of a block read by `readBlock` to the output, equal bytes together. */
function writeText(block: Bzip2Block, scratch: Bzip2Scratch, output: Bzip2Output): void {
  linkEntries(scratch, block.length);
  const { entries } = scratch;
  let position = (entries[block.origin] ?? 0) >>> 8;
  let previous = -1;
  let run = 0;
  let repeats = 0;
  for (let left = block.length; left > 0; left--) {
    const entry = entries[position] ?? 0;
    position = entry >>> 8;
    const byte = entry & 0xff;
    if (repeats === RUN) {
      run += byte;
      repeats = 0;
    } else if (byte === previous) {
      run++;
      repeats++;
    } else {
      if (run > 0) output.write(previous, run);
      previous = byte;
      run = 1;
      repeats = 1;
    }
  }
  if (repeats === RUN) throw new RepomillError('format', 'bzip2: a block ends before the length of its last run');
  output.write(previous, run);
}

/** Inverts the transform: puts the position where the text continues into the high 24 bits of each entry. */
function linkEntries({ entries, counts }: Bzip2Scratch, length: number): void {
  const starts = new Int32Array(256);
  let sum = 0;
  for (let byte = 0; byte < 256; byte++) {
    starts[byte] = sum;
    sum += counts[byte] ?? 0;
  }
  for (let i = 0; i < length; i++) {
    const byte = (entries[i] ?? 0) & 0xff;
    const place = starts[byte] ?? 0;
    starts[byte] = place + 1;
    entries[place] = (entries[place] ?? 0) | (i << 8);
  }
}

/** Shorter runs are passed on as bytes. */
const LONG_RUN = 32;
const BUFFER_SIZE = 1 << 14;

/** Passes decoded bytes to a sink, counts them up to a limit, and computes the checksum of each block. */
export class Bzip2Output {
  /** Bytes so far. */
  length = 0;
  readonly #sink: ByteSink;
  readonly #limit: number;
  readonly #buffer = new Uint8Array(BUFFER_SIZE);
  #buffered = 0;
  #crc = CRC_START;

  /** @param limit - how many bytes may be decoded */
  constructor(sink: ByteSink, limit: number) {
    this.#sink = sink;
    this.#limit = limit;
  }

  /** Appends the same byte `count` times. Throws a format error past the limit, before the sink sees it. */
  write(byte: number, count: number): void {
    this.length += count;
    if (this.length > this.#limit) {
      throw new RepomillError('format', `bzip2: more than the expected ${this.#limit} bytes`);
    }
    if (count < LONG_RUN) {
      if (this.#buffered + count > BUFFER_SIZE) this.#flush();
      for (let left = count; left > 0; left--) this.#buffer[this.#buffered++] = byte;
      return;
    }
    this.#flush();
    this.#crc = extendCrcByRun(this.#crc, byte, count);
    this.#sink.takeRun(byte, count);
  }

  /** Passes on the rest of a block and returns its CRC-32. */
  finishBlock(): number {
    this.#flush();
    const crc = finishCrc(this.#crc);
    this.#crc = CRC_START;
    return crc;
  }

  #flush(): void {
    if (this.#buffered === 0) return;
    this.#crc = extendCrc(this.#crc, this.#buffer, 0, this.#buffered);
    this.#sink.take(this.#buffer, 0, this.#buffered);
    this.#buffered = 0;
  }
}

/** Fills an array that must be large enough. */
class ArraySink implements ByteSink {
  readonly #target: Uint8Array;
  #length = 0;

  constructor(target: Uint8Array) {
    this.#target = target;
  }

  take(bytes: Uint8Array, start: number, end: number): void {
    this.#target.set(bytes.subarray(start, end), this.#length);
    this.#length += end - start;
  }

  takeRun(byte: number, count: number): void {
    this.#target.fill(byte, this.#length, this.#length + count);
    this.#length += count;
  }
}
