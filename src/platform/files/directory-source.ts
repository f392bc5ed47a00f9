/**
 * A source over a local directory: a tree that was built here, or a mirror of one. Never leaves the directory by a path.
 */
import { resolve } from 'node:path';
import { RepomillError } from '../../errors.ts';
import type { Source } from '../../model/source.ts';
import { readStretch } from './read-range.ts';
import { resolveInside } from './resolve-inside.ts';

/** Reads a tree from a directory. */
export function directorySource(directory: string): Source {
  const root = resolve(directory);
  return {
    location: root,
    async fetch(path, { maxBytes, range, onBytes }) {
      const stretch = await readStretch(resolveInside(root, path), (fileSize) => {
        if (fileSize <= maxBytes) return range ?? { start: 0, length: fileSize };
        throw new RepomillError('integrity', `${path}: expected at most ${maxBytes} bytes, found ${fileSize}`);
      });
      if (stretch === undefined) return { kind: 'missing' };
      const { bytes } = stretch;
      onBytes?.(bytes.length);
      return { kind: range === undefined ? 'full' : 'partial', bytes, transferred: bytes.length };
    },
  };
}
