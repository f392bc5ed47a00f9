import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/parse-config.ts';
import { formatProblem, RepomillError } from '../../../../src/errors.ts';
import { aptSection, subsetsOfSuites } from '../../../../src/layouts/apt/settings.ts';
import { configSections } from '../../../../src/layouts/layouts.ts';
import { parseQuery } from '../../../../src/query/parse-query.ts';

const parse = (section: string): unknown =>
  parseConfig(`name: a\napt:\n${section}`, 'repomill.yaml', { readers: [], sections: configSections }).sections.get(
    'apt',
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

const DAY = 86_400;
const DEFAULTS = aptSection.defaults;
const SUITE =
  'the name of a suite, without "/": letters, digits, ".", "-", "_", "+" and "~", starting with a letter or digit';
const COMPONENT =
  'the name of a component, without "/": letters, digits, ".", "-", "_", "+" and "~", starting with a letter or digit';
const SUITES = 'a mapping of suite names to their settings';
const SIZE = 'a size from 16 kB to 64 MB, such as "512 kB"';
const TIME = 'a time in hours, days or weeks, such as "14 days", up to 10000 days';

describe('aptSection', () => {
  it('has xz and gzip, a week for old files, patches for four weeks, and no end of its own accord', () => {
    expect(DEFAULTS).toEqual({
      ...{ suites: [], compress: ['xz', 'gz'], piece: 384_000, plain: true, keep: 7 * DAY, history: 28 },
      ...{ contents: false, sources: true },
    });
    expect(parse('  {}')).toEqual(DEFAULTS);
  });

  it('reads every key', () => {
    const section = `
  origin: Example
  label: Example packages
  url: https://packages.example.org/debian//
  suites:
    bookworm:
      suite: stable
      codename: bookworm
      components: [main, non-free-firmware]
      arches: [amd64]
      where: not tags = testing
      description: For servers
      version: "12.1"
      origin: Ours
      label: Servers
    trixie: { notAutomatic: true, butAutomaticUpgrades: true }
    sid:
  compress: [gz]
  plain: false
  validFor: 14 days
  keep: 36 hours
  history: 0
  pool: link
  contents: true
  sources: false`;
    const plain = { notAutomatic: false, butAutomaticUpgrades: false };
    expect(parse(section)).toEqual({
      ...{ origin: 'Example', label: 'Example packages', url: 'https://packages.example.org/debian' },
      suites: [
        {
          ...{ name: 'bookworm', suite: 'stable', codename: 'bookworm', components: ['main', 'non-free-firmware'] },
          ...{ arches: ['amd64'], where: parseQuery('not tags = testing'), description: 'For servers' },
          ...{ version: '12.1', origin: 'Ours', label: 'Servers', ...plain },
        },
        { name: 'trixie', suite: 'trixie', codename: 'trixie', notAutomatic: true, butAutomaticUpgrades: true },
        { name: 'sid', suite: 'sid', codename: 'sid', ...plain },
      ],
      ...{ compress: ['gz'], piece: 384_000, plain: false, validFor: 14 * DAY, keep: 36 * 3600, history: 0 },
      ...{ pool: 'link', contents: true, sources: false },
    });
  });

  it.each([
    ['[xz]', ['xz'], 384_000],
    ['[gz, xz]', ['gz', 'xz'], 384_000],
    ['[]', [], 384_000],
    ['{ xz: }', ['xz'], 384_000],
    ['{ xz: { piece: 1 MB }, gz: }', ['xz', 'gz'], 1_000_000],
    ['{ xz: { piece: 100kB }, gz: { piece: 100000 B } }', ['xz', 'gz'], 100_000],
    ['{ gz: { piece: 16000 } }', ['gz'], 16_000],
    ['{ gz: { piece: 64 MB } }', ['gz'], 64_000_000],
  ])('reads compress: %s', (compress, expected, piece) => {
    expect(parse(`  compress: ${compress}`)).toEqual({ ...DEFAULTS, compress: expected, piece });
  });

  it.each([
    ['1 hour', 3600],
    ['48 hours', 2 * DAY],
    ['1 day', DAY],
    ['2 weeks', 14 * DAY],
    ['10000 days', 10_000 * DAY],
  ])('reads a time of %s', (text, seconds) => {
    expect(parse(`  { keep: ${text}, validFor: ${text} }`)).toMatchObject({ keep: seconds, validFor: seconds });
  });

  it('keeps nothing for a time of 0 days', () => {
    expect(parse('  keep: 0 days')).toMatchObject({ keep: 0 });
  });

  it.each([
    ['12', '12'],
    ['12.0', '12.0'],
    ['12.10', '12.10'],
    ['"12"', '12'],
    ['12 (updated)', '12 (updated)'],
  ])('takes version: %s as it is written', (written, version) => {
    expect(parse(`  suites: { a: { version: ${written} } }`)).toMatchObject({ suites: [{ version }] });
  });

  it.each([
    ['  []', ['2:1: apt: expected a mapping of settings, found an empty list']],
    ['  cmpress: a', ['3:3: apt.cmpress: unknown key; did you mean "compress"?']],
    ['  origin: ""', ['3:3: apt.origin: expected one line of text, found ""']],
    ['  origin: "a\\nb"', ['3:3: apt.origin: expected one line of text, found "a\\nb"']],
    ['  label: 3', ['3:3: apt.label: expected one line of text, found the number 3']],
    ['  url: example.org', ['3:3: apt.url: expected an http(s) URL, found "example.org"']],
    ['  url: "https://a b"', ['3:3: apt.url: expected an http(s) URL, found "https://a b"']],
    ['  suites: stable', [`3:3: apt.suites: expected ${SUITES}, found "stable"`]],
    ['  suites: {}', ['3:3: apt.suites: expected a suite, found none']],
    ['  suites: []', [`3:3: apt.suites: expected ${SUITES}, found an empty list`]],
    ['  suites:', [`3:3: apt.suites: expected ${SUITES}, found nothing`]],
    ['  suites: { a/b: }', [`3:13: apt.suites.a/b: expected ${SUITE}, found "a/b"`]],
    ['  suites: { .x: }', [`3:13: apt.suites..x: expected ${SUITE}, found ".x"`]],
    ['  suites: { a: 3 }', ['3:13: apt.suites.a: expected a mapping of settings, found the number 3']],
    [
      '  suites: { a: { notAutomatik: true } }',
      ['3:18: apt.suites.a.notAutomatik: unknown key; did you mean "notAutomatic"?'],
    ],
    [
      '  suites: { a: { suite: "b c" } }',
      [
        '3:18: apt.suites.a.suite: expected letters, digits, ".", "-" and "_", starting with a letter or digit, found "b c"',
      ],
    ],
    [
      '  suites: { a: { codename: 3 } }',
      [
        '3:18: apt.suites.a.codename: expected letters, digits, ".", "-" and "_", starting with a letter or digit, found the number 3',
      ],
    ],
    [
      '  suites: { a: { components: main } }',
      [`3:18: apt.suites.a.components: expected a list, each entry ${COMPONENT}, found "main"`],
    ],
    [
      '  suites: { a: { components: [main, main] } }',
      ['3:37: apt.suites.a.components[1]: expected each entry once, found "main" again'],
    ],
    [
      '  suites: { a: { components: [a/b] } }',
      [`3:31: apt.suites.a.components[0]: expected ${COMPONENT}, found "a/b"`],
    ],
    [
      '  suites: { a: { arches: [all] } }',
      [
        '3:27: apt.suites.a.arches[0]: expected an architecture: letters, digits, ".", "-" and "_", and not "all", found "all"',
      ],
    ],
    ['  suites: { a: { where: "x =" } }', ['3:29: apt.suites.a.where: expected a value, found the end']],
    ['  suites: { a: { where: 3 } }', ['3:18: apt.suites.a.where: expected a query, found the number 3']],
    ['  suites: { a: { description: "" } }', ['3:18: apt.suites.a.description: expected one line of text, found ""']],
    [
      '  suites: { a: { version: true } }',
      ['3:18: apt.suites.a.version: expected one line of text, found the boolean true'],
    ],
    [
      '  suites: { a: { notAutomatic: yes please } }',
      ['3:18: apt.suites.a.notAutomatic: expected true or false, found "yes please"'],
    ],
    [
      '  suites: { a: { butAutomaticUpgrades: true } }',
      ['3:18: apt.suites.a.butAutomaticUpgrades: expected notAutomatic: true with it, or it does nothing'],
    ],
    [
      '  compress: zstd',
      ['3:3: apt.compress: expected a list of xz and gz, or a mapping with their settings, found "zstd"'],
    ],
    ['  compress: [zstd]', ['3:14: apt.compress[0]: expected xz or gz, found "zstd"; known: xz, gz']],
    ['  compress: [xz, xz]', ['3:18: apt.compress[1]: expected each compression once, found xz again']],
    ['  compress: [3]', ['3:14: apt.compress[0]: expected xz or gz, found the number 3']],
    ['  compress: { bz2: }', ['3:15: apt.compress.bz2: expected xz or gz, found "bz2"; known: xz, gz']],
    ['  compress: { xz: 3 }', ['3:15: apt.compress.xz: expected a mapping with the key "piece", found the number 3']],
    ['  compress: { xz: { pieces: 1 } }', ['3:21: apt.compress.xz.pieces: unknown key; did you mean "piece"?']],
    ['  compress: { xz: { piece: 15999 } }', [`3:21: apt.compress.xz.piece: expected ${SIZE}, found the number 15999`]],
    ['  compress: { xz: { piece: 65 MB } }', [`3:21: apt.compress.xz.piece: expected ${SIZE}, found "65 MB"`]],
    ['  compress: { xz: { piece: 1.5 MB } }', [`3:21: apt.compress.xz.piece: expected ${SIZE}, found "1.5 MB"`]],
    ['  compress: { xz: { piece: 1 MiB } }', [`3:21: apt.compress.xz.piece: expected ${SIZE}, found "1 MiB"`]],
    [
      '  compress: { xz: { piece: 512 kB }, gz: { piece: 1 MB } }',
      ['3:44: apt.compress.gz.piece: expected the same size for all compressions'],
    ],
    [
      '  { compress: [], plain: false }',
      ['3:5: apt.compress: expected xz or gz without uncompressed indexes (plain: false), found neither'],
    ],
    ['  plain: 1', ['3:3: apt.plain: expected true or false, found the number 1']],
    ['  validFor: 14', [`3:3: apt.validFor: expected ${TIME}, found the number 14`]],
    ['  validFor: 0 days', ['3:3: apt.validFor: expected at least one hour, found "0 days"']],
    ['  validFor: 2 months', [`3:3: apt.validFor: expected ${TIME}, found "2 months"`]],
    ['  keep: -1 days', [`3:3: apt.keep: expected ${TIME}, found "-1 days"`]],
    ['  keep: 10001 days', [`3:3: apt.keep: expected ${TIME}, found "10001 days"`]],
    ['  keep: 1.5 days', [`3:3: apt.keep: expected ${TIME}, found "1.5 days"`]],
    ['  history: -1', ['3:3: apt.history: expected a whole number from 0 to 256, found the number -1']],
    ['  history: 257', ['3:3: apt.history: expected a whole number from 0 to 256, found the number 257']],
    ['  history: 2.5', ['3:3: apt.history: expected a whole number from 0 to 256, found the number 2.5']],
    ['  pool: move', ['3:3: apt.pool: expected copy, link or none, found "move"; known: copy, link, none']],
    ['  pool: true', ['3:3: apt.pool: expected copy, link or none, found the boolean true']],
    ['  contents: maybe', ['3:3: apt.contents: expected true or false, found "maybe"']],
    ['  sources: 1', ['3:3: apt.sources: expected true or false, found the number 1']],
  ])('refuses %s', (section, problems) => {
    expect(problemsOf(section)).toEqual(problems.map((problem) => `repomill.yaml:${problem}`));
  });

  it('reports every problem of a section in one run', () => {
    expect(problemsOf('  { origin: 3, keep: 4, pool: 5, suites: { a: { where: 1 } } }')).toEqual([
      'repomill.yaml:3:5: apt.origin: expected one line of text, found the number 3',
      `repomill.yaml:3:16: apt.keep: expected ${TIME}, found the number 4`,
      'repomill.yaml:3:25: apt.pool: expected copy, link or none, found the number 5',
      'repomill.yaml:3:49: apt.suites.a.where: expected a query, found the number 1',
    ]);
  });
});

describe('subsetsOfSuites', () => {
  it('has the suites with a query, under their names', () => {
    const where = parseQuery('section = admin');
    const suite = { suite: 'a', codename: 'a', notAutomatic: false, butAutomaticUpgrades: false };
    expect(
      subsetsOfSuites({
        suites: [
          { ...suite, name: 'all' },
          { ...suite, name: 'tools', where },
        ],
      }),
    ).toEqual([{ name: 'tools', where }]);
  });
});
