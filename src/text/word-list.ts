/**
 * Lists of words in a sentence.
 */

/** `name`, `name and version`, `name, version and arch`. */
export function formatList(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
