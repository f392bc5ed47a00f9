/**
 * Decompression of Zstandard, by the package `fzstd`. It compares no checksum and allocates whatever window a frame asks for, so
 * frames are taken apart here: a file is read to its last byte, or is an error. RFC 8878, section 3.1 (frames).
 */
import { Decompress } from 'fzstd';
import { ByteWindow } from '../../bytes/byte-window.ts';
import { concatBytes } from '../../bytes/bytes.ts';
import { createStreamHash } from '../hash/fingerprint.ts';

const MAGIC = 0xfd2fb528;

/** Frames of any other content, to skip: 16 magic numbers. */
const SKIPPABLE_MAGIC = 0x184d2a50;

/** Bytes. What the program zstd allows by default; none of its levels needs more. */
const MAX_WINDOW = 128 * 1024 * 1024;

/** Bytes of content in a block, which is also the most that a block may have in the file. */
const MAX_BLOCK = 128 * 1024;

/** Types of blocks: one that repeats a byte, and one that must not occur. */
const RUN = 1;
const RESERVED = 3;

/**
 * The content of one or more frames, whose bytes arrive in chunks. The checksum of a frame is compared after its last byte.
 *
 * @throws Error if they are cut off, corrupt, need a dictionary or more memory than is allowed, or are followed by anything else
 */
export async function* readZstd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const source = new ByteSource(chunks);
  try {
    do {
      const magic = await source.takeInteger(4);
      if (magic === MAGIC) yield* decodeFrame(source);
      else if (magic - (magic % 16) === SKIPPABLE_MAGIC) await source.skip(await source.takeInteger(4));
      else throw new Error('not zstd data, or something else after it');
    } while (!(await source.isAtEnd()));
  } finally {
    await source.close();
  }
}

async function* decodeFrame(source: ByteSource): AsyncGenerator<Uint8Array, void> {
  const { bytes, window, contentSize, hasChecksum } = await takeHeader(source);
  let blockHeader = await source.take(3);
  const hash = await createStreamHash();
  const decoded: Uint8Array[] = [];
  let size = 0;
  const decoder = new Decompress((chunk) => {
    decoded.push(chunk);
    hash.update(chunk);
    size += chunk.length;
  });
  decode(decoder, isLastBlock(blockHeader) ? withSmallWindow(bytes) : bytes, false);
  let checksum: number | undefined;
  for (let isLast = false; !isLast; ) {
    const header = integerOf(blockHeader);
    isLast = isLastBlock(blockHeader);
    const type = (header >> 1) % 4;
    const length = header >> 3;
    if (type === RESERVED || length > Math.min(MAX_BLOCK, window)) throw new Error('corrupt zstd data');
    const block = [blockHeader, await source.take(type === RUN ? 1 : length)];
    if (isLast && hasChecksum) {
      const last = await source.take(4);
      checksum = integerOf(last);
      block.push(last);
    }
    decode(decoder, concatBytes(block), isLast);
    yield* decoded.splice(0);
    if (!isLast) blockHeader = await source.take(3);
  }
  const isWrong = checksum !== undefined && BigInt(checksum) !== BigInt.asUintN(32, hash.digest());
  if (isWrong || (contentSize !== undefined && contentSize !== size)) throw new Error('corrupt zstd data');
}

function isLastBlock(header: Uint8Array): boolean {
  return integerOf(header) % 2 === 1;
}

/** The header of a frame with only one block, which refers to no more than a block: the decoder allocates what is announced. */
function withSmallWindow(bytes: Uint8Array): Uint8Array {
  const isSingleSegment = ((bytes[4] ?? 0) & 0b10_0000) !== 0;
  if (isSingleSegment || windowOf(bytes[5] ?? 0) <= MAX_BLOCK) return bytes;
  const small = bytes.slice();
  small[5] = BLOCK_WINDOW;
  return small;
}

/** How a header announces a window of `MAX_BLOCK` bytes. */
const BLOCK_WINDOW = 7 << 3;

interface FrameHeader {
  /** The whole header, magic number included. */
  readonly bytes: Uint8Array;
  /** How far back the content may refer, in bytes. */
  readonly window: number;
  /** In bytes; undefined if the frame does not say. */
  readonly contentSize: number | undefined;
  readonly hasChecksum: boolean;
}

async function takeHeader(source: ByteSource): Promise<FrameHeader> {
  const descriptor = await source.take(1);
  const [flags = 0] = descriptor;
  if ((flags & 0b1000) !== 0) throw new Error('corrupt zstd data');
  const isSingleSegment = (flags & 0b10_0000) !== 0;
  const windowBytes = await source.take(isSingleSegment ? 0 : 1);
  const dictionary = await source.take([0, 1, 2, 4][flags & 0b11] ?? 0);
  if (integerOf(dictionary) !== 0) throw new Error('zstd data that needs a dictionary');
  const sizeBytes = await source.take([isSingleSegment ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0);
  // A size of two bytes does not repeat what one byte can say.
  const contentSize = sizeBytes.length === 0 ? undefined : integerOf(sizeBytes) + (sizeBytes.length === 2 ? 256 : 0);
  const window = isSingleSegment ? (contentSize ?? 0) : windowOf(integerOf(windowBytes));
  if (window > MAX_WINDOW)
    throw new Error(`zstd data with a window of ${window} bytes: expected at most ${MAX_WINDOW}`);
  const bytes = concatBytes([MAGIC_BYTES, descriptor, windowBytes, dictionary, sizeBytes]);
  return { bytes, window, contentSize, hasChecksum: (flags & 0b100) !== 0 };
}

const MAGIC_BYTES = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd);

/** Five bits of an exponent, three of a mantissa. */
function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor % 8);
}

function decode(decoder: Decompress, bytes: Uint8Array, isEnd: boolean): void {
  try {
    decoder.push(bytes, isEnd);
  } catch (cause) {
    throw new Error('corrupt zstd data', { cause });
  }
}

/** An integer of up to six bytes, or of eight if it is below 2^53: lowest byte first. */
function integerOf(bytes: Uint8Array): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}

/** Bytes that arrive in chunks, and are taken in any number. */
class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #window = new ByteWindow();

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async isAtEnd(): Promise<boolean> {
    while (this.#window.length === 0) if (!(await this.#load())) return true;
    return false;
  }

  /** A copy of the next bytes. Throws an Error if there are fewer. */
  async take(count: number): Promise<Uint8Array> {
    while (this.#window.length < count) if (!(await this.#load())) throw new Error('unexpected end of file');
    const bytes = this.#window.bytes.slice(0, count);
    this.#window.drop(count);
    return bytes;
  }

  async takeInteger(count: number): Promise<number> {
    return integerOf(await this.take(count));
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      if (await this.isAtEnd()) throw new Error('unexpected end of file');
      const skipped = Math.min(left, this.#window.length);
      this.#window.drop(skipped);
      left -= skipped;
    }
  }

  /** Closes what the chunks come from. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #load(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (done === true) return false;
    this.#window.append(value);
    return true;
  }
}
