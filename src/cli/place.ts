/**
 * Places that are given on the command line: a URL, a directory, a file.
 */
import { RepomillError } from '../errors.ts';
import { MAX_SUMMARY_SIZE } from '../model/limits.ts';
import { isUrl } from '../model/location.ts';
import type { Source } from '../model/source.ts';
import { directorySource } from '../platform/files/directory-source.ts';
import { isDirectory, readIfPresent } from '../platform/files/read-files.ts';
import { httpSource } from '../platform/http/http-source.ts';

/** Opens a published tree. Throws a not-found error if the place is neither a URL nor a directory. */
export async function openSource(place: string): Promise<Source> {
  if (isUrl(place)) return httpSource(place);
  if (await isDirectory(place)) return directorySource(place);
  throw new RepomillError('not-found', 'no such directory, and not an http:// or https:// URL', { path: place });
}

/** Names of tree files that may be given by URL. */
const FILE_NAME = /\.(?:json|gz|bsdiff|idx|delta|sig|index|commit)$|^summary$/;

/** The bytes of a file, of a file's URL, or of the first of `paths` that a tree has; undefined if there is no such file. */
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
