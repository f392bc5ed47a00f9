/**
 * Locations as a person writes them: a URL, or a path on this machine.
 */

/** Whether a location is a URL that can be fetched: `http://` or `https://`, in upper or lower case. */
export function isUrl(location: string): boolean {
  return /^https?:\/\//i.test(location);
}
