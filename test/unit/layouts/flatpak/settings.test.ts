import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/parse-config.ts';
import { formatProblem, RepomillError } from '../../../../src/errors.ts';
import { flatpakSection } from '../../../../src/layouts/flatpak/settings.ts';
import { configSections } from '../../../../src/layouts/layouts.ts';

const parse = (section: string): unknown =>
  parseConfig(`name: a\nflatpak:\n${section}`, 'repomill.yaml', { readers: [], sections: configSections }).sections.get(
    'flatpak',
  );

function problemsOf(section: string): readonly string[] {
  try {
    parse(section);
    return [];
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    return error.problems.map(formatProblem);
  }
}

const DEFAULTS = flatpakSection.defaults;

describe('flatpakSection', () => {
  it('departs from flatpak, and leaves its work and config alone, unless it is told otherwise', () => {
    expect(DEFAULTS).toEqual({
      ...{ exact: false, version: '1.14', secondaryArches: true, keepUnchanged: true, signatures: 16 },
      ...{ appstream: false, stated: [], gpgImport: [] },
    });
  });

  it.each([
    ['true', '1.14'],
    ['1.14', '1.14'],
    ['"1.14"', '1.14'],
    ['1.19', '1.19'],
  ])('imitates with exact: %s flatpak %s', (exact, version) => {
    const imitated = { exact: true, version, secondaryArches: false, keepUnchanged: false };
    expect(parse(`  exact: ${exact}`)).toEqual({ ...DEFAULTS, ...imitated });
  });

  it.each(['1.18', '2', '"1.14.10"', 'yes'])('knows no differences of flatpak %s', (exact) => {
    const [problem, ...others] = problemsOf(`  exact: ${exact}`);
    expect(problem).toContain('expected true, false, or a version of flatpak: 1.14 (for 1.10 to 1.18) or 1.19, found');
    expect(others).toEqual([]);
  });

  it('has a key for each option of build-update-repo that writes config', () => {
    const section = `
  title: Apps
  comment: For tests
  description: |-
    One.
    Two.
  homepage: https://example.org
  icon: https://example.org/icon.png
  redirectUrl: https://new.example.org
  defaultBranch: 24.10
  collectionId: org.example.Apps
  deployCollectionId: true
  deploySideloadCollectionId: false
  authenticatorName: org.example.Auth
  authenticatorInstall: true
  authenticatorOptions: { url: "https://auth.example.org", retries: 3 }
  gpgImport: [a.gpg, b.gpg]`;
    expect(parse(section)).toMatchObject({
      gpgImport: ['a.gpg', 'b.gpg'],
      stated: [
        { setting: 'title', group: 'flatpak', key: 'title', value: 'Apps' },
        { key: 'comment', value: 'For tests' },
        { key: 'description', value: 'One.\nTwo.' },
        { key: 'homepage', value: 'https://example.org' },
        { key: 'icon', value: 'https://example.org/icon.png' },
        { key: 'redirect-url', value: 'https://new.example.org' },
        { key: 'default-branch', value: '24.10' },
        { setting: 'collectionId', group: 'core', key: 'collection-id', value: 'org.example.Apps' },
        { key: 'deploy-collection-id', value: 'true' },
        { key: 'deploy-sideload-collection-id', value: 'false' },
        { key: 'authenticator-name', value: 'org.example.Auth' },
        { key: 'authenticator-install', value: 'true' },
        { setting: 'authenticatorOptions.url', key: 'authenticator-options.url', value: 'https://auth.example.org' },
        { key: 'authenticator-options.retries', value: '3' },
      ],
    });
  });

  it('removes a key from config with an empty text', () => {
    expect(parse('  title: ""')).toMatchObject({ stated: [{ key: 'title', value: undefined }] });
  });

  it('has a key for each option of build-update-repo that makes or removes files', () => {
    const section =
      '  { appstream: true, staticDeltas: auto, staticDeltaJobs: 2, staticDeltaIgnore: ["*.Debug*"], prune: -1 }';
    expect(parse(section)).toMatchObject({
      ...{ appstream: true, prune: -1 },
      staticDeltas: { jobs: 2, ignore: ['*.Debug*'] },
    });
    expect(parse('  staticDeltas: none')).toEqual(DEFAULTS);
  });

  it.each([
    ['  title: "a\\nb"', 'repomill.yaml:3:3: flatpak.title: expected one line of text, found "a\\nb"'],
    ['  titel: a', 'repomill.yaml:3:3: flatpak.titel: unknown key; did you mean "title"?'],
    [
      '  collectionId: Apps',
      'repomill.yaml:3:3: flatpak.collectionId: expected a collection id, such as org.example.Apps: two words or more, of ' +
        'letters, digits and "_", with dots between them, found "Apps"',
    ],
    ['  staticDeltas: true', 'repomill.yaml:3:3: flatpak.staticDeltas: expected auto or none, found the boolean true'],
    [
      '  staticDeltaJobs: 2',
      'repomill.yaml:3:3: flatpak.staticDeltaJobs: expected staticDeltas: auto with it, or it does nothing',
    ],
    [
      '  prune: -2',
      'repomill.yaml:3:3: flatpak.prune: expected a whole number from -1 to 2147483647, found the number -2',
    ],
    [
      '  authenticatorOptions: { a=b: c }',
      'repomill.yaml:3:27: flatpak.authenticatorOptions.a=b: expected a name of letters, digits and "-"',
    ],
    ['  gpgImport: 3', 'repomill.yaml:3:3: flatpak.gpgImport: expected a file, found the number 3'],
  ])('refuses %s', (section, problem) => {
    expect(problemsOf(section)).toEqual([problem]);
  });
});
