/**
 * A bzip2 encoder for tests: slow, independent of the one in src/, and able to write what no honest encoder would.
 */

/** What to write instead of the truth. */
export interface Bzip2Lies {
  readonly level?: number;
  readonly randomised?: boolean;
  readonly origin?: number;
  readonly tableCount?: number;
  readonly selectorCount?: number;
  /** How many selectors are left out. */
  readonly missingSelectors?: number;
  /** A selector, in ones before its zero. */
  readonly selector?: number;
  /** Code lengths by symbol. */
  readonly lengths?: (symbols: number) => readonly number[];
  readonly blockCrc?: number;
  readonly streamCrc?: number;
  /** The block before the transform, instead of the text with its runs shortened. */
  readonly runs?: readonly number[];
  /** The symbols of the block, instead of those of the text. */
  readonly symbols?: readonly number[];
  readonly noEndMarker?: boolean;
}

/** Encodes one stream; each text becomes one block. */
export function encodeByTheBook(texts: readonly Uint8Array[], lies: Bzip2Lies = {}): Uint8Array {
  const bits = new BitWriter();
  bits.write(0x425a68, 24);
  bits.write(0x30 + (lies.level ?? 9), 8);
  let combined = 0;
  for (const text of texts) {
    const crc = lies.blockCrc ?? crcBitByBit(text);
    combined = ((combined << 1) | (combined >>> 31)) ^ crc;
    writeBlock(bits, lies.runs ?? shortenRuns(text), crc, lies);
  }
  if (lies.noEndMarker) return bits.take();
  bits.write(0x177245, 24);
  bits.write(0x385090, 24);
  bits.write(lies.streamCrc ?? combined, 32);
  return bits.take();
}

/** The definition of bzip2's CRC-32, one bit at a time. */
export function crcBitByBit(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return ~crc >>> 0;
}

/** The symbols of a run: its length in digits 1 and 2 (symbols 0 and 1) to base 2, the lowest first. */
export function runDigits(length: number): number[] {
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest = (rest - 1) >>> 1) digits.push((rest - 1) & 1);
  return digits;
}

class BitWriter {
  private readonly bytes: number[] = [];
  private count = 0;

  write(value: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) {
      if (this.count % 8 === 0) this.bytes.push(0);
      const last = this.bytes.length - 1;
      this.bytes[last] = (this.bytes[last] ?? 0) | (((value >>> bit) & 1) << (7 - (this.count % 8)));
      this.count++;
    }
  }

  take(): Uint8Array {
    return Uint8Array.from(this.bytes);
  }
}

function writeBlock(bits: BitWriter, runs: readonly number[], crc: number, lies: Bzip2Lies): void {
  const { last, origin } = transform(runs);
  const alphabet = [...new Set(last)].sort((a, b) => a - b);
  const symbols = lies.symbols ?? toSymbols(last, alphabet);
  const lengths = lies.lengths?.(alphabet.length + 2) ?? new Array<number>(alphabet.length + 2).fill(9);
  const codes = canonicalCodes(lengths);
  const groups = Math.ceil(symbols.length / 50);
  bits.write(0x314159, 24);
  bits.write(0x265359, 24);
  bits.write(crc, 32);
  bits.write(lies.randomised ? 1 : 0, 1);
  bits.write(lies.origin ?? origin, 24);
  writeAlphabet(bits, alphabet);
  bits.write(lies.tableCount ?? 2, 3);
  bits.write(lies.selectorCount ?? groups - (lies.missingSelectors ?? 0), 15);
  for (let group = 0; group < groups - (lies.missingSelectors ?? 0); group++) {
    // The two tables take turns: the first selector is at the front, each later one is second.
    const ones = lies.selector ?? (group === 0 ? 0 : 1);
    for (let i = 0; i < ones; i++) bits.write(1, 1);
    bits.write(0, 1);
  }
  for (let table = 0; table < 2; table++) writeLengths(bits, lengths);
  for (const symbol of symbols) bits.write(codes[symbol] ?? 0, lengths[symbol] ?? 0);
}

function shortenRuns(text: Uint8Array): number[] {
  const out: number[] = [];
  for (let at = 0; at < text.length; ) {
    const byte = text[at] ?? 0;
    let run = 1;
    while (run < 259 && text[at + run] === byte) run++;
    for (let i = 0; i < Math.min(run, 4); i++) out.push(byte);
    if (run >= 4) out.push(run - 4);
    at += run;
  }
  return out;
}

/** Sorts all rotations, by definition. */
function transform(bytes: readonly number[]): { readonly last: number[]; readonly origin: number } {
  const size = bytes.length;
  const starts = bytes.map((_, start) => start);
  starts.sort((a, b) => {
    for (let i = 0; i < size; i++) {
      const difference = (bytes[(a + i) % size] ?? 0) - (bytes[(b + i) % size] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  return { last: starts.map((start) => bytes[(start + size - 1) % size] ?? 0), origin: starts.indexOf(0) };
}

function toSymbols(last: readonly number[], alphabet: readonly number[]): number[] {
  const recent = [...alphabet];
  const symbols: number[] = [];
  let zeros = 0;
  const flush = (): void => {
    symbols.push(...runDigits(zeros));
    zeros = 0;
  };
  for (const byte of last) {
    const place = recent.indexOf(byte);
    if (place === 0) {
      zeros++;
      continue;
    }
    flush();
    recent.splice(place, 1);
    recent.unshift(byte);
    symbols.push(place + 1);
  }
  flush();
  symbols.push(alphabet.length + 1);
  return symbols;
}

function writeAlphabet(bits: BitWriter, alphabet: readonly number[]): void {
  const rows = Array.from({ length: 16 }, (_, row) => alphabet.filter((byte) => byte >> 4 === row));
  for (const row of rows) bits.write(row.length > 0 ? 1 : 0, 1);
  for (const row of rows) {
    for (let column = 0; row.length > 0 && column < 16; column++) {
      bits.write(row.some((byte) => (byte & 15) === column) ? 1 : 0, 1);
    }
  }
}

function writeLengths(bits: BitWriter, lengths: readonly number[]): void {
  let current = lengths[0] ?? 0;
  bits.write(current, 5);
  for (const length of lengths) {
    for (; current < length; current++) bits.write(0b10, 2);
    for (; current > length; current--) bits.write(0b11, 2);
    bits.write(0, 1);
  }
}

function canonicalCodes(lengths: readonly number[]): number[] {
  const codes: number[] = [];
  let code = 0;
  for (let length = 1; length <= 20; length++) {
    lengths.forEach((candidate, symbol) => {
      if (candidate === length) codes[symbol] = code++;
    });
    code *= 2;
  }
  return codes;
}
