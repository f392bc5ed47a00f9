import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { parseConfig } from '../../../src/config/parse-config.ts';
import { formatError, formatProblem, RepomillError } from '../../../src/errors.ts';
import { configSections } from '../../../src/layouts/layouts.ts';
import { MAX_ARCHES } from '../../../src/model/limits.ts';
import { presets as shipped } from '../../../src/platform/templates.ts';
import { parseQuery } from '../../../src/query/parse-query.ts';

const readers = ['json', 'yaml', 'deb822'];

const scoop = `inputs:
  - files: bucket/<name>.json
    records: [architecture.<arch>, .]
    fields: { sha256: hash }
    omit: [x]
    invalid: skip
`;
const helm = 'inputs: [{ files: "**/index.yaml", records: entries.* }]\ndetails: [metadata]';
const presets = { names: ['scoop', 'helm'], read: (name: string) => (name === 'scoop' ? scoop : helm) };

function parse(text: string): Config {
  return parseConfig(text, 'repomill.yaml', { readers, sections: configSections, presets });
}

const problemsOf = (text: string): readonly string[] => refusalOf(text, () => parse(text));

function refusalOf(text: string, attempt: () => unknown): readonly string[] {
  try {
    attempt();
  } catch (error) {
    if (!(error instanceof RepomillError)) throw error;
    expect(error.code).toBe('usage');
    return error.problems.map(formatProblem);
  }
  throw new Error(`accepted:\n${text}`);
}

const full = `
# yaml-language-server: $schema=./config.schema.json
name: debian-bookworm
title: Debian bookworm
arches: [amd64, arm64]
versions: semver
inputs:
  - files: <component>/<arch>/Packages
    reader: deb822
    omit: [MD5sum, Description-md5]
  - extra/**/*.json
subsets:
  free: component = main
  floss:
  tagged: ~
history: 0
combined: [amd64]
details: [changelog, details]
paths: [ "pool/{component}/{Source|name:word:pool}/{name}_{version:noepoch}_{arch}.deb" ]
packages: { root: ../debs, publish: link }
flatpak: { exact: true, secondaryArches: true, signatures: 3 }
`;

describe('parseConfig', () => {
  it('reads every key', () => {
    expect(parse(full)).toEqual({
      name: 'debian-bookworm',
      title: 'Debian bookworm',
      arches: ['amd64', 'arm64'],
      versions: 'semver',
      lists: [],
      inputs: [
        { files: '<component>/<arch>/Packages', reader: 'deb822', omit: ['MD5sum', 'Description-md5'] },
        { files: 'extra/**/*.json', omit: [] },
      ],
      subsets: [{ name: 'free', where: parseQuery('component = main') }, { name: 'floss' }, { name: 'tagged' }],
      history: 0,
      combined: ['amd64'],
      details: ['details', 'packageDeltas', 'changelog'],
      paths: ['pool/{component}/{Source|name:word:pool}/{name}_{version:noepoch}_{arch}.deb'],
      packages: { root: '../debs', publish: 'link' },
      sections: new Map([['flatpak', expect.objectContaining({ exact: true, version: '1.14', signatures: 3 })]]),
      file: { path: 'repomill.yaml', lines: expect.any(Map) },
    });
  });

  it('fills in every default', () => {
    expect(parse('name: a')).toEqual({
      name: 'a',
      inputs: [{ files: '**/*', omit: [], skipsUnrecognised: true }],
      arches: [],
      versions: 'debian',
      lists: [],
      subsets: [],
      history: undefined,
      combined: [],
      details: ['details', 'packageDeltas'],
      paths: [],
      packages: undefined,
      sections: new Map(),
      file: { path: 'repomill.yaml', lines: new Map([['name', 1]]) },
    });
  });

  it('remembers the line of each setting', () => {
    const lines = parse(full).file?.lines ?? new Map();
    const settings = [
      'name',
      'inputs',
      'inputs[0]',
      'inputs[0].omit',
      'inputs[1]',
      'subsets',
      'subsets.floss',
      'flatpak',
    ];
    expect(settings.map((setting) => lines.get(setting))).toEqual([3, 7, 8, 10, 11, 12, 14, 21]);
    expect(lines.has('combined') && !lines.has('readers')).toBe(true);
  });

  it.each([
    ['latin1', 'windows-1252'],
    ['UTF-8', 'utf-8'],
    ['cp866', 'ibm866'],
  ])('names the encoding of an input after the standard: %s', (label, encoding) => {
    expect(parse(`name: a\ninputs:\n  - files: x\n    encoding: ${label}\n`).inputs).toEqual([
      { files: 'x', encoding, omit: [] },
    ]);
  });

  it('lets only the default input skip files that no reader recognises', () => {
    expect(parse('name: a\ninputs: ["**/*"]').inputs).toEqual([{ files: '**/*', omit: [] }]);
  });

  it.each([
    'history: 0',
    'history: 256',
    'flatpak: {}',
    'flatpak: { signatures: 256 }',
    'arches: []',
    'subsets: {}',
    `title: ${'t'.repeat(255)}`,
    'subsets: {2.x_y: a}',
  ])('accepts %s', (line) => {
    expect(parse(`name: a\n${line}`).name).toBe('a');
  });

  it.each([
    // the document
    ['', ['1:1: expected a mapping with the key "name", found an empty file']],
    ['# nothing\n', ['1:1: expected a mapping with the key "name", found an empty file']],
    ['~', ['1:1: expected a mapping with the key "name", found nothing']],
    ['- a', ['1:1: expected a mapping with the key "name", found a list']],
    ['\n  a', ['2:3: expected a mapping with the key "name", found "a"']],
    ['title: a', ['1:1: expected the key "name"']],
    ['name: a\n---\nname: b', ['3:1: expected only one document, found a second one']],
    // the name and the title
    [
      'name:',
      ['1:1: name: expected letters, digits, ".", "-" and "_", starting with a letter or digit, found nothing'],
    ],
    [
      'name: 7',
      ['1:1: name: expected letters, digits, ".", "-" and "_", starting with a letter or digit, found the number 7'],
    ],
    [
      'name: a/b',
      ['1:1: name: expected letters, digits, ".", "-" and "_", starting with a letter or digit, found "a/b"'],
    ],
    [
      'name: ..',
      ['1:1: name: expected letters, digits, ".", "-" and "_", starting with a letter or digit, found ".."'],
    ],
    [`name: ${'n'.repeat(256)}`, ['1:1: name: expected at most 255 characters, found 256']],
    ['name: a\ntitle: ""', ['2:1: title: expected one line of text, found ""']],
    ['name: a\ntitle: "a\\nb"', ['2:1: title: expected one line of text, found "a\\nb"']],
    // keys
    ['name: a\nhistroy: 3', ['2:1: histroy: unknown key; did you mean "history"?']],
    ['name: a\nflatpak: exact', ['2:1: flatpak: expected a mapping of settings, found "exact"']],
    [
      'name: a\nflatpak: { exact: yes }',
      [
        '2:12: flatpak.exact: expected true, false, or a version of flatpak: 1.14 (for 1.10 to 1.18) or 1.19, found "yes"',
      ],
    ],
    ['name: a\nflatpak: { exat: true }', ['2:12: flatpak.exat: unknown key; did you mean "exact"?']],
    [
      'name: a\nflatpak: { signatures: 257 }',
      ['2:12: flatpak.signatures: expected a whole number from 0 to 256, found the number 257'],
    ],
    ['name: a\nSubsets: {}', ['2:1: Subsets: unknown key; did you mean "subsets"?']],
    [
      'name: a\nx: 3',
      [
        '2:1: x: unknown key; known: name, title, layout, preset, inputs, arches, versions, subsets, history, combined, details, paths, packages, flatpak, apt',
      ],
    ],
    [
      'name: a\n__proto__: 3',
      [
        '2:1: __proto__: unknown key; known: name, title, layout, preset, inputs, arches, versions, subsets, history, combined, details, paths, packages, flatpak, apt',
      ],
    ],
    // lists of names
    [
      'name: a\narches: amd64',
      [
        '2:1: arches: expected a list, each entry an architecture: letters, digits, ".", "-" and "_", and not "all", found "amd64"',
      ],
    ],
    [
      'name: a\narches: [amd64, all]',
      ['2:17: arches[1]: expected an architecture: letters, digits, ".", "-" and "_", and not "all", found "all"'],
    ],
    [
      'name: a\narches: [386]',
      [
        '2:10: arches[0]: expected an architecture: letters, digits, ".", "-" and "_", and not "all", found the number 386',
      ],
    ],
    [
      'name: a\nversions: semvr',
      ['2:1: versions: expected an order of versions, found "semvr"; did you mean "semver"?'],
    ],
    [
      'name: a\nversions: newest',
      ['2:1: versions: expected an order of versions, found "newest"; known: debian, semver, pep440, rpm, loose'],
    ],
    ['name: a\nversions: 1', ['2:1: versions: expected an order of versions, found the number 1']],
    ['name: a\ncombined:\n  - amd64\n  - amd64', ['4:5: combined[1]: expected each entry once, found "amd64" again']],
    [
      'name: a\ndetails: [changelog, version]',
      ['2:22: details[1]: expected a field name other than name, version and arch, found "version"'],
    ],
    // inputs
    ['name: a\ninputs: []', ['2:1: inputs: expected at least one input, found an empty list']],
    ['name: a\ninputs: Packages', ['2:1: inputs: expected a list of inputs, found "Packages"']],
    [
      'name: a\ninputs:\n  - 3',
      ['3:5: inputs[0]: expected a file pattern or a mapping with the key "files", found the number 3'],
    ],
    ['name: a\ninputs:\n  - reader: json', ['3:5: inputs[0]: expected the key "files"']],
    [
      'name: a\ninputs:\n  - files: x\n    encoding: latin-1',
      ['4:5: inputs[0].encoding: expected an encoding, found "latin-1"; did you mean "latin1"?'],
    ],
    [
      'name: a\ninputs:\n  - files: x\n    encoding: 8859',
      ['4:5: inputs[0].encoding: expected an encoding, found the number 8859'],
    ],
    ['name: a\ninputs:\n  - files: ""', ['3:5: inputs[0].files: expected a file pattern, found ""']],
    [
      'name: a\ninputs: [{file: x}]',
      ['2:10: inputs[0]: expected the key "files"', '2:11: inputs[0].file: unknown key; did you mean "files"?'],
    ],
    [
      'name: a\ninputs:\n  - files: x\n    reader: deb882',
      ['4:5: inputs[0].reader: expected a reader, found "deb882"; did you mean "deb822"?'],
    ],
    [
      'name: a\ninputs:\n  - files: x\n    reader: rpm-md',
      ['4:5: inputs[0].reader: expected a reader, found "rpm-md"; known: json, yaml, deb822'],
    ],
    [
      'name: a\ninputs:\n  - files: x\n    omit: [[]]',
      ['4:12: inputs[0].omit[0]: expected a field name, found an empty list'],
    ],
    // file patterns: into the text
    ['name: a\ninputs:\n  - main/../x', ['3:10: inputs[0]: expected a path below the input directory, found ".."']],
    [
      'name: a\ninputs:\n  - files:  "<component/x"',
      ['3:14: inputs[0].files: expected a field such as `<arch>`: letters, digits, `-` and `_`'],
    ],
    // history
    ['name: a\nhistory: -1', ['2:1: history: expected a whole number from 0 to 256, found the number -1']],
    ['name: a\nhistory: 257', ['2:1: history: expected a whole number from 0 to 256, found the number 257']],
    ['name: a\nhistory: 1.5', ['2:1: history: expected a whole number from 0 to 256, found the number 1.5']],
    ['name: a\nhistory: .nan', ['2:1: history: expected a whole number from 0 to 256, found the number NaN']],
    ['name: a\nhistory: "16"', ['2:1: history: expected a whole number from 0 to 256, found "16"']],
    ['name: a\nhistory: yes', ['2:1: history: expected a whole number from 0 to 256, found "yes"']],
    // subsets
    ['name: a\nsubsets: [free]', ['2:1: subsets: expected a mapping of subset names to queries, found a list']],
    [
      'name: a\nsubsets:\n  non/free: a = b',
      [
        '3:3: subsets.non/free: expected letters, digits, ".", "-" and "_", starting with a letter or digit, found "non/free"',
      ],
    ],
    [
      'name: a\nsubsets:\n  free: true',
      ['3:3: subsets.free: expected a query, or nothing for a tag, found the boolean true'],
    ],
    ['name: a\nsubsets:\n  free: ""', ['3:3: subsets.free: expected a field name, `not` or `(`, found the end']],
    // paths
    [
      'name: a\npaths: ["{name}.deb", "x/{name:wrod}", "{path}"]',
      [
        '2:32: paths[1]: unknown filter "wrod"; did you mean "word"?',
        '2:42: paths[2]: expected a field other than path in {path}',
      ],
    ],
    ['name: a\npaths: [""]', ['2:9: paths[0]: expected a path rule, found ""']],
    [
      `name: a\npaths: [${Array.from({ length: 17 }, (_, i) => `p${i}`).join(', ')}]`,
      ['2:1: paths: expected at most 16 path rules, found 17'],
    ],
    // packages
    ['name: a\npackages: pool', ['2:1: packages: expected a mapping with the key "root", found "pool"']],
    ['name: a\npackages: { publish: copy }', ['2:1: packages: expected the key "root"']],
    ['name: a\npackages: { root: "" }', ['2:13: packages.root: expected a directory, found ""']],
    ['name: a\npackages: { root: 3 }', ['2:13: packages.root: expected a directory, found the number 3']],
    [
      'name: a\npackages: { root: ., publish: hardlink, rot: x }',
      [
        '2:22: packages.publish: expected none, copy or link, found "hardlink"; known: none, copy, link',
        '2:41: packages.rot: unknown key; did you mean "root"?',
      ],
    ],
    [
      'name: a\ndetails: [changelog, path, sha256]\npackages: { root: . }',
      [
        '2:1: details: expected no path, which `packages` needs in the summary',
        '2:1: details: expected no sha256, which `packages` needs in the summary',
      ],
    ],
  ])('refuses %j', (text, problems) => {
    expect(problemsOf(text)).toEqual(problems.map((problem) => `repomill.yaml:${problem}`));
  });

  it('refuses more architectures than anybody has', () => {
    const listing = (count: number): string => `name: a\narches: [${Array.from({ length: count }, (_, i) => `a${i}`)}]`;
    expect(parse(listing(MAX_ARCHES)).arches).toHaveLength(1000);
    expect(problemsOf(listing(20_000))).toEqual([
      'repomill.yaml:2:1: arches: expected at most 1000 entries, found 20000',
    ]);
  });

  const noStep = 'expected a step such as `entries` or `"a.b"`';
  const noField = 'expected a name, `*` or a field such as `<name>`, found';
  const noSource = 'expected a dotted path or a template, found';
  const noValue = 'expected a text, a number, true, false, a list or a mapping, found';
  it.each<[string, readonly string[]]>([
    // records
    ['records: ""', ['4:5: records: expected a path to records, such as "entries.*", found ""']],
    ['records: []', ['4:5: records: expected at least one path to records, found an empty list']],
    ['records: 3', ['4:5: records: expected a path to records, or a list, found the number 3']],
    ['records: ~', ['4:5: records: expected a path to records, or a list, found nothing']],
    ['records: { a: b }', ['4:5: records: expected a path to records, or a list, found a mapping']],
    ['records: [""]', ['4:15: records[0]: expected a path to records, such as "entries.*", found ""']],
    ['records: [[a]]', ['4:15: records[0]: expected a path to records, such as "entries.*", found a list']],
    ['records: a..b', [`4:16: records: ${noStep}`]],
    ['records: [a, b..c]', [`4:20: records[1]: ${noStep}`]],
    ['records:\n      - a\n      - b.', [`6:11: records[1]: ${noStep}`]],
    ['records: a b', ['4:15: records: expected a dot between steps']],
    ['records: "a b"', ['4:16: records: expected a dot between steps']],
    ['records: a.<', [`4:16: records: ${noField} <`]],
    ['records: a.**', [`4:16: records: ${noField} **`]],
    ['records: <x>.<x>', ['4:18: records: expected <x> only once']],
    ['records: a\n    records: b', ['5:5: invalid YAML: map keys must be unique']],
    // where
    ['where: a = = b', ['4:16: where: expected a value, found `=`']],
    ['where: ""', ['4:5: where: expected a field name, `not` or `(`, found the end']],
    ['where: 3', ['4:5: where: expected a query, found the number 3']],
    ['where: ~', ['4:5: where: expected a query, found nothing']],
    // fields
    ['fields: []', ['4:5: fields: expected a mapping of field names to their sources, found an empty list']],
    ['fields: name', ['4:5: fields: expected a mapping of field names to their sources, found "name"']],
    ['fields: ~', ['4:5: fields: expected a mapping of field names to their sources, found nothing']],
    ['fields: { a: 3 }', [`4:15: fields.a: ${noSource} the number 3`]],
    ['fields: { a: true }', [`4:15: fields.a: ${noSource} the boolean true`]],
    ['fields: { a: [x] }', [`4:15: fields.a: ${noSource} a list`]],
    ['fields: { a: { b: c } }', [`4:15: fields.a: ${noSource} a mapping`]],
    ['fields: { a: ~ }', [`4:15: fields.a: ${noSource} nothing`]],
    ['fields: { a: "" }', [`4:15: fields.a: ${noSource} ""`]],
    ['fields: { a: b..c }', [`4:20: fields.a: ${noStep}`]],
    ['fields: { a: "b:lowr" }', ['4:21: fields.a: unknown filter "lowr"; did you mean "lower"?']],
    [
      'fields: { a: "b:nope" }',
      [
        '4:21: fields.a: unknown filter "nope"; ' +
          'known: text, list, map, sha256, url, path, word, noepoch, pool, lower, upper, file, relative, noslash, positive, arch',
      ],
    ],
    ['fields: { a: b|c..d:lower }', [`4:22: fields.a: ${noStep}`]],
    ['fields: { a: b|c:lower:upprr }', ['4:28: fields.a: unknown filter "upprr"; did you mean "upper"?']],
    ['fields: { a: b|"c d"e }', ['4:25: fields.a: expected a dot between steps']],
    [
      'fields: { a: "b:text|c" }',
      ['4:21: fields.a: unknown filter "text|c"; filters come after the last alternative, as in a|b:lower'],
    ],
    ['fields: { a: "{b" }', ['4:19: fields.a: unmatched {']],
    ['fields: { a: "b}" }', ['4:20: fields.a: unmatched }']],
    ['fields: { a: "{}" }', ['4:20: fields.a: expected a field in {}']],
    ['fields: { a: "x-{b|}" }', ['4:24: fields.a: expected a field in {b|}']],
    ['fields: { a: "x-{b:lower}-{c:lowr}" }', ['4:34: fields.a: unknown filter "lowr"; did you mean "lower"?']],
    [
      'fields: { a: "x-{b:text}" }',
      ['4:24: fields.a: unknown filter "text"; it is for dotted paths, which have no braces'],
    ],
    [
      'fields: { a: "{b:lower|c}" }',
      ['4:22: fields.a: unknown filter "lower|c"; filters come after the last alternative, as in a|b:lower'],
    ],
    ['fields: { a: "{b..c}" }', [`4:22: fields.a: ${noStep}`]],
    ['fields: { a: "{x}{b|c..d}" }', [`4:27: fields.a: ${noStep}`]],
    ['fields: { a: b, a: c }', ['4:21: invalid YAML: map keys must be unique']],
    [
      'fields: { __proto__: c }',
      ['4:15: fields.__proto__: expected a field name other than __proto__ and detailsSize, found "__proto__"'],
    ],
    [
      'fields: { detailsSize: c }',
      ['4:15: fields.detailsSize: expected a field name other than __proto__ and detailsSize, found "detailsSize"'],
    ],
    // defaults
    ['defaults: []', ['4:5: defaults: expected a mapping of field names to values, found an empty list']],
    ['defaults: all', ['4:5: defaults: expected a mapping of field names to values, found "all"']],
    ['defaults: { arch: ~ }', [`4:17: defaults.arch: ${noValue} nothing`]],
    ['defaults: { a: .nan }', [`4:17: defaults.a: ${noValue} the number NaN`]],
    [
      'defaults: { detailsSize: 1 }',
      ['4:17: defaults.detailsSize: expected a field name other than __proto__ and detailsSize, found "detailsSize"'],
    ],
    ['defaults: { size: big }', ['4:17: defaults.size: expected an integer from 0 to 9007199254740991, found "big"']],
    ['defaults: { tags: { a: b } }', ['4:17: defaults.tags: expected a list of strings, found an object']],
    [
      'defaults: { version: a/b }',
      ['4:17: defaults.version: expected no slash, backslash or control character, found "a/b"'],
    ],
    [
      'defaults: { arch: true }',
      ['4:17: defaults.arch: expected a string or a list of strings, found true; put it in quotation marks'],
    ],
    ['defaults: { a: b, a: c }', ['4:23: invalid YAML: map keys must be unique']],
    // only and omit
    ['only: name', ['4:5: only: expected a list, each entry a field name, found "name"']],
    ['only: [3]', ['4:12: only[0]: expected a field name, found the number 3']],
    ['only: [""]', ['4:12: only[0]: expected a field name, found ""']],
    ['only: [a, a]', ['4:15: only[1]: expected each entry once, found "a" again']],
    ['only: [a]\n    omit: [b]', ['4:5: only: expected either `only` or `omit`, found both']],
    ['omit: [b]\n    only: [a]', ['5:5: only: expected either `only` or `omit`, found both']],
    // invalid
    ['invalid: ski', ['4:5: invalid: expected "skip" or "fail", found "ski"; did you mean "skip"?']],
    ['invalid: true', ['4:5: invalid: expected "skip" or "fail", found the boolean true']],
    ['invalid: ~', ['4:5: invalid: expected "skip" or "fail", found nothing']],
    // presets
    ['preset: scop', ['4:5: preset: expected a preset, found "scop"; did you mean "scoop"?']],
    ['preset: nope', ['4:5: preset: expected a preset, found "nope"; known: scoop, helm']],
    ['preset: 3', ['4:5: preset: expected a preset, found the number 3']],
    ['preset: [scoop, helm]', ['4:5: preset: expected a preset, found a list']],
    ['preset: ~', ['4:5: preset: expected a preset, found nothing']],
    // keys
    ['record: a', ['4:5: record: unknown key; did you mean "records"?']],
    ['field: {}', ['4:5: field: unknown key; did you mean "fields"?']],
    ['default: {}', ['4:5: default: unknown key; did you mean "defaults"?']],
    [
      'records: a..b\n    fields: { a: "{", b: c..d }\n    invalid: no\n    only: [a]\n    omit: [b]\n    preset: scop',
      [
        `4:16: records: ${noStep}`,
        '5:19: fields.a: unmatched {',
        `5:28: fields.b: ${noStep}`,
        '6:5: invalid: expected "skip" or "fail", found "no"; known: skip, fail',
        '7:5: only: expected either `only` or `omit`, found both',
        '9:5: preset: expected a preset, found "scop"; did you mean "scoop"?',
      ],
    ],
  ])('refuses an input with %j', (keys, problems) => {
    const expected = problems.map((problem) =>
      problem.includes('invalid YAML') ? problem : problem.replace(': ', ': inputs[0].'),
    );
    expect(problemsOf(`name: a\ninputs:\n  - files: x\n    ${keys}`)).toEqual(
      expected.map((problem) => `repomill.yaml:${problem}`),
    );
  });

  it.each<[string, Config['inputs'][number]]>([
    ['records: entries.*', { files: 'x', omit: [], records: ['entries.*'] }],
    ['records: [a.<b>, .]', { files: 'x', omit: [], records: ['a.<b>', '.'] }],
    [`records: '"a.b".<c>'`, { files: 'x', omit: [], records: ['"a.b".<c>'] }],
    ['where: a = b', { files: 'x', omit: [], where: parseQuery('a = b') }],
    ['fields: { a: b.c|d:lower }', { files: 'x', omit: [], fields: { a: 'b.c|d:lower' } }],
    ['fields: { a.b: "{c}-{d.0|e}" }', { files: 'x', omit: [], fields: { 'a.b': '{c}-{d.0|e}' } }],
    [
      'defaults: { arch: all, own: [1, { b: c }], n: 0, f: false }',
      { files: 'x', omit: [], defaults: { arch: 'all', own: [1, { b: 'c' }], n: 0, f: false } },
    ],
    [
      'defaults: { version: 1.10, tags: [010, a], size: 10, own: 1.10 }',
      { files: 'x', omit: [], defaults: { version: '1.10', tags: ['010', 'a'], size: 10, own: 1.1 } },
    ],
    ['fields: { a: "{\\"b|c\\"|\\"d:e\\":lower}" }', { files: 'x', omit: [], fields: { a: '{"b|c"|"d:e":lower}' } }],
    ['only: [name, "a.b"]', { files: 'x', omit: [], only: ['name', 'a.b'] }],
    ['invalid: skip', { files: 'x', omit: [], skipsInvalid: true }],
    ['invalid: fail', { files: 'x', omit: [], skipsInvalid: false }],
    ['duplicates: first', { files: 'x', omit: [], duplicates: 'first' }],
    ['duplicates: fail', { files: 'x', omit: [], duplicates: 'fail' }],
  ])('reads an input with %s', (keys, rule) => {
    expect(parse(`name: a\ninputs:\n  - files: x\n    ${keys}`).inputs).toEqual([rule]);
  });

  describe('with a preset', () => {
    const scoop = { files: 'bucket/<name>.json', records: ['architecture.<arch>', '.'], fields: { sha256: 'hash' } };

    it('reads what the preset reads', () => {
      const { name, inputs } = parse('name: a\npreset: scoop');
      expect({ name, inputs }).toMatchObject({ name: 'a', inputs: [{ ...scoop, omit: ['x'], skipsInvalid: true }] });
      expect(parse('name: a\npreset: helm')).toMatchObject({
        inputs: [{ files: '**/index.yaml', records: ['entries.*'] }],
        details: ['details', 'packageDeltas', 'metadata'],
      });
    });

    it('adds fields to those of the preset, and replaces its other keys by those beside it', () => {
      const input = (keys: string) => parse(`name: a\ninputs:\n  - files: own\n    preset: scoop${keys}`).inputs;
      expect(input('')).toMatchObject([{ ...scoop, files: 'own', omit: ['x'] }]);
      const added = { ...scoop, files: 'own', fields: { sha256: 'hash', a: 'b' } };
      expect(input('\n    fields: { a: b }')).toMatchObject([added]);
      expect(input('\n    fields: { sha256: sum }')).toMatchObject([
        { ...scoop, files: 'own', fields: { sha256: 'sum' } },
      ]);
      expect(input('\n    records: .\n    omit: []')).toMatchObject([{ files: 'own', records: ['.'], omit: [] }]);
      expect(input('\n    invalid: fail')).toMatchObject([{ files: 'own', skipsInvalid: false }]);
    });

    it('reads the files of the preset where it names none', () => {
      const { inputs } = parse('name: a\ninputs: [{ preset: scoop, invalid: fail }, "*.json"]');
      expect(inputs).toMatchObject([
        { ...scoop, skipsInvalid: false },
        { files: '*.json', omit: [] },
      ]);
    });

    it('has the order of versions and the details of the presets of its inputs', () => {
      const both = 'inputs: [{ preset: helm }, { preset: scoop }]';
      const { versions, details } = parse(`name: a\n${both}`);
      expect({ versions, details }).toEqual({
        versions: 'debian',
        details: ['details', 'packageDeltas', 'metadata'],
      });
      expect(parse(`name: a\nversions: rpm\ndetails: []\n${both}`)).toMatchObject({
        versions: 'rpm',
        details: ['details', 'packageDeltas'],
      });
    });

    it('wants an order of versions if the presets of its inputs have different ones', () => {
      const text = 'name: a\ninputs: [{ preset: arch }, { preset: helm }]';
      const real = { readers: ['arch'], sections: configSections, presets: shipped };
      const problems = refusalOf(text, () => parseConfig(text, 'repomill.yaml', real));
      expect(problems).toEqual([
        'repomill.yaml:2:1: inputs: expected the key "versions" beside it, because the presets have different orders: arch has rpm, helm has semver',
      ]);
      expect(parseConfig(`${text}\nversions: loose`, 'repomill.yaml', real).versions).toBe('loose');
    });

    it.each([
      ['preset: scop', '2:1: preset: expected a preset, found "scop"; did you mean "scoop"?'],
      ['preset: nope', '2:1: preset: expected a preset, found "nope"; known: scoop, helm'],
      ['preset: 3', '2:1: preset: expected a preset, found the number 3'],
      ['preset: [scoop]', '2:1: preset: expected a preset, found a list'],
      ['preset: ~', '2:1: preset: expected a preset, found nothing'],
      ['inputs:\n  - preset: nope', '3:5: inputs[0].preset: expected a preset, found "nope"; known: scoop, helm'],
      ['inputs:\n  - { omit: [a] }', '3:5: inputs[0]: expected the key "files"'],
    ])('refuses %j', (text, problem) => {
      expect(problemsOf(`name: a\n${text}`)).toEqual([`repomill.yaml:${problem}`]);
    });
  });

  it.each([
    ['subsets:\n  free: a = = b', '3:13'],
    ['subsets:\n  free:   "a = = b"', '3:16'],
    ["subsets: { free: 'a = = b' }", '2:23'],
    ['subsets:\n  "free": a = = b', '3:15'],
    ['subsets:\n  a: a = = b', '3:10'],
    // folded, escaped or far from its key: only the place of the key is known
    ['subsets:\n  free: >\n    a =\n    = b', '3:3'],
    ['subsets:\n  free: "\\x61 = = b"', '3:3'],
    ['subsets:\n  free:\n    a = = b', '3:3'],
  ])('points at the place inside a query in %j', (text, position) => {
    expect(problemsOf(`name: a\n${text}`)).toEqual([
      `repomill.yaml:${position}: subsets.${text.includes('  a:') ? 'a' : 'free'}: expected a value, found \`=\``,
    ]);
  });

  it('reports every problem of a file in one error, in the order of the text', () => {
    const text = 'nmae: a\nhistory: many\nsubsets:\n  a/b: (\n  c: d =\narches: [a, 1, a]\n';
    expect(problemsOf(text)).toEqual([
      'repomill.yaml:1:1: nmae: unknown key; did you mean "name"?',
      'repomill.yaml:1:1: expected the key "name"',
      'repomill.yaml:2:1: history: expected a whole number from 0 to 256, found "many"',
      'repomill.yaml:4:3: subsets.a/b: expected letters, digits, ".", "-" and "_", starting with a letter or digit, found "a/b"',
      'repomill.yaml:4:9: subsets.a/b: expected a field name, `not` or `(`, found the end',
      'repomill.yaml:5:9: subsets.c: expected a value, found the end',
      'repomill.yaml:6:13: arches[1]: expected an architecture: letters, digits, ".", "-" and "_", and not "all", found the number 1',
      'repomill.yaml:6:16: arches[2]: expected each entry once, found "a" again',
    ]);
  });

  it('counts the problems', () => {
    for (const [text, message] of [
      ['', 'repomill.yaml: 1 problem in the configuration'],
      ['a: 1', 'repomill.yaml: 2 problems in the configuration'],
    ] as const) {
      expect(() => parse(text)).toThrow(expect.toSatisfy((error: RepomillError) => formatError(error) === message));
    }
  });

  it('reports invalid YAML at its line and column', () => {
    expect(problemsOf('name: a\nname: b')).toEqual([expect.stringMatching(/^repomill\.yaml:2:1: invalid YAML: /)]);
    expect(problemsOf('name: "a')).toEqual([expect.stringMatching(/^repomill\.yaml:1:\d+: invalid YAML: /)]);
  });

  it('returns a configuration or throws a usage error for any text', { timeout: 20_000 }, () => {
    const lines = full.split('\n');
    const shuffled = fc.shuffledSubarray(lines).map((some) => some.join('\n'));
    fc.assert(
      fc.property(fc.oneof(shuffled, fc.string({ unit: 'binary' })), (text) => {
        try {
          expect(parse(text).name).not.toBe('');
        } catch (error) {
          expect(error).toMatchObject({ name: 'RepomillError', code: 'usage' });
          expect(error).not.toHaveProperty('problems', []);
        }
      }),
      { numRuns: 50 },
    );
  });
});
