import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../../../../src/errors.ts';
import { checkRepository } from '../../../../../src/layouts/flatpak/generate/check-repository.ts';
import { failureOf } from '../../../../failure.ts';
import { freshWorkspace, noting, type RefSpec, refsOf, repositoryWith } from './packed-refs.ts';

const APP = 'app/org.a.App/x86_64/stable';
const LOCALE = 'runtime/org.a.App.Locale/x86_64/stable';
const ANNOUNCES = '[core]\ncollection-id=org.a\n[flatpak]\ndeploy-collection-id=true\n';

const check = (specs: readonly RefSpec[], config = '', exact = false, { progress, warnings } = noting()) => ({
  done: checkRepository(refsOf(specs), {
    repository: repositoryWith(config),
    workspace: freshWorkspace(),
    exact,
    progress,
  }),
  warnings,
});

async function problemsOf(specs: readonly RefSpec[], config = ''): Promise<readonly string[]> {
  const error = await failureOf(check(specs, config).done);
  expect([error.code, error.path, error.message]).toEqual([
    'metadata',
    'repository',
    'clients could not use it; nothing was written',
  ]);
  return error.problems.map(formatProblem);
}

async function warningsOf(specs: readonly RefSpec[], config = '', exact = false): Promise<readonly string[]> {
  const { done, warnings } = check(specs, config, exact);
  await done;
  return warnings;
}

describe('checkRepository', () => {
  it.each([
    ['no refs', [], ''],
    ['a ref', [{ name: APP }], ''],
    ['a ref that its commit names', [{ name: APP, refBinding: ['app/org.a.Other/x86_64/stable', APP] }], ''],
    [
      'an app in the same subsets as its translations',
      [
        { name: APP, subsets: ['a', 'b'] },
        { name: LOCALE, subsets: ['b', 'a'] },
      ],
      '',
    ],
    ['translations without an app', [{ name: LOCALE, subsets: ['a'] }], ''],
    ['commits of the collection that is announced', [{ name: APP, collectionBinding: 'org.a' }], ANNOUNCES],
    [
      'commits of a different collection if none is announced',
      [{ name: APP, collectionBinding: 'org.b' }],
      '[core]\ncollection-id=org.a\n',
    ],
    ['a hyphen in a ref that is not flatpak’s', [{ name: 'a-b/c-d', subsets: ['not-free'] }], ''],
    ['refs without a collection that are not flatpak’s', [{ name: 'custom' }], ANNOUNCES],
    ['a hyphen in appstream of a subset', [{ name: 'appstream2/a-b-x86_64' }], ''],
  ])('accepts %s', async (_, specs, config) => {
    expect(await warningsOf(specs, config)).toEqual([]);
  });

  it('refuses subsets and architectures whose names clients split elsewhere, each once', async () => {
    const specs = [
      { name: 'app/org.a.A/x86_64/stable', subsets: ['not-free'] },
      { name: 'app/org.a.B/x86_64/stable', subsets: ['not-free', 'free'] },
      { name: 'app/org.a.C/arm-v7/stable' },
    ];
    expect(await problemsOf(specs)).toEqual([
      'refs/heads/app/org.a.B/x86_64/stable: expected no "-" in a name, found subset "not-free"',
      'refs/heads/app/org.a.C/arm-v7/stable: expected no "-" in a name, found arch "arm-v7"',
    ]);
  });

  it.each([
    ['deploy-collection-id', undefined, 'none in 1 ref'],
    ['deploy-sideload-collection-id', '', 'none in 1 ref'],
    ['deploy-collection-id', 'org.b', '"org.b" in 1 ref'],
  ])('refuses commits without the collection that %s announces: %s', async (key, collectionBinding, found) => {
    const spec = { name: APP, ...(collectionBinding === undefined ? {} : { collectionBinding }) };
    const config = ANNOUNCES.replace('deploy-collection-id', key);
    expect(await problemsOf([spec], config)).toEqual([
      `refs/heads/${APP}: expected commits of collection "org.a", which [flatpak] announces; found ${found}`,
    ]);
  });

  it('counts refs of a different collection, and names the first', async () => {
    const [problem, ...others] = await problemsOf([{ name: APP }, { name: LOCALE }], ANNOUNCES);
    expect([problem?.startsWith(`refs/heads/${APP}: `), problem?.endsWith('none in 2 refs'), others]).toEqual([
      true,
      true,
      [],
    ]);
  });

  it('publishes the refs of the announced collection, and names the others', async () => {
    const others = Array.from({ length: 11 }, (_, i) => ({ name: `app/org.a.B${i + 10}/x86_64/stable` }));
    const right = { name: APP, collectionBinding: 'org.a' };
    const [one] = others;
    expect(await warningsOf([right, ...(one === undefined ? [] : [one])], ANNOUNCES)).toEqual([
      '1 ref not bound to collection "org.a", which [flatpak] announces, so clients refuse it: app/org.a.B10/x86_64/stable',
    ]);
    const [warning, ...more] = await warningsOf([right, ...others], ANNOUNCES);
    expect(warning).toMatch(/^11 refs not bound .* refuse them: app\/org\.a\.B10\/.*B19\/x86_64\/stable and 1 more$/);
    expect(more).toEqual([]);
  });

  it('warns of keys of [flatpak] that mean nothing to flatpak', async () => {
    const config = '[flatpak]\ntitel=a\ngpg-keys-url=b\nauthenticator-options.c=d\nsummary-arches=x86_64\nxa.foo=e\n';
    expect(await warningsOf([{ name: APP }], config)).toEqual([
      'config: "titel" in [flatpak] is no key of flatpak\'s, so it is not announced; did you mean title?',
      'config: "xa.foo" in [flatpak] is no key of flatpak\'s, so it is not announced',
    ]);
  });

  it('warns of a commit that is bound to a different ref', async () => {
    const bound = ['app/org.a.Other/x86_64/stable'];
    expect(
      await warningsOf([
        { name: APP, refBinding: bound },
        { name: LOCALE, refBinding: [] },
      ]),
    ).toEqual([`refs/heads/${APP}: its commit is bound to a different ref, so clients refuse it (2 refs)`]);
  });

  it('warns of an app whose translations are not in its subsets', async () => {
    for (const subsets of [[], ['a'], ['a', 'b', 'c']]) {
      expect(
        await warningsOf([
          { name: APP, subsets: ['a', 'b'] },
          { name: LOCALE, subsets },
        ]),
      ).toEqual([`refs/heads/${APP}: not in the same subsets as its .Locale, so it cannot be installed (1 ref)`]);
    }
  });

  it('only warns if the tree has to be exactly flatpak’s', async () => {
    expect(await warningsOf([{ name: APP, subsets: ['not-free'] }], ANNOUNCES, true)).toEqual([
      `refs/heads/${APP}: expected no "-" in a name, found subset "not-free"`,
      expect.stringContaining('expected commits of collection "org.a"'),
    ]);
  });

  it('remembers what it found, and does not read the refs again', async () => {
    const workspace = freshWorkspace();
    const repository = repositoryWith('');
    const { progress, warnings } = noting();
    const refs = refsOf([{ name: APP, refBinding: [] }]);
    const options = { repository, workspace, exact: false, progress };
    await checkRepository(refs, options);
    await checkRepository({ ...refs, packed: () => Promise.reject(new Error('looked')) }, options);
    expect(warnings).toHaveLength(2);
    expect(warnings[1]).toBe(warnings[0]);
  });
});
