import { describe, expect, it } from 'vitest';
import { columnsOf, showsUnicode } from '../../../../src/platform/process/terminal.ts';

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
