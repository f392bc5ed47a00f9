/**
 * The third step of bzip2: each byte becomes its place in the list of the recent bytes, and runs of place 0 become numbers.
 * Symbols 0 and 1 are the digits 1 and 2 of a run's length to base 2, the lowest first; place n is symbol n + 1.
 */

/** A block as symbols, ready for Huffman codes. */
export interface BlockSymbols {
  /** The last one marks the end, and stands nowhere else. */
  readonly symbols: Uint16Array;
  /** How often each symbol of the alphabet occurs. */
  readonly frequencies: Int32Array;
  /** The bytes that the block has, in order. */
  readonly bytes: Uint8Array;
}

/** Turns a transformed block into symbols. */
export function listSymbols(last: Uint8Array): BlockSymbols {
  const bytes = listBytes(last);
  const frequencies = new Int32Array(bytes.length + 2);
  const symbols = new Uint16Array(last.length + 1);
  const recent = bytes.slice();
  let size = 0;
  let front = recent[0] ?? 0;
  for (let i = 0; i < last.length; ) {
    const start = i;
    while (i < last.length && last[i] === front) i++;
    for (let run = i - start; run > 0; run = (run - 1) >>> 1) size = append(symbols, frequencies, size, (run - 1) & 1);
    if (i === last.length) break;
    front = last[i++] ?? 0;
    size = append(symbols, frequencies, size, moveToFront(recent, front) + 1);
  }
  size = append(symbols, frequencies, size, bytes.length + 1);
  return { symbols: symbols.subarray(0, size), frequencies, bytes };
}

function listBytes(last: Uint8Array): Uint8Array {
  const used = new Uint8Array(256);
  for (let i = 0; i < last.length; i++) used[last[i] ?? 0] = 1;
  return Uint8Array.from(used.keys()).filter((byte) => used[byte] === 1);
}

function append(symbols: Uint16Array, frequencies: Int32Array, size: number, symbol: number): number {
  symbols[size] = symbol;
  frequencies[symbol] = (frequencies[symbol] ?? 0) + 1;
  return size + 1;
}

/** Moves a byte that is not the first of the list there, and returns the place where it was. */
function moveToFront(recent: Uint8Array, byte: number): number {
  let place = 0;
  for (let moved = byte; ; place++) {
    const passed = recent[place] ?? 0;
    recent[place] = moved;
    if (passed === byte) return place;
    moved = passed;
  }
}
