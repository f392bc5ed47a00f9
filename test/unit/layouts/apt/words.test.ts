import { describe, expect, it } from 'vitest';
import { encodeText } from '../../../../src/bytes/bytes.ts';
import { encodeState } from '../../../../src/layouts/apt/format/state-file.ts';
import { aptWords } from '../../../../src/layouts/apt/words.ts';

const URL = 'http://127.0.0.1:8080/';

describe('the hint of `serve` for an apt tree', () => {
  const hintFor = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<string | undefined> =>
    aptWords.serveHint?.(URL, async (path) => {
      const content = files[path];
      return typeof content === 'string' ? encodeText(content) : content;
    });
  const stateOf = (...suites: readonly string[]): Uint8Array => encodeState({ date: 0, suites, retained: [] });
  const NONE = 'apt finds it by a line in /etc/apt/sources.list.d';

  it('has a line for each suite, with its components', async () => {
    expect(
      await hintFor({
        'dists/repomill.json': stateOf('sid', 'stable'),
        'dists/stable/Release': 'Suite: stable\nComponents: main contrib\nSHA256:\n',
        'dists/sid/Release': 'Components: main\n',
      }),
    ).toBe(`apt finds it by\n  deb [trusted=yes] ${URL} sid main\n  deb [trusted=yes] ${URL} stable main contrib`);
  });

  it.each<[string, Readonly<Record<string, string | Uint8Array>>]>([
    ['no state', {}],
    ['a state that is not JSON', { 'dists/repomill.json': '{' }],
    ['a state of a newer version', { 'dists/repomill.json': '{"format":"repomill-apt/2"}' }],
    ['a suite that would be a command of the terminal', { 'dists/repomill.json': stateOf('\u001b[2J') }],
    ['a suite without a Release file', { 'dists/repomill.json': stateOf('stable') }],
    [
      'a Release file without components',
      { 'dists/repomill.json': stateOf('stable'), 'dists/stable/Release': 'Suite: stable\n' },
    ],
    [
      'a Release file that is not text',
      { 'dists/repomill.json': stateOf('stable'), 'dists/stable/Release': Uint8Array.of(0xff, 0xfe) },
    ],
    [
      'components that would be a command of the terminal',
      { 'dists/repomill.json': stateOf('stable'), 'dists/stable/Release': 'Components: \u001b[2J\n' },
    ],
  ])('is general for a tree with %s', async (_, files) => {
    expect(await hintFor(files)).toBe(NONE);
  });
});

describe('the configuration that `init --from` writes for packages', () => {
  const guess = (paths: readonly string[], readers: readonly string[] = []): readonly string[] | undefined =>
    aptWords.guess?.({ paths, readers });

  it('reads all packages, wherever they are', () => {
    expect(guess(['a/one.deb', 'two.deb'])).toEqual([
      'layout: apt',
      '',
      '# All packages are in the component main; `<component>/**` in place of `**` takes it from the path.',
      'inputs:',
      '  - files: "**/*.{deb,udeb,dsc}"',
      '',
      '# Where the archive is served, for the file that users install. docs/apt.md explains this and other keys.',
      '# apt: { url: https://packages.example.org }',
    ]);
  });

  it('takes components from a pool', () => {
    expect(guess(['pool/contrib/a/a.dsc', 'pool/main/b.deb'])).toContain(
      '  - files: "pool/<component>/**/*.{deb,udeb,dsc}"',
    );
    expect(guess(['pool/b.deb', 'pool/main/b.deb'])).toContain('  - files: "**/*.{deb,udeb,dsc}"');
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['no packages', ['a.txt', 'deb', 'x.deb.asc'], []],
    ['records in a different form', ['a.deb', 'a.yaml'], ['yaml']],
  ])('is none for %s', (_, paths, readers) => {
    expect(guess(paths, readers)).toBeUndefined();
  });
});
