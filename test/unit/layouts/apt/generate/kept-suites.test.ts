import { describe, expect, it } from 'vitest';
import { parseRelease } from '../../../../../src/deb/release-file.ts';
import { planSuites } from '../../../../../src/layouts/apt/generate/suites.ts';
import { type AptSettings, aptDefaults } from '../../../../../src/layouts/apt/settings.ts';
import type { AptSuite } from '../../../../../src/readers/apt/open-apt-tree.ts';

const suiteOf = (name: string, text: string): AptSuite => ({
  name,
  path: name,
  aliases: [],
  facts: parseRelease(text),
});

const bookworm = suiteOf(
  'bookworm',
  [
    'Origin: Example\nLabel: Ex\nSuite: stable\nVersion: 12.1\nCodename: bookworm\nDescription: one of them\n',
    'NotAutomatic: yes\nButAutomaticUpgrades: yes\nArchitectures: amd64 arm64 all\nComponents: main contrib\n',
  ].join(''),
);

const plan = (
  known: readonly AptSuite[],
  settings: Partial<AptSettings> = {},
  configured: readonly string[] = [],
  lists: readonly string[] = ['bookworm/main/amd64'],
): ReturnType<typeof planSuites> =>
  planSuites({ ...aptDefaults, ...settings }, { lists, arches: ['amd64'], known }, configured);

describe('the suites of an archive that is read', () => {
  it('keep what they say of themselves, with components and architectures that have no packages', () => {
    expect(plan([bookworm])).toMatchObject([
      {
        name: 'bookworm',
        suite: 'stable',
        codename: 'bookworm',
        origin: 'Example',
        label: 'Ex',
        version: '12.1',
        description: 'one of them',
        notAutomatic: true,
        butAutomaticUpgrades: true,
        components: ['main', 'contrib'],
        arches: ['amd64', 'arm64'],
      },
    ]);
  });

  it('are all of them, also those without packages', () => {
    const trixie = suiteOf('trixie', 'Codename: trixie\n');
    expect(plan([bookworm, trixie]).map(({ name, suite, arches }) => [name, suite, arches])).toEqual([
      ['bookworm', 'stable', ['amd64', 'arm64']],
      ['trixie', 'trixie', ['amd64']],
    ]);
  });

  it('have the components and architectures of their indexes where Release names others', () => {
    const security = suiteOf('s', 'Codename: s\nComponents: updates/main\nArchitectures: i386\n');
    expect(plan([security], {}, [], ['s/main/amd64'])).toMatchObject([{ components: ['main'], arches: ['amd64'] }]);
  });

  it('have no component and no architecture that leads out of the tree, and values of one line', () => {
    const text =
      'Codename: s\nDescription: one\n two\nComponents: main ../x a/b .c\nArchitectures: amd64 ../../x all source\n';
    expect(plan([suiteOf('s', text)], {}, [], ['s/main/amd64'])).toMatchObject([
      { components: ['main'], arches: ['amd64'], description: 'one two' },
    ]);
  });

  it('are changed by a configuration', () => {
    const [changed] = plan([bookworm], { origin: 'New', label: 'Newer' }, ['amd64']);
    expect(changed).toMatchObject({ origin: 'New', label: 'Newer', codename: 'bookworm', arches: ['amd64'] });
    const own = { name: 'bookworm', suite: 'x', codename: 'y', notAutomatic: false, butAutomaticUpgrades: false };
    expect(plan([bookworm], { suites: [own] })).toMatchObject([{ suite: 'x', codename: 'y', origin: 'Example' }]);
  });
});
