/**
 * Words of a command line as a person can paste them into a shell.
 */

/** A word, in quotation marks if a shell would take it apart. */
export function quoteWord(word: string): string {
  return /^[\w./=:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A command line. */
export function formatCommandLine(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}
