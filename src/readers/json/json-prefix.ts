/**
 * Parses the beginning of a JSON text that was cut off: up to the last whole member or item, with all brackets closed.
 */

/** The value of the beginning of a JSON text; undefined if nothing in it is whole. */
export function parseJsonPrefix(text: string): unknown {
  const open: string[] = [];
  let cut = 0;
  let closing = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') {
      at = endOfOpenString(text, at);
    } else if (char === '{' || char === '[') {
      open.unshift(char === '{' ? '}' : ']');
    } else if (char === '}' || char === ']') {
      open.shift();
      if (open.length === 0) return tryParse(text.slice(0, at + 1));
    } else if (char === ',') {
      cut = at;
      closing = open.join('');
    }
  }
  return cut === 0 ? tryParse(text) : tryParse(text.slice(0, cut) + closing);
}

/** The offset of the quotation mark that ends a string, or the end of the text. */
function endOfOpenString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\') at++;
    else if (char === '"') return at;
  }
  return text.length;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
