import { describe, expect, it } from 'vitest';
import { guessWays } from '../../../src/mapping/guess-records.ts';

const fields = { version: '1', title: 'x' };

describe('the ways to what may be records', () => {
  it.each<[string, unknown, readonly (string | undefined)[]]>([
    ['a record', fields, [undefined]],
    ['a list', [fields], [undefined]],
    ['a list in a map', { generated: 'today', plugins: [fields] }, [undefined, 'plugins.*']],
    ['two fixed members', { plugin: fields, other: { x: 1 } }, [undefined, 'plugin', 'other']],
    ['a map by name', { all: { a: fields, b: fields }, n: 1 }, [undefined, 'all.<name>']],
    ['a map of lists', { entries: { a: [fields], b: [fields] }, n: 1 }, [undefined, 'entries.<name>.*']],
    ['a map with one name that has a slash', { 'acme/foo': fields }, ['<name>']],
    ['maps of versions', { a: { '1.0': fields }, b: { '1.1': fields, '1.2': fields } }, ['<name>.<version>']],
    ['a map by architecture', { assets: { 'linux-x64': fields }, n: 1 }, [undefined, 'assets.<arch>']],
    [
      'a map of maps by name',
      { p: { a: { x: fields, y: fields }, b: { x: fields, y: fields } }, n: 1 },
      [undefined, 'p.<name>', 'p.<name>.x', 'p.<name>.y'],
    ],
    ['a step with a dot', { 'a.b': [fields], n: 1 }, [undefined, '"a.b".*']],
    ['nothing', [], []],
    ['texts', ['a', 1, null], []],
  ])('of %s', (_title, document, ways) => {
    expect(guessWays([document]).map(({ path }) => path)).toEqual(ways);
  });

  it('see one map where each document has a different key', () => {
    const documents = ['1.0', '1.1'].map((key) => ({ releases: { [key]: fields }, n: 1 }));
    expect(guessWays(documents).map(({ path, count }) => [path, count])).toEqual([
      [undefined, 2],
      ['releases.<version>', 2],
    ]);
  });

  it('see fields where all documents have the same keys', () => {
    const documents = [1, 2, 3].map((n) => ({ core: { metadata: fields, framework: { n } } }));
    expect(guessWays(documents).map(({ path }) => path)).toEqual([
      undefined,
      'core',
      'core.metadata',
      'core.framework',
    ]);
  });

  it('take a map of thousands for one of names, whatever is in it', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`p${i}`, { [`v${i}`]: 1 }]));
    expect(guessWays([{ many, n: 1 }]).map(({ path }) => path)).toEqual([undefined, 'many.<name>']);
  });
});
