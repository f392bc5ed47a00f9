import { describe, expect, it } from 'vitest';
import { formatUnread } from '../../../src/cli/format-unread.ts';

const kind = (suffix: string, count: number) => ({ files: `**/*.${suffix}`, count, example: `x/a.${suffix}` });

describe('the note about files that were not read', () => {
  it('names the kinds with most files, and how to read some', () => {
    const kinds = [kind('a', 1200), kind('b', 2), kind('c', 1), kind('d', 1), kind('e', 1), kind('f', 1)];
    expect(formatUnread({ kinds, hint: 'write this' })).toEqual([
      'repomill: no reader recognises 1,206 files:',
      '  1,200 **/*.a, such as x/a.a',
      '  2 **/*.b, such as x/a.b',
      '  x/a.c',
      '  x/a.d',
      '  and 2 files of 2 other kinds',
      '  write this',
    ]);
  });

  it('is two lines for one file', () => {
    expect(formatUnread({ kinds: [kind('a', 1)] })).toEqual(['repomill: no reader recognises 1 file:', '  x/a.a']);
  });

  it('is nothing where there is nothing to tell', () => {
    expect(formatUnread(undefined)).toEqual([]);
  });
});
