import { describe, expect, it } from 'vitest';
import {
  printable,
  printableInColour,
  printableLine,
  quote,
  shortPath,
  truncateForMessage,
} from '../../../src/text/printable.ts';

describe('printable', () => {
  it('shows control characters and changes of direction, and keeps line ends and tabs', () => {
    expect(printable('a\u001b[31m\tb\n\u007f\u0085\u202e\u2066\ufeffä')).toBe(
      'a\\u001b[31m\tb\n\\u007f\\u0085\\u202e\\u2066\\ufeffä',
    );
  });
});

describe('printableInColour', () => {
  it('keeps colours and weights, and nothing else that a terminal obeys', () => {
    expect(printableInColour('\u001b[31ma\u001b[39m\u001b[2J\u001b]0;t\u0007\u009b31m')).toBe(
      '\u001b[31ma\u001b[39m\\u001b[2J\\u001b]0;t\\u0007\\u009b31m',
    );
  });
});

describe('printableLine', () => {
  it('shows line ends too', () => {
    expect(printableLine('a\u001b[31m\nb')).toBe('a\\u001b[31m\\u000ab');
  });
});

describe('truncateForMessage', () => {
  it('keeps 80 characters, and marks what it cuts off', () => {
    expect(truncateForMessage('x'.repeat(80))).toBe('x'.repeat(80));
    expect(truncateForMessage('x'.repeat(81))).toBe(`${'x'.repeat(80)}…`);
  });

  it('cuts no character in half', () => {
    expect(truncateForMessage(`${'x'.repeat(79)}🔧x`)).toBe(`${'x'.repeat(79)}…`);
    expect(truncateForMessage(`${'x'.repeat(78)}🔧x`)).toBe(`${'x'.repeat(78)}🔧…`);
    expect(truncateForMessage('🔧🔧', 3)).toBe('🔧…');
  });
});

describe('quote', () => {
  it('escapes quotation marks, and every character that is not seen', () => {
    expect(quote('a"\n\u007f\u009b\u202e\ufeff')).toBe('"a\\"\\n\\u007f\\u009b\\u202e\\ufeff"');
  });

  it('truncates before it quotes', () => {
    expect(quote('"'.repeat(90))).toBe(`"${'\\"'.repeat(80)}…"`);
  });
});

describe('shortPath', () => {
  it('cuts each digest to twelve digits, and nothing else', () => {
    const digest = '0123456789abcdef'.repeat(4);
    expect(shortPath(`deltas/${digest}-${digest}.bsdiff`)).toBe('deltas/0123456789ab…-0123456789ab….bsdiff');
    expect(shortPath('objects/0123456789abcdef')).toBe('objects/0123456789abcdef');
  });
});
