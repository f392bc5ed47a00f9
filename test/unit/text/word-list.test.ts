import { expect, it } from 'vitest';
import { formatList, withArticle } from '../../../src/text/word-list.ts';

it.each<[readonly string[], string]>([
  [[], ''],
  [['name'], 'name'],
  [['name', 'version'], 'name and version'],
  [['name', 'version', 'arch'], 'name, version and arch'],
])('words in a sentence: %j', (words, text) => {
  expect(formatList(words)).toBe(text);
});

it('a noun has its article', () => {
  expect(withArticle('repomill repository')).toBe('a repomill repository');
  expect(withArticle('apt archive')).toBe('an apt archive');
});
