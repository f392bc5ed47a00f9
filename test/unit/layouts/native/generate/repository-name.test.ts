import { expect, it } from 'vitest';
import { type NameRequest, nameRepository } from '../../../../../src/layouts/native/generate/repository-name.ts';

/** The names of the next index, and what was warned of. */
function named(request: Partial<NameRequest>, published?: { name: string; formerNames?: readonly string[] }): unknown {
  const warnings: string[] = [];
  const before = { published, location: 'public', warn: (message: string) => void warnings.push(message) };
  return [nameRepository({ name: 'beta', isNamed: true, ...request }, before), warnings];
}

it('a new repository has the name that it is given', () => {
  expect(named({})).toEqual([{ name: 'beta' }, []]);
});

it('a repository keeps its name and those that it had', () => {
  expect(named({}, { name: 'beta', formerNames: ['alpha'] })).toEqual([{ name: 'beta', formerNames: ['alpha'] }, []]);
});

it('a tree of a different repository is not continued', () => {
  expect(() => named({}, { name: 'alpha' })).toThrow(
    expect.objectContaining({
      code: 'conflict',
      path: 'public',
      message: 'expected the repository beta, found alpha',
      hint: 'publish beta in a different place; if it is alpha under a new name, add --rename-from alpha',
    }),
  );
});

it('a rename is remembered, once, and so is one that was forgotten', () => {
  const renameFrom = 'alpha';
  const renamed = [{ name: 'beta', formerNames: ['alpha'] }, []];
  expect(named({ renameFrom }, { name: 'alpha' })).toEqual(renamed);
  expect(named({ renameFrom }, { name: 'beta', formerNames: ['alpha'] })).toEqual(renamed);
  expect(named({ renameFrom }, { name: 'beta' })).toEqual(renamed);
});

it('a rename back has the names between, and not its own', () => {
  const before = { name: 'alpha', formerNames: ['beta', 'gamma'] };
  expect(named({ renameFrom: 'alpha' }, before)).toEqual([{ name: 'beta', formerNames: ['gamma', 'alpha'] }, []]);
});

it.each([
  ['alpha', { name: 'gamma' }, 'conflict', 'expected the repository alpha, found gamma'],
  ['alpha', undefined, 'conflict', 'expected the repository alpha, found none'],
  ['beta', { name: 'beta' }, 'usage', '--rename-from: expected a former name, found beta, the present one'],
])('a rename from %s is refused where the tree is %j', (renameFrom, published, code, message) => {
  expect(() => named({ renameFrom }, published)).toThrow(expect.objectContaining({ code, message }));
});

it('a name that is only that of the input directory never renames a repository', () => {
  expect(named({ isNamed: false }, { name: 'alpha', formerNames: ['old'] })).toEqual([
    { name: 'alpha', formerNames: ['old'] },
    ['the repository keeps its name alpha: `name` is not set, and the input directory is called beta'],
  ]);
});
