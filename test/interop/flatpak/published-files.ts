/**
 * What a publisher wrote, and where two of them differ. Compressed files are compared by what they hold: which deflate made
 * them does not matter to anybody.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
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

/** The bytes that a published file stands for: `.gz` and `.delta` unpacked, everything else as it is. */
export function contentOf(directory: string, path: string): Buffer {
  const bytes = readFileSync(join(directory, path));
  return /\.(gz|delta)$/.test(path) ? gunzipSync(bytes) : bytes;
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
