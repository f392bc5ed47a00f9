import { describe, expect, it } from 'vitest';
import { giveOwnName, type Remedy, remedyFor } from '../../../src/mapping/remedy.ts';

describe('a line of a mapping that would help', () => {
  it.each<[string, unknown, string, Remedy | undefined]>([
    [
      'dependencies',
      { a: '1' },
      'dependencies',
      { field: 'their-dependencies', source: 'dependencies', replaces: 'dependencies', helps: 'all' },
    ],
    [
      'dependencies',
      ['a', 7],
      'depends',
      { field: 'their-depends', source: 'depends', replaces: 'dependencies', helps: 'many' },
    ],
    ['sha256', ['a'], 'hash.0', { field: 'their-hash', source: 'hash.0', replaces: 'sha256', helps: 'all' }],
    ['arch', 7, 'a."b.c"', { field: 'arch', source: '{a."b.c"}', replaces: 'arch', helps: 'few' }],
    ['size', '1 MB', 'size', { field: 'their-size', source: 'size', replaces: 'size', helps: 'many' }],
    ['version', 1.2, 'vers', { field: 'version', source: '{vers}', replaces: 'version', helps: 'few' }],
    ['tags', true, 'tags', { field: 'tags', source: '{tags}', replaces: 'tags', helps: 'few' }],
    ['size', true, 'size', { field: 'their-size', source: 'size', replaces: 'size', helps: 'many' }],
    ['name', { en: 'Clock' }, 'title', { field: 'name', source: 'title.en', replaces: 'name', helps: 'all' }],
    [
      'version',
      [null, 7, '1'],
      'version',
      { field: 'version', source: 'version.2', replaces: 'version', helps: 'all' },
    ],
    ['arch', { cpu: 'x64' }, 'arch', { field: 'arch', source: 'arch.cpu', replaces: 'arch', helps: 'all' }],
    ['tags', ['a', { b: 'c' }], 'tags', { field: 'their-tags', source: 'tags', replaces: 'tags', helps: 'all' }],
    // only another value would help
    ['version', [], 'version', undefined],
    ['arch', ['all', 'x64'], 'arch', undefined],
    ['name', 'a/b', 'name', undefined],
    ['path', '../x', '{name}/{version}', undefined],
  ])('%s that is %j at %s', (field, value, source, remedy) => {
    expect(remedyFor(field, value, source)).toEqual(remedy);
  });

  it('gives a field of the records a name of its own', () => {
    expect(giveOwnName('name', {}, 'all')).toEqual({ field: 'title', source: 'name', helps: 'all' });
    expect(giveOwnName('version', {}, 'many')).toEqual({ field: 'their-version', source: 'version', helps: 'many' });
    expect(giveOwnName('name', { title: 'A' }, 'all')).toMatchObject({ field: 'their-name' });
    expect(giveOwnName('a.b', {}, 'all')).toMatchObject({ field: 'their-a.b', source: '"a.b"' });
  });
});
