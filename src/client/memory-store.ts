/**
 * A store in memory, for tests and for pages that keep nothing.
 */
import type { Store } from '../model/store.ts';

/** Keeps bytes in a map, which the caller may look into. */
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
