/**
 * Paths of a tree for people: the first twelve digits of a digest tell it from all others.
 */

/** The path with each digest shortened. */
export function shortPath(path: string): string {
  return path.replace(/([0-9a-f]{12})[0-9a-f]{52}/g, '$1…');
}
