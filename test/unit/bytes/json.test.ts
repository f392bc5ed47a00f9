import { describe, expect, it } from 'vitest';
import { isTooDeep, MAX_JSON_DEPTH, parseJsonObject } from '../../../src/bytes/json.ts';

const lists = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const objects = (levels: number): string => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;

describe('a JSON object from outside', () => {
  it('may be a thousand levels deep, and not one more', () => {
    expect(Object.keys(parseJsonObject(objects(MAX_JSON_DEPTH), 'index'))).toEqual(['a']);
    expect(() => parseJsonObject(objects(MAX_JSON_DEPTH + 1), 'index')).toThrow(
      expect.objectContaining({
        code: 'format',
        message: 'index: expected at most 1000 levels of lists and objects, found more',
      }),
    );
  });

  it.each([20_000, 1_000_000])('is refused with %i levels, without exhausting the stack', (levels) => {
    expect(() => parseJsonObject(`{"a":${lists(levels)}}`, 'index', 'index.json')).toThrow(
      expect.objectContaining({ code: 'format', path: 'index.json' }),
    );
  });

  it('may be as wide as it likes', () => {
    const text = JSON.stringify({ a: Array.from({ length: 10_000 }, () => [[]]) });
    expect(isTooDeep(text, JSON.parse(text))).toBe(false);
  });
});
