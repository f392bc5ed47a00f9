import { expect, it } from 'vitest';
import { formatList } from '../../../src/text/word-list.ts';

it.each<[readonly string[], string]>([
  [[], ''],
  [['name'], 'name'],
  [['name', 'version'], 'name and version'],
  [['name', 'version', 'arch'], 'name, version and arch'],
])('words in a sentence: %j', (words, text) => {
  expect(formatList(words)).toBe(text);
});
