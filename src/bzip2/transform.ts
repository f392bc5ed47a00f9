/**
 * The second and third steps of encoding a block. The Burrows-Wheeler transform groups bytes that are followed by the same
 * text. Move-to-front then turns recently seen bytes into small numbers, and runs of the most recent byte into the digits of
 * their length.
 */
import { suffixArray } from '../bytes/suffix-array.ts';

/** A block in the order of its sorted rotations. */
export interface TransformedBlock {
  /** The last byte of each rotation. */
  readonly last: Uint8Array;
  /** The position of the block itself among its rotations. */
  readonly origin: number;
}

/**
 * Transforms a block of at least one byte. A block that repeats a shorter string has equal rotations, and any of them can be
 * the origin; this takes the last one, as bzip2 usually does.
 */
export function transformBlock(block: Uint8Array): TransformedBlock {
  const size = block.length;
  const { start, period } = findLeastRotation(block);
  const least = new Uint8Array(size);
  least.set(block.subarray(start));
  least.set(block.subarray(0, start), size - start);
  // The least rotation is a Lyndon word or a power of one, so its suffixes sort like the rotations that start with them.
  const order = suffixArray(least);
  const last = new Uint8Array(size);
  for (let i = 0; i < size; i++) last[i] = least[(order[i] || size) - 1] ?? 0;
  // Among equal rotations, the longest suffix comes last.
  return { last, origin: order.indexOf(start === 0 ? 0 : period - start) };
}

/**
 * The start of the first least rotation, and the period of the block: the number of bytes after which it repeats, or its size.
 * Of two candidates, the larger one skips the part in which it lost; equal ones remain candidates to the end.
 */
function findLeastRotation(block: Uint8Array): { readonly start: number; readonly period: number } {
  const size = block.length;
  let a = 0;
  let b = 1;
  let same = 0;
  while (a < size && b < size && same < size) {
    const atA = a + same < size ? a + same : a + same - size;
    const atB = b + same < size ? b + same : b + same - size;
    const difference = (block[atA] ?? 0) - (block[atB] ?? 0);
    if (difference === 0) {
      same++;
      continue;
    }
    if (difference > 0) a += same + 1;
    else b += same + 1;
    if (a === b) b++;
    same = 0;
  }
  return { start: Math.min(a, b), period: same === size ? Math.abs(a - b) : size };
}

/**
 * A block as symbols, ready for Huffman coding. Symbols 0 and 1 are the digits 1 and 2 of a run's length in base 2, lowest
 * first. Symbol n + 1 is the byte at position n in the list of recent bytes. The last symbol ends the block.
 */
export interface BlockSymbols {
  readonly symbols: Uint16Array;
  /** How often each symbol of the alphabet occurs. */
  readonly frequencies: Int32Array;
  /** The distinct bytes of the block, in order. */
  readonly bytes: Uint8Array;
}

/** Turns the bytes of a transformed block into symbols. */
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

/** Moves a byte that is not yet at the front of the list there, and returns its former position. */
function moveToFront(recent: Uint8Array, byte: number): number {
  let place = 0;
  for (let moved = byte; ; place++) {
    const passed = recent[place] ?? 0;
    recent[place] = moved;
    if (passed === byte) return place;
    moved = passed;
  }
}
