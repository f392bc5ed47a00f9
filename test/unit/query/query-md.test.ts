import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/parse-config.ts';
import { configSections } from '../../../src/layouts/layouts.ts';
import { parseQuery } from '../../../src/query/parse-query.ts';

const page = readFileSync(new URL('../../../src/query/QUERY.md', import.meta.url), 'utf8');
const block = /```yaml\n(.+?)```/s.exec(page)?.[1];
const conditions = Array.from(page.matchAll(/^\| `(.+?)` +\|/gm), ([, condition = '']) => condition);
const failure = /^query, column .+$/m.exec(page)?.[0];

it('shows a configuration that is valid', () => {
  const config = parseConfig(`name: a\n${block}`, 'repomill.yaml', { readers: [], sections: configSections });
  expect(config.subsets.map(({ name }) => name)).toEqual(['free', 'python']);
});

it('shows one condition of each kind, all of them valid', () => {
  const kinds = conditions.map(parseQuery).map((query) => (query.kind === 'compare' ? query.operator : query.kind));
  expect(kinds).toEqual(['has', '=', '!=', '~', '>']);
});

it('shows an error exactly', () => {
  expect(() => parseQuery('component = ')).toThrow(expect.objectContaining({ message: failure }));
});
