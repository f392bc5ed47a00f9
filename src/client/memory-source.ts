/**
 * A source in memory: a tree as a map from path to bytes, for tests, for previews, and for pages that bring a tree along.
 */
import { RepomillError } from '../errors.ts';
import type { Source } from '../model/source.ts';

/** Reads from a map, which may change between fetches. */
export function memorySource(files: ReadonlyMap<string, Uint8Array>, location = 'memory'): Source {
  return {
    location,
    async fetch(path, { maxBytes, range }) {
      const whole = files.get(path);
      if (whole === undefined) return { kind: 'missing' };
      if (whole.length > maxBytes) {
        throw new RepomillError('integrity', `${path}: expected at most ${maxBytes} bytes, found ${whole.length}`);
      }
      if (range === undefined) return { kind: 'full', bytes: whole, transferred: whole.length };
      const bytes = whole.subarray(range.start, range.start + range.length);
      return { kind: 'partial', bytes, transferred: bytes.length };
    },
  };
}
