/**
 * Places that a person names on the command line: a URL, a directory, a file.
 */
import { RepomillError } from '../errors.ts';
import { MAX_SUMMARY_SIZE } from '../model/limits.ts';
import type { Source } from '../model/source.ts';
import { directorySource } from '../platform/files/directory-source.ts';
import { isDirectory, readIfPresent } from '../platform/files/files.ts';
import { httpSource } from '../platform/http/http-source.ts';

/** Whether a place is a URL that can be fetched. */
export function isUrl(place: string): boolean {
  return /^https?:\/\//i.test(place);
}

/** The source of a published tree. Throws a not-found error for a directory that is not there. */
export async function openSource(place: string): Promise<Source> {
  if (isUrl(place)) return httpSource(place);
  if (await isDirectory(place)) return directorySource(place);
  throw new RepomillError('not-found', `${place}: expected a directory or a URL that begins with http:// or https://`);
}

/** What the files of a tree are called that a person may name by their URL. */
const FILE_NAME = /\.(?:json|gz|bsdiff|idx|delta|sig|index|commit)$|^summary$/;

/** The bytes of a file, of the URL of a file, or of the first of `paths` that a tree has; undefined where there is none. */
export async function readPlace(place: string, paths: readonly string[]): Promise<Uint8Array | undefined> {
  if (!isUrl(place)) return (await isDirectory(place)) ? firstOf(directorySource(place), paths) : readIfPresent(place);
  const slash = place.lastIndexOf('/');
  const last = place.slice(slash + 1);
  return FILE_NAME.test(last) ? firstOf(httpSource(place.slice(0, slash)), [last]) : firstOf(httpSource(place), paths);
}

async function firstOf(source: Source, paths: readonly string[]): Promise<Uint8Array | undefined> {
  for (const path of paths) {
    const found = await source.fetch(path, { maxBytes: MAX_SUMMARY_SIZE });
    if (found.kind === 'full') return found.bytes;
  }
  return undefined;
}
