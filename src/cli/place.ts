/**
 * Places that a person names on the command line: a URL, a directory, a file.
 */
import { RepomillError } from '../errors.ts';
import { MAX_SUMMARY_SIZE } from '../model/limits.ts';
import type { Source } from '../model/source.ts';
import { directorySource } from '../platform/directory-source.ts';
import { isDirectory, readIfPresent } from '../platform/files.ts';
import { httpSource } from '../platform/http-source.ts';

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

/** The bytes of a file, of the URL of a file, or of the file `path` in a tree; undefined where there is none. */
export async function readPlace(place: string, path: string): Promise<Uint8Array | undefined> {
  if (!isUrl(place)) return readIfPresent((await isDirectory(place)) ? `${place}/${path}` : place);
  const slash = place.lastIndexOf('/');
  const last = place.slice(slash + 1);
  const source = /\.(json|gz|bsdiff)$/.test(last) ? httpSource(place.slice(0, slash)) : httpSource(place);
  const found = await source.fetch(/\.(json|gz|bsdiff)$/.test(last) ? last : path, { maxBytes: MAX_SUMMARY_SIZE });
  return found.kind === 'full' ? found.bytes : undefined;
}
