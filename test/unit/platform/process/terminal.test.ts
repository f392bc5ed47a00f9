import { afterEach, describe, expect, it, vi } from 'vitest';
import { columnsOf, processTerminal, showsUnicode } from '../../../../src/platform/process/terminal.ts';

const HOSTILE = 'a\u001b[2J\u009b\u202e\rb';
const SHOWN = 'a\\u001b[2J\\u009b\\u202e\\u000db';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the terminal', () => {
  it('makes printable whatever is written to it', () => {
    const written: unknown[] = [];
    const keep = (text: unknown): true => {
      written.push(text);
      return true;
    };
    vi.spyOn(process.stdout, 'write').mockImplementation(keep);
    vi.spyOn(process.stderr, 'write').mockImplementation(keep);
    const terminal = processTerminal();
    terminal.data(HOSTILE);
    terminal.note(HOSTILE);
    terminal.overwrite(HOSTILE);
    vi.restoreAllMocks();
    expect(written).toEqual([`${SHOWN}\n`, `${SHOWN}\n`, `\r\u001b[2K${SHOWN}`]);
  });

  it('leaves JSON with the same values', () => {
    const written: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
    processTerminal().data(JSON.stringify({ a: HOSTILE }));
    vi.restoreAllMocks();
    expect(written.join('')).not.toMatch(/[\u009b\u202e]/);
    expect(JSON.parse(written.join(''))).toEqual({ a: HOSTILE });
  });
});

describe('columnsOf', () => {
  it.each([
    [120, '80', 120],
    [0, '132', 132],
    [undefined, '132', 132],
    [0, undefined, 80],
    [0, 'wide', 80],
    [0, '0', 80],
    [0, '-1', 80],
  ])('of a terminal that says %s, with COLUMNS=%s, is %i', (own, exported, columns) => {
    expect(columnsOf(own, exported)).toBe(columns);
  });
});

describe('showsUnicode', () => {
  it.each<[Record<string, string>, boolean]>([
    [{ LANG: 'en_US.UTF-8' }, true],
    [{ LANG: 'C.utf8' }, true],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, false],
    [{ LANG: 'C', LC_CTYPE: 'de_DE.UTF-8' }, true],
    [{ LANG: 'de_DE.UTF-8', LC_ALL: '', LC_CTYPE: 'POSIX' }, false],
    [{ LANG: 'de_DE.ISO-8859-1' }, false],
    [{}, false],
  ])('follows LC_ALL, LC_CTYPE and LANG, in this order: %j', (environment, expected) => {
    expect(showsUnicode(environment, 'linux')).toBe(expected);
  });

  it('is true on Windows, which has no such variables', () => {
    expect(showsUnicode({}, 'win32')).toBe(true);
  });
});
