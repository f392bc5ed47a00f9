import { describe, expect, it } from 'vitest';
import { compareVersions } from '../../../../src/model/versions/debian.ts';
import { expectPreorder, expectRelation, type Relation } from './relations.ts';

// dpkg's own vectors (scripts/t/Dpkg_Version.t) and a few of its library's (lib/dpkg/t/t-version.c).
const vectors: readonly Relation[] = [
  ['1.0-1', '<', '2.0-2'],
  ['2.2~rc-4', '<', '2.2-1'],
  ['2.2-1', '>', '2.2~rc-4'],
  ['1.0000-1', '=', '1.0-1'],
  ['1', '=', '0:1'],
  ['0', '=', '0:0-0'],
  ['2:2.5', '>', '1:7.5'],
  ['1:0foo', '>', '0foo'],
  ['0:0foo', '=', '0foo'],
  ['0foo', '=', '0foo'],
  ['0foo-0', '=', '0foo'],
  ['0foo', '=', '0foo-0'],
  ['0foo', '>', '0fo'],
  ['0foo-0', '<', '0foo+'],
  ['0foo~1', '<', '0foo'],
  ['0foo~foo+Bar', '<', '0foo~foo+bar'],
  ['0foo~~', '<', '0foo~'],
  ['1~', '<', '1'],
  ['12345+that-really-is-some-ver-0', '<', '12345+that-really-is-some-ver-10'],
  ['0foo-0', '<', '0foo-01'],
  ['0foo.bar', '>', '0foobar'],
  ['0foo.bar', '>', '0foo1bar'],
  ['0foo.bar', '>', '0foo0bar'],
  ['0foo1bar-1', '<', '0foobar-1'],
  ['0foo2.0', '>', '0foo2'],
  ['0foo2.0.0', '<', '0foo2.10.0'],
  ['0foo2.0', '<', '0foo2.0.0'],
  ['0foo2.0', '<', '0foo2.10'],
  ['0foo2.1', '<', '0foo2.10'],
  ['1.09', '=', '1.9'],
  ['1.0.8+nmu1', '>', '1.0.8'],
  ['3.11', '>', '3.10+nmu1'],
  ['0.9j-20080306-4', '>', '0.9i-20070324-2'],
  ['1.2.0~b7-1', '>', '1.2.0~b6-1'],
  ['1.011-1', '>', '1.06-2'],
  ['0.0.9+dfsg1-1', '>', '0.0.8+dfsg1-3'],
  ['4.6.99+svn6582-1', '>', '4.6.99+svn6496-1'],
  ['53', '>', '52'],
  ['0.9.9~pre122-1', '>', '0.9.9~pre111-1'],
  ['2:2.3.2-2+lenny2', '>', '2:2.3.2-2'],
  ['1:3.8.1-1', '>', '3.8.GA-1'],
  ['1.0.1+gpl-1', '>', '1.0.1-2'],
  ['1a', '<', '1000a'],
  ['0:0-0', '=', '0:0-00'],
  ['0:0-a', '<', '0:0-b'],
  ['0:a-0', '<', '0:b-0'],
  ['0:0-1', '<', '1:0-0'],
];

describe('the order of Debian', () => {
  it.each(vectors)('puts %s %s %s', (...relation) => {
    expectRelation(compareVersions, relation);
  });

  it('reads runs of digits as numbers of any length', () => {
    expect(compareVersions('1.100000000000000000000000000000001', '1.100000000000000000000000000000000')).toBe(1);
    expect(compareVersions('99999999999999999999:1', '100000000000000000000:0')).toBeLessThan(0);
  });

  it('puts semantic versions in their order, with pre-releases after the release unless a tilde joins them', () => {
    const sorted = ['1.0.0~rc.1', '1.0.0', '1.0.0-rc.1', '1.0.0+build', '1.0.10', '1.2.0', '1.10.0'];
    expect(sorted.toReversed().sort(compareVersions)).toEqual(sorted);
  });

  it('takes a colon after anything but digits as part of the version', () => {
    expect(compareVersions('a:2', 'a:10')).toBeLessThan(0);
    expect(compareVersions(':1', '0')).toBeGreaterThan(0);
  });

  it('is a total preorder of any texts', () => {
    expectPreorder(compareVersions);
  });
});
