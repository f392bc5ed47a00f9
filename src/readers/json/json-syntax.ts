/**
 * Where a JSON text goes wrong. JSON.parse decides whether a text is JSON; this is for a text that it refused, since what
 * its own error tells differs from engine to engine. It needs no stack, however deep the text nests.
 */

/** The first place at which a text stops being JSON. */
export interface JsonError {
  /** In UTF-16 code units; the length of the text where the text ends too early. */
  readonly offset: number;
  /** What could have stood there, as a phrase. */
  readonly expected: string;
}

/** Finds the first error (RFC 8259); undefined for a text that is JSON. */
export function findJsonError(text: string): JsonError | undefined {
  const open: string[] = [];
  let state: State = 'value';
  let at = 0;
  for (;;) {
    at = skipWhiteSpace(text, at);
    const char = text.charAt(at);
    if (state === 'end') return char === '' ? undefined : { offset: at, expected: 'the end' };
    if (endsHere(state, char, open.at(-1))) {
      open.pop();
      at++;
      state = open.length === 0 ? 'end' : 'separator';
    } else if ((state === 'value' || state === 'first value') && (char === '[' || char === '{')) {
      open.push(char);
      at++;
      state = char === '[' ? 'first value' : 'first key';
    } else {
      const next = passToken(text, at, state);
      if (typeof next !== 'number') return next.expected === '' ? { ...next, expected: phrase(state, open) } : next;
      at = next;
      state = stateAfter(state, open);
    }
  }
}

type State = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'separator' | 'end';

function endsHere(state: State, char: string, innermost: string | undefined): boolean {
  if (char === ']') return innermost === '[' && (state === 'first value' || state === 'separator');
  return char === '}' && innermost === '{' && (state === 'first key' || state === 'separator');
}

function stateAfter(state: State, open: readonly string[]): State {
  if (state === 'key' || state === 'first key') return 'colon';
  if (state === 'colon') return 'value';
  if (state === 'separator') return open.at(-1) === '{' ? 'key' : 'value';
  return open.length === 0 ? 'end' : 'separator';
}

function phrase(state: State, open: readonly string[]): string {
  if (state === 'separator') return open.at(-1) === '{' ? '"," or "}"' : '"," or "]"';
  if (state === 'colon') return '":"';
  if (state === 'key') return 'a key in quotation marks';
  if (state === 'first key') return 'a key in quotation marks or "}"';
  return state === 'first value' ? 'a value or "]"' : 'a value';
}

/** The offset behind the token, or the error in it; an empty phrase stands for what the state says. */
function passToken(text: string, at: number, state: State): number | JsonError {
  const char = text.charAt(at);
  if (state === 'separator' || state === 'colon') {
    return char === (state === 'colon' ? ':' : ',') ? at + 1 : { offset: at, expected: '' };
  }
  if (char === '"') return passString(text, at + 1);
  if (state === 'key' || state === 'first key') return { offset: at, expected: '' };
  for (const literal of ['true', 'false', 'null']) {
    if (text.startsWith(literal, at)) return at + literal.length;
  }
  return passNumber(text, at);
}

const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;

function passNumber(text: string, at: number): number | JsonError {
  number.lastIndex = at;
  return number.test(text) ? number.lastIndex : { offset: at, expected: '' };
}

function passString(text: string, start: number): number | JsonError {
  for (let at = start; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') return at + 1;
    if (char < ' ') return { offset: at, expected: 'no control character in a string' };
    if (char !== '\\') continue;
    at++;
    const escaped = text.charAt(at);
    const digits = text.slice(at + 1, at + 5);
    if (escaped === 'u' && /^[0-9a-fA-F]{4}$/.test(digits)) at += 4;
    else if (escaped === '' || !'"\\/bfnrt'.includes(escaped)) return { offset: at - 1, expected: 'a valid escape' };
  }
  return { offset: text.length, expected: 'the end of a string' };
}

function skipWhiteSpace(text: string, start: number): number {
  let at = start;
  while (' \t\n\r'.includes(text.charAt(at)) && at < text.length) at++;
  return at;
}
