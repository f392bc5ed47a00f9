import { describe, expect, it } from 'vitest';
import { versionOrderNames } from '../../../../src/model/versions/version-order.ts';
import { loadVersionOrder } from '../../../../src/platform/versions/load-version-order.ts';
import { expectPreorder } from '../../model/versions/relations.ts';

// Semantic Versioning 2.0.0, section 11.
const semver = [
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  'v1.9.0',
  '1.10.0',
  '1.11.0',
  '2.0.0',
  '2.1.0',
  '2.1.1',
];

// "Summary of permitted suffixes and relative ordering" of Python's version specifiers, and its epochs and local versions.
const pep440 = [
  '1.dev0',
  '1.0.dev456',
  '1.0a1',
  '1.0a2.dev456',
  '1.0a12.dev456',
  '1.0a12',
  '1.0b1.dev456',
  '1.0b2',
  '1.0b2.post345.dev456',
  '1.0b2.post345',
  '1.0rc1.dev456',
  '1.0rc1',
  '1.0',
  '1.0+abc.5',
  '1.0+abc.7',
  '1.0+5',
  '1.0.post456.dev34',
  '1.0.post456',
  '1.0.15',
  '1.1.dev1',
  '1!0.9',
];

describe('loadVersionOrder', () => {
  it.each([
    ['semver', semver],
    ['pep440', pep440],
    ['rpm', ['1.0~rc1', '1.0', '1.0^git1', '1.0.1']],
    ['loose', ['1.0-rc1', '1.0', '1.0b', '1.0.1']],
    ['debian', ['1.0.0~rc.1', '1.0.0', '1.0.0-rc.1']],
    [undefined, ['1.0.0~rc.1', '1.0.0', '1.0.0-rc.1']],
  ])('loads %s, which sorts as it says', async (name, sorted) => {
    const { compare, isValid } = await loadVersionOrder(name);
    expect(sorted.toReversed().sort(compare)).toEqual(sorted);
    expect(sorted.filter((version) => !isValid(version))).toEqual([]);
  });

  it.each([
    ['semver', '1.0.0+5', '1.0.0+7'],
    ['semver', 'v1.0.0', '1.0.0'],
    ['pep440', '1.0-RC.1', '1.0rc1'],
    ['pep440', '1.0.0', 'v1'],
    ['pep440', '1.0-1', '1.0.post1'],
  ])('loads %s, in which %s and %s are the same', async (name, a, b) => {
    const { compare } = await loadVersionOrder(name);
    expect(compare(a, b)).toBe(0);
  });

  it.each([
    ['semver', ['', 'latest', '1', '1.0', '1.0.0.0', '01.0.0', '1.0.0-01', '1.0.0-', '99999999999999999999.0.0']],
    ['pep440', ['', 'latest', '1.0-foo', '1.0+', '1..0', ' 1.0']],
  ])('loads %s, in which invalid versions come first, in the loose order', async (name, invalid) => {
    const { compare, isValid } = await loadVersionOrder(name);
    expect(invalid.filter(isValid)).toEqual([]);
    expect(['1.0.0', 'latest', '0.0.1', '1.0-foo.10', '1.0-foo.9'].sort(compare)).toEqual([
      'latest',
      '1.0-foo.9',
      '1.0-foo.10',
      '0.0.1',
      '1.0.0',
    ]);
  });

  it.each(versionOrderNames)('loads %s, a total preorder of any texts', async (name) => {
    expectPreorder((await loadVersionOrder(name)).compare);
  });

  it.each(['calver', 'Semver', 'constructor', ''])('refuses the unknown order %j', async (name) => {
    await expect(loadVersionOrder(name)).rejects.toMatchObject({
      code: 'format',
      message: `versions: expected one of debian, semver, pep440, rpm, loose, found "${name}"`,
      hint: 'the repository was written by a newer version of repomill; update this one',
    });
  });
});
