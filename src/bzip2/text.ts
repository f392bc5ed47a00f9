/**
 * The second half of decoding a bzip2 block: the inverse Burrows-Wheeler transform, and the runs that were shortened before it.
 */
import { RepomillError } from '../errors.ts';
import type { Bzip2Block, Bzip2Scratch } from './block.ts';
import type { Bzip2Output } from './output.ts';

/** After so many equal bytes, the next one tells how many more of them follow. */
const RUN = 4;

/** Appends the text of a block that `readBlock` has read to the output. Equal bytes go there together. */
export function writeText(block: Bzip2Block, scratch: Bzip2Scratch, output: Bzip2Output): void {
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

/** Puts into each entry's high 24 bits where the text goes on: the inverse of the transform, as a linked list. */
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
