import { describe, expect, it } from 'vitest';
import { RepomillError } from '../../../../../src/errors.ts';
import {
  formatSourcesEntry,
  formatSourcesLines,
  type SourcesEntry,
} from '../../../../../src/layouts/apt/format/sources-entry.ts';

const entry: SourcesEntry = {
  url: 'https://packages.example.org/debian',
  suites: ['stable'],
  components: ['main', 'contrib'],
  hasSources: false,
  keys: '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDME\n=VWMu\n-----END PGP PUBLIC KEY BLOCK-----\n',
};

describe('formatSourcesEntry', () => {
  it('has the keys inside, with a dot for the empty line', () => {
    expect(formatSourcesEntry(entry)).toBe(`Types: deb
URIs: https://packages.example.org/debian
Suites: stable
Components: main contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mDME
 =VWMu
 -----END PGP PUBLIC KEY BLOCK-----
`);
  });

  it('names source packages, several suites and architectures', () => {
    const more = { ...entry, suites: ['stable', 'testing'], architectures: ['amd64', 'arm64'], hasSources: true };
    expect(formatSourcesEntry({ ...more, keys: undefined })).toBe(`Types: deb deb-src
URIs: https://packages.example.org/debian
Suites: stable testing
Components: main contrib
Architectures: amd64 arm64
Trusted: yes
`);
  });

  it('says what to replace where the URL is not known', () => {
    const lines = formatSourcesEntry({ ...entry, url: undefined }).split('\n');
    expect(lines.slice(0, 3)).toEqual([
      '# Replace the URL: it is the address of the directory that has dists/ in it.',
      'Types: deb',
      'URIs: https://repository.invalid/replace-this-URL',
    ]);
  });

  it.each<[string, Partial<SourcesEntry>, string]>([
    ['a URL with a blank', { url: 'https://a b' }, 'https://a b'],
    ['a URL with a line end', { url: 'https://a\nTrusted: yes' }, 'https://a\\nTrusted: yes'],
    ['an empty component', { components: [''] }, ''],
    ['an arch of two words', { architectures: ['a b'] }, 'a b'],
  ])('refuses %s', (_, members, found) => {
    const error = new RepomillError('format', `expected a word without blanks, found "${found}"`);
    expect(() => formatSourcesEntry({ ...entry, ...members })).toThrow(error);
    expect(() => formatSourcesLines({ ...entry, ...members }, '/a.asc')).toThrow(error);
  });
});

describe('formatSourcesLines', () => {
  it('has a line for each suite and type', () => {
    const more = { ...entry, suites: ['stable', 'testing'], architectures: ['amd64', 'arm64'], hasSources: true };
    expect(formatSourcesLines(more, '/etc/apt/keyrings/example.asc')).toBe(
      ['stable', 'testing']
        .flatMap((suite) => ['deb', 'deb-src'].map((type) => ({ suite, type })))
        .map(
          ({ suite, type }) =>
            `${type} [arch=amd64,arm64 signed-by=/etc/apt/keyrings/example.asc] ` +
            `https://packages.example.org/debian ${suite} main contrib\n`,
        )
        .join(''),
    );
  });

  it('trusts an archive that is not signed, and says what to replace', () => {
    expect(formatSourcesLines({ ...entry, keys: undefined, url: undefined }, '/a.asc')).toBe(
      'deb [trusted=yes] https://repository.invalid/replace-this-URL stable main contrib\n',
    );
  });
});
