import { describe, expect, it } from 'vitest';
import { advance, LineIndex } from '../../../src/text/line-index.ts';

describe('LineIndex', () => {
  it.each([
    [0, 1, 1],
    [2, 1, 3],
    [3, 2, 1],
    [4, 3, 1],
    [6, 3, 3],
  ])('gives the line and the column of offset %i', (offset, line, column) => {
    expect(new LineIndex('ab\n\n🔧\n').positionAt(offset)).toEqual({ line, column });
  });

  it('takes the end of the text for a place after its last line feed', () => {
    expect(new LineIndex('a\n').positionAt(2)).toEqual({ line: 2, column: 1 });
    expect(new LineIndex('').positionAt(0)).toEqual({ line: 1, column: 1 });
  });

  it('agrees with a count from the start at every offset', () => {
    const text = 'a\r\n\nbc\n\n\nd';
    const lines = new LineIndex(text);
    for (let offset = 0; offset <= text.length; offset++) {
      expect(lines.positionAt(offset)).toEqual(advance({ line: 1, column: 1 }, text, offset));
    }
  });
});
