/** Opens the place of a published tree that a person names. */
import { RepomillError } from '../errors.ts';
import { isUrl } from '../model/location.ts';
import type { Source } from '../model/source.ts';
import { directorySource } from './files/directory-source.ts';
import { isDirectory } from './files/read-files.ts';
import { type HttpOptions, httpSource } from './http/http-source.ts';

/**
 * The source of a published tree, at a URL or in a directory. Throws a not-found error for a directory that is missing.
 *
 * @param http - how to talk to the host of a URL
 */
export async function openSource(place: string, http?: HttpOptions): Promise<Source> {
  if (isUrl(place)) return httpSource(place, http);
  if (await isDirectory(place)) return directorySource(place);
  throw new RepomillError('not-found', 'expected a directory, or a URL that begins with http:// or https://', {
    path: place,
  });
}
