import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isWithin, pathInside, resolveInside, viewsFromAbove } from '../../../../src/platform/files/resolve-inside.ts';

const directory = join(sep, 'srv', 'tree');

describe('a path inside a directory', () => {
  it.each(['index.json', 'a/b/c', 'a b/ü'])('of %j leads back to itself', (path) => {
    expect(pathInside(directory, resolveInside(directory, path))).toBe(path);
  });

  it.each([directory, join(sep, 'srv'), join(sep, 'srv', 'tree2', 'a'), join(sep, 'other')])('is not %j', (file) => {
    expect(pathInside(directory, file)).toBeUndefined();
  });

  it('of the root is any other', () => {
    expect(pathInside(sep, join(sep, 'srv', 'a'))).toBe('srv/a');
  });

  it.each(['', '..', 'a/../b', '/a', 'a//b', './a', 'a\\b', 'C:a', 'a\0'])('cannot be %j', (path) => {
    expect(() => resolveInside(directory, path)).toThrow(
      expect.objectContaining({ code: 'usage', path, message: 'expected a path of names joined by "/"' }),
    );
  });
});

describe('a file is within', () => {
  it.each([directory, join(directory, 'a'), join(directory, 'a', 'b')])(
    'a directory above it or itself: %j',
    (file) => {
      expect(isWithin(file, directory)).toBe(true);
      expect(isWithin(file, sep)).toBe(true);
    },
  );

  it.each([join(sep, 'srv'), join(sep, 'srv', 'tree2'), join(sep, 'other')])('no other: %j', (file) => {
    expect(isWithin(file, directory)).toBe(false);
  });
});

describe('a file from above', () => {
  it('is seen from the nearest directories, as far as there are any', () => {
    const file = join(directory, 'summaries', 'a.gz');
    expect([...viewsFromAbove(file, 2)]).toEqual([
      { directory: join(directory, 'summaries'), path: 'a.gz' },
      { directory, path: 'summaries/a.gz' },
    ]);
    expect([...viewsFromAbove(join(sep, 'a', 'b'), 9)]).toEqual([
      { directory: join(sep, 'a'), path: 'b' },
      { directory: sep, path: 'a/b' },
    ]);
  });
});
