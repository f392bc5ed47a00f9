import { describe, expect, it } from 'vitest';
import { closestWord } from '../../../src/text/closest-word.ts';

const words = ['name', 'title', 'inputs', 'arches', 'history', 'paths'];

describe('closestWord', () => {
  it.each([
    ['names', 'name'],
    ['nmae', 'name'],
    ['NAME', 'name'],
    ['input', 'inputs'],
    ['histroy', 'history'],
    ['archs', 'arches'],
    ['path', 'paths'],
  ])('corrects %s to %s', (word, meant) => {
    expect(closestWord(word, words)).toBe(meant);
  });

  it('has no more wrong letters than one in three: `move` is not `none`', () => {
    expect(closestWord('move', ['none'])).toBeUndefined();
    expect(closestWord('ot', ['out'])).toBe('out');
    expect(closestWord('x', ['y'])).toBeUndefined();
    expect(closestWord('stabel', ['stable'])).toBe('stable');
    expect(closestWord('section', ['Section'])).toBe('Section');
  });

  it.each(['', 'x', 'colour', 'description', 'h'.repeat(10_000)])('finds no match for %.20j', (word) => {
    expect(closestWord(word, words)).toBeUndefined();
  });
});
