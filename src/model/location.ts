/**
 * Locations as users write them: a URL, or a local path.
 */

/** Whether a location is an `http://` or `https://` URL. Case-insensitive. */
export function isUrl(location: string): boolean {
  return /^https?:\/\//i.test(location);
}
