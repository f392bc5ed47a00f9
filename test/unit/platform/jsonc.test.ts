import { describe, expect, it } from 'vitest';
import { blankComments } from '../../../src/platform/jsonc.ts';

describe('blankComments', () => {
  it.each([
    ['a comment at the end of a line', '{"a": 1 // é🔧\r\n}', '{"a": 1       \r\n}'],
    ['a comment of several lines', '[/* a\n\tb */1]', '[    \n\t    1]'],
    ['a comment at the end of the file', '1//a', '1   '],
    ['commas before brackets', '{"a": [1, 2,],}', '{"a": [1, 2 ] }'],
    ['a comma with comments and lines before the bracket', '[1, // a,\n /* b */ ]', '[1       \n         ]'],
    ['what looks like a comment in a string', '{"a//": "/* \\" // */",}', '{"a//": "/* \\" // */" }'],
  ])('puts spaces in the place of %s', (_title, text, blanked) => {
    expect(blankComments(text)).toEqual({ blanked });
    expect(blanked).toHaveLength(text.length);
  });

  it.each(['[,]', '[1,,]', '{"a":,}', '[1,\n2]', '/', '\ufeff{}', ''])('leaves %j alone', (text) => {
    expect(blankComments(text)).toEqual({ blanked: text });
  });

  it('says where a comment begins that does not end', () => {
    expect(blankComments('[1] /* a\n')).toEqual({ blanked: '[1] /* a\n', openComment: 4 });
  });
});
