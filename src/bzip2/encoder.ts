/**
 * Encodes bzip2 like the program `bzip2 -9` (libbzip2 1.0.8, compress.c), in time that depends on the size after shortening
 * runs. The bytes are the same as the program's, except for some blocks that repeat one string several times.
 *
 * Why our own: the JavaScript packages that encode bzip2 have had no release for years, and are slow with runs or under the
 * GPL; the others are native or WebAssembly.
 */
import { BitWriter } from './bits.ts';
import { type BlockCodes, chooseCodes, GROUP_SIZE } from './codes.ts';
import { RunShortener } from './runs.ts';
import { listSymbols, transformBlock } from './transform.ts';

/** "BZh9" in two halves: blocks of 900,000 bytes. */
const HEADER = [0x425a, 0x6839] as const;
// As in `decoder.ts`: pi for a block, the square root of pi for the end of a stream.
const BLOCK = [0x314159, 0x265359] as const;
const END = [0x177245, 0x385090] as const;

/**
 * Encodes bytes as one bzip2 stream.
 *
 * @param parts - the content; a number stands for that many zero bytes, which cost next to nothing
 */
export function encodeBzip2(parts: Iterable<Uint8Array | number>): Uint8Array {
  const writer = new BitWriter();
  let combined = 0;
  for (const half of HEADER) writer.write(half, 16);
  const shortener = new RunShortener((block, crc) => {
    combined = ((combined << 1) | (combined >>> 31)) ^ crc;
    writeBlock(writer, block, crc);
  });
  for (const part of parts) {
    if (typeof part === 'number') shortener.addRun(0, part);
    else shortener.add(part);
  }
  shortener.finish();
  for (const half of END) writer.write(half, 24);
  writer.writeUint32(combined);
  return writer.finish();
}

function writeBlock(writer: BitWriter, block: Uint8Array, crc: number): void {
  const { last, origin } = transformBlock(block);
  const listed = listSymbols(last);
  const codes = chooseCodes(listed);
  for (const half of BLOCK) writer.write(half, 24);
  writer.writeUint32(crc);
  // Not a randomised block; bzip2 has not written these since version 0.9.5.
  writer.write(0, 1);
  writer.write(origin, 24);
  writeAlphabet(writer, listed.bytes);
  writer.write(codes.lengths.length, 3);
  writer.write(codes.selectors.length, 15);
  writeSelectors(writer, codes);
  for (const lengths of codes.lengths) writeLengths(writer, lengths);
  writeSymbols(writer, listed.symbols, codes);
}

/** Writes the used byte values: 16 bits for the sixteenths of the range in use, then 16 bits for the values in each of these. */
function writeAlphabet(writer: BitWriter, bytes: Uint8Array): void {
  const rows = new Uint16Array(16);
  for (const byte of bytes) rows[byte >> 4] = (rows[byte >> 4] ?? 0) | (0x8000 >> (byte & 15));
  writer.write(
    rows.reduce((set, row, place) => (row === 0 ? set : set | (0x8000 >> place)), 0),
    16,
  );
  for (const row of rows) {
    if (row !== 0) writer.write(row, 16);
  }
}

/** Writes each selector as its position in the list of recent ones: that many one bits, then a zero. */
function writeSelectors(writer: BitWriter, { selectors, lengths }: BlockCodes): void {
  const recent = [...lengths.keys()];
  for (const selector of selectors) {
    const place = recent.indexOf(selector);
    recent.splice(place, 1);
    recent.unshift(selector);
    writer.write((1 << (place + 1)) - 2, place + 1);
  }
}

/** Writes the first length, then the steps from each to the next: 10 is one up, 11 is one down, 0 ends the steps. */
function writeLengths(writer: BitWriter, lengths: Uint8Array): void {
  let current = lengths[0] ?? 0;
  writer.write(current, 5);
  for (const length of lengths) {
    for (; current < length; current++) writer.write(0b10, 2);
    for (; current > length; current--) writer.write(0b11, 2);
    writer.write(0, 1);
  }
}

function writeSymbols(writer: BitWriter, symbols: Uint16Array, { lengths, selectors }: BlockCodes): void {
  const words = lengths.map(assignWords);
  for (let group = 0; group < selectors.length; group++) {
    const code = selectors[group] ?? 0;
    const groupWords = words[code];
    const groupLengths = lengths[code];
    const end = Math.min(symbols.length, (group + 1) * GROUP_SIZE);
    for (let i = group * GROUP_SIZE; i < end; i++) {
      const symbol = symbols[i] ?? 0;
      writer.write(groupWords?.[symbol] ?? 0, groupLengths?.[symbol] ?? 0);
    }
  }
}

/** The words of the canonical code: shorter before longer, equal lengths in the order of their symbols. */
function assignWords(lengths: Uint8Array): Int32Array {
  const words = new Int32Array(lengths.length);
  let word = 0;
  for (let length = Math.min(...lengths); length <= Math.max(...lengths); length++) {
    lengths.forEach((candidate, symbol) => {
      if (candidate === length) words[symbol] = word++;
    });
    word <<= 1;
  }
  return words;
}
