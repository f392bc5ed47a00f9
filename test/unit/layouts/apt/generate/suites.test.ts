import { describe, expect, it } from 'vitest';
import {
  belongsTo,
  componentOf,
  type IndexSpec,
  type ListedStanza,
  planSuites,
} from '../../../../../src/layouts/apt/generate/suites.ts';
import { type AptSettings, aptDefaults, type SuiteSettings } from '../../../../../src/layouts/apt/settings.ts';

const suite = (name: string, more: Partial<SuiteSettings> = {}): SuiteSettings => ({
  ...{ name, suite: name, codename: name, notAutomatic: false, butAutomaticUpgrades: false },
  ...more,
});
const settings = (...suites: readonly SuiteSettings[]): AptSettings => ({ ...aptDefaults, suites });
/** The suites of these lists and architectures: `suite: component/directory…`. */
const planned = (
  own: AptSettings,
  lists: readonly string[],
  arches: readonly string[],
  configured: readonly string[] = [],
): readonly string[] =>
  planSuites(own, { lists, arches }, configured).map(
    ({ name, indexes }) => `${name}: ${indexes.map(({ directory }) => directory).join(' ')}`,
  );

describe('planSuites', () => {
  it.each([
    ['nothing', [], [], ['stable: main/binary-all']],
    ['one arch', ['//'], ['amd64'], ['stable: main/binary-amd64']],
    ['all alone', ['//'], ['all'], ['stable: main/binary-all']],
    ['all beside others', ['//'], ['all', 'arm64', 'amd64'], ['stable: main/binary-amd64 main/binary-arm64']],
    ['sources', ['//'], ['source', 'amd64'], ['stable: main/binary-amd64 main/source']],
    ['sources alone', ['//'], ['source'], ['stable: main/binary-all main/source']],
    [
      'components, main first',
      ['/contrib/', '/main/', '/a/'],
      ['amd64'],
      ['stable: main/binary-amd64 a/binary-amd64 contrib/binary-amd64'],
    ],
    [
      'suites by name',
      ['trixie/main/amd64', 'bookworm/contrib/amd64'],
      ['amd64'],
      ['bookworm: contrib/binary-amd64', 'trixie: main/binary-amd64'],
    ],
  ])('of %s', (_, lists, arches, expected) => {
    expect(planned(settings(), lists, arches)).toEqual(expected);
    expect(planned(settings(), lists.toReversed(), arches.toReversed())).toEqual(expected);
  });

  it('takes suites, components and architectures from settings first', () => {
    const own = settings(suite('b', { components: ['x'], arches: ['riscv64'] }), suite('a'));
    expect(planned(own, ['c/main/amd64', 'a/y/amd64'], ['amd64'])).toEqual([
      'b: x/binary-riscv64',
      'a: y/binary-amd64',
    ]);
    expect(planned(settings(), ['//'], ['amd64'], ['arm64', 'i386'])).toEqual([
      'stable: main/binary-arm64 main/binary-i386',
    ]);
  });

  it('has no sources if the settings say so', () => {
    expect(planned({ ...settings(), sources: false }, ['//'], ['source', 'amd64'])).toEqual([
      'stable: main/binary-amd64',
    ]);
  });

  it('gives the component main to a suite without records', () => {
    expect(planned(settings(suite('empty')), ['other/contrib/amd64'], ['amd64'])).toEqual(['empty: main/binary-amd64']);
  });

  it.each(['a b/main/amd64', '.a/main/amd64', 'a/-main/amd64', 'a/mäin/amd64', `a/${'x'.repeat(101)}/amd64`])(
    'refuses the list %j',
    (list) => {
      expect(() => planned(settings(), [list], ['amd64'])).toThrow(
        /^expected the name of a (suite|component), without/,
      );
    },
  );
});

describe('belongsTo', () => {
  const spec = (suite: string, component: string, arch: string, subset?: number): IndexSpec => ({
    ...{ suite, component, arch, subset, directory: '' },
  });
  const stanza = (arch: string, lists: readonly string[] = [], subsets: readonly number[] = []): ListedStanza => ({
    ...{ arch, lists, subsets },
  });

  it.each([
    ['its own arch', stanza('amd64'), true],
    ['all', stanza('all'), true],
    ['a different arch', stanza('arm64'), false],
    ['source', stanza('source'), false],
    ['a list of its arch', stanza('amd64', ['//amd64']), true],
    ['all in a list of its arch', stanza('all', ['//amd64']), true],
    ['all in a list of a different arch', stanza('all', ['//arm64']), false],
    ['all in the list of all', stanza('all', ['//all']), true],
    ['a different arch in a list of its own', stanza('arm64', ['//amd64']), false],
    ['a list of a different component', stanza('amd64', ['/contrib/']), false],
    ['a list of its component', stanza('amd64', ['/main/']), true],
    ['a list of its suite', stanza('amd64', ['sid//']), true],
    ['a list of a different suite', stanza('amd64', ['trixie//']), false],
    ['one of two lists', stanza('amd64', ['trixie/main/amd64', 'sid/main/amd64']), true],
    ['parts of two lists', stanza('amd64', ['sid/contrib/amd64', 'trixie/main/amd64']), false],
  ])('of sid/main/amd64 and %s', (_, listed, expected) => {
    expect(belongsTo(spec('sid', 'main', 'amd64'), listed)).toBe(expected);
  });

  it('of source packages and nothing else in Sources', () => {
    const sources = spec('sid', 'main', 'source');
    const arches = ['source', 'all', 'amd64'];
    expect(arches.filter((arch) => belongsTo(sources, stanza(arch)))).toEqual(['source']);
    expect(arches.filter((arch) => belongsTo(sources, stanza(arch, ['sid/main/source'])))).toEqual(['source']);
  });

  it('of records without a list in main alone', () => {
    expect(belongsTo(spec('sid', 'contrib', 'amd64'), stanza('amd64'))).toBe(false);
  });

  it('of records that match the query of the suite', () => {
    const queried = spec('sid', 'main', 'amd64', 1);
    expect(belongsTo(queried, stanza('amd64', [], [0, 1]))).toBe(true);
    expect(belongsTo(queried, stanza('amd64', [], [0]))).toBe(false);
    expect(belongsTo(queried, stanza('amd64', ['sid//'], []))).toBe(false);
  });
});

describe('componentOf', () => {
  it.each([
    [[], 'main'],
    [['//'], 'main'],
    [['/contrib/amd64', '/main/amd64'], 'main'],
    [['/contrib/amd64', '/a/amd64'], 'a'],
    [['sid/non-free/amd64'], 'non-free'],
  ])('of a record in %j is %s', (lists, component) => {
    expect(componentOf({ lists })).toBe(component);
  });
});
