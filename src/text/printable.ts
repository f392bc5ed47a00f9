/**
 * Text of strangers on a terminal: a package's description must not move the cursor or colour the screen.
 */

/** The text with control characters (line ends and tabs aside) and changes of direction shown as `\u001b`. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (control) =>
    control === '\n' || control === '\t' ? control : `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
