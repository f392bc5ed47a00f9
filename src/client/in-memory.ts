/**
 * A source and a store in memory: for tests, previews, and web pages that contain a tree or store nothing.
 */
import { RepomillError, throwIfAborted } from '../errors.ts';
import type { Source } from '../model/source.ts';
import type { Store } from '../model/store.ts';

/**
 * A published tree in a map from path to bytes. The map may change between fetches.
 *
 * @param location - the tree's name in messages
 * @example
 * const repository = await openRepository({ source: memorySource(new Map([['index.json', bytes]])) });
 */
export function memorySource(files: ReadonlyMap<string, Uint8Array>, location = 'memory'): Source {
  return {
    location,
    async fetch(path, { maxBytes, range, signal }) {
      throwIfAborted(signal);
      const whole = files.get(path);
      if (whole === undefined) return { kind: 'missing' };
      if (whole.length > maxBytes) {
        throw new RepomillError('integrity', `expected at most ${maxBytes} bytes, found ${whole.length}`, { path });
      }
      if (range === undefined) return { kind: 'full', bytes: whole, transferred: whole.length };
      const bytes = whole.subarray(range.start, range.start + range.length);
      return { kind: 'partial', bytes, transferred: bytes.length };
    },
    list: async () => [...files.keys()],
  };
}

/**
 * A client's copy in a map from name to bytes, which the caller may inspect. Nothing is kept on disk.
 *
 * @example
 * const store = memoryStore();
 * await pull({ source: httpSource('https://example.org/repo'), store });
 * const repository = await openRepository({ store });
 */
export function memoryStore(kept: Map<string, Uint8Array> = new Map()): Store {
  return {
    location: 'memory',
    read: async (name) => kept.get(name),
    readRange: async (name, start, length) => kept.get(name)?.subarray(start, start + length),
    async write(name, bytes) {
      kept.set(name, bytes);
    },
    async remove(name) {
      kept.delete(name);
    },
    list: async () => [...kept.keys()],
  };
}
