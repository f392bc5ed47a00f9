/**
 * What a publisher wrote, and where two of them differ. Compressed files are compared by what they hold: which deflate made
 * them does not matter to anybody.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { checkNormal } from '../../../src/glib/gvariant/check-normal.ts';
import { Variant } from '../../../src/glib/gvariant/variant.ts';
import { listPaths } from '../../workspace.ts';

const PUBLISHED = /^(config|summary(\.idx)?(\.sig)?|summaries\/.*|delta-indexes\/.*)$/;
const SIGNATURE = /\.sig$/;

/** Paths of everything that a publisher writes, sorted. */
export function publishedPaths(directory: string): readonly string[] {
  return listPaths(directory).filter((path) => PUBLISHED.test(path));
}

/** Where two trees differ: a text for each path, that starts with it; none where they are the same. Signatures are compared by name alone. */
export function differencesBetween(actual: string, expected: string): readonly string[] {
  const [found, wanted] = [new Set(publishedPaths(actual)), new Set(publishedPaths(expected))];
  return [
    ...[...wanted].filter((path) => !found.has(path)).map((path) => `${path}: missing`),
    ...[...found].filter((path) => !wanted.has(path)).map((path) => `${path}: unexpected`),
    ...[...wanted]
      .filter((path) => found.has(path) && !SIGNATURE.test(path))
      .flatMap((path) => differenceAt(path, contentOf(actual, path), contentOf(expected, path))),
  ];
}

/** The content of a published file: `.gz` and `.delta` unpacked, everything else as it is. */
export function contentOf(directory: string, path: string): Buffer {
  const bytes = readFileSync(join(directory, path));
  if (path.endsWith('.index')) return inOneOrder(bytes);
  return /\.(gz|delta)$/.test(path) ? gunzipSync(bytes) : bytes;
}

// Of several static deltas to one commit, libostree writes those that its hash table has in one place in another order each time:
// `ostree static-delta reindex` does not repeat its own bytes.
function inOneOrder(index: Buffer): Buffer {
  const deltas = checkNormal(new Variant('a{sv}', index)).lookup('ostree.static-deltas', 'a{sv}');
  const entries = [...(deltas?.children() ?? [])].map((entry) => Buffer.from(entry.bytes).toString('latin1'));
  return entries.length < 2 ? index : Buffer.from(`${index.length}\n${entries.sort().join('\n')}`, 'latin1');
}

function differenceAt(path: string, actual: Buffer, expected: Buffer): readonly string[] {
  if (actual.equals(expected)) return [];
  const length = Math.min(actual.length, expected.length);
  let offset = 0;
  while (offset < length && actual[offset] === expected[offset]) offset++;
  const around = (bytes: Buffer): string =>
    JSON.stringify(bytes.toString('latin1', Math.max(0, offset - 16), offset + 32));
  return [
    `${path}: ${actual.length} bytes, expected ${expected.length}; at ${offset} ${around(actual)}, expected ${around(expected)}`,
  ];
}
