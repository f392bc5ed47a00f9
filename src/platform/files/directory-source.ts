/**
 * A source over a local directory: a tree that was built here, or a mirror of one. No path leads out of the directory.
 */
import { resolve } from 'node:path';
import { RepomillError } from '../../errors.ts';
import type { Source } from '../../model/source.ts';
import { listTree } from './read-files.ts';
import { readRange } from './read-range.ts';
import { resolveInside } from './resolve-inside.ts';

/**
 * A published tree in a local directory.
 *
 * @example
 * const repository = await openRepository({ source: directorySource('public') });
 */
export function directorySource(directory: string): Source {
  const root = resolve(directory);
  return {
    location: root,
    directory: root,
    async fetch(path, { maxBytes, range, signal, onBytes }) {
      const choose = (fileSize: number): { readonly start: number; readonly length: number } => {
        if (fileSize <= maxBytes) return range ?? { start: 0, length: fileSize };
        throw new RepomillError('integrity', `expected at most ${maxBytes} bytes, found ${fileSize}`, { path });
      };
      const bytes = await readRange(resolveInside(root, path), choose, signal);
      if (bytes === undefined) return { kind: 'missing' };
      onBytes?.(bytes.length);
      return { kind: range === undefined ? 'full' : 'partial', bytes, transferred: bytes.length };
    },
    list: async (signal) => (await listTree(root, undefined, signal)).map(({ path }) => path),
  };
}
