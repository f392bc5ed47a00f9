/**
 * Locations as users write them: a URL, or a local path.
 */

/** Whether a location is an `http://` or `https://` URL. Case-insensitive. */
export function isUrl(location: string): boolean {
  return /^https?:\/\//i.test(location);
}

/** A location without slashes at its end: `public` for `public/`. */
export function withoutEndSlash(location: string): string {
  return location.replace(/(?<=[^/])\/+$/, '');
}

/** A path below a location, for messages: `public/index.json`, whether the user wrote `public` or `public/`. */
export function pathBelow(location: string, path: string): string {
  return `${location.replace(/\/+$/, '')}/${path}`;
}
