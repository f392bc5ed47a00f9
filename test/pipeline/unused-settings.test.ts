/**
 * A setting that has no effect is a warning, in a first build and in one that reads nothing again.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { asLines, sampleRecord } from '../sample-records.ts';
import { DEBIAN, DEBIAN_CONFIG, makeWorkspace, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

const records = asLines([
  sampleRecord('one', '1', 'amd64', { licence: 'MIT', MD5sum: 'x', changelog: 'long', subsets: ['stable'] }),
  sampleRecord('two', '1', 'arm64', { licence: 'MIT' }),
]);

/** The warnings of two builds with one cache, which are the same. */
async function warningsOf(
  config: string,
  files: Readonly<Record<string, string>> = { 'a.jsonl': records },
): Promise<readonly string[]> {
  const input = writeFiles(freshPath(), { ...files, 'repomill.yaml': `name: test\n${config}\n` });
  const cache = freshPath();
  const once = async (): Promise<readonly string[]> => {
    const warnings: string[] = [];
    await build({ input, out: freshPath(), cache, progress: { warn: (message) => warnings.push(message) } });
    return warnings.map((warning) => warning.replace(`${input}/`, ''));
  };
  const warnings = await once();
  expect(await once()).toEqual(warnings);
  return warnings;
}

describe('a setting without effect', () => {
  it.each<[string, readonly string[]]>([
    ['inputs: ["*.jsonl", "*.yaml"]', ['inputs[1]: no file matches "*.yaml"']],
    ['inputs: ["*", "a.*"]', ['inputs[1]: "a.*" matches only files that earlier inputs read: inputs[0] reads a.jsonl']],
    [
      'inputs: [{ files: "*", omit: [MD5Sum, MD5sum] }]',
      ['inputs[0].omit: no record has the field "MD5Sum"; did you mean "MD5sum"?'],
    ],
    ['inputs: [{ files: "*", omit: [colour] }]', ['inputs[0].omit: no record has the field "colour"']],
    ['arches: [amd46, arm64]', ['arches: no records for "amd46"; did you mean "amd64"?']],
    ['combined: [amd64, i386]', ['combined: no records for "i386"']],
    ['subsets: { stabel: }', ['subsets.stabel: no record lists "stabel" under `subsets`; did you mean "stable"?']],
    ['subsets: { gpl: licence = GPL, mit: licence = MIT }', ['subsets.gpl: no record matches `licence = GPL`']],
    ['details: [changelog, chagelog]', ['details: no record has the field "chagelog"; did you mean "changelog"?']],
    [
      'inputs: ["*.jsonl", "*.json"]\narches: [x]\nsubsets: { y: }\ndetails: [z]',
      [
        'inputs[1]: no file matches "*.json"',
        'arches: no records for "x"',
        'subsets.y: no record lists "y" under `subsets`',
        'details: no record has the field "z"',
      ],
    ],
  ])('is a warning: %s', async (config, warnings) => {
    expect(await warningsOf(config)).toEqual(warnings.map((warning) => `repomill.yaml: ${warning}`));
  });

  it.each([
    'inputs: [{ files: "*", omit: [MD5sum] }]',
    'arches: [amd64]\ncombined: [amd64]\ndetails: [changelog]\nsubsets: { stable: , mit: licence = MIT }',
    'details: [details, packageDeltas]',
  ])('is not any of %j', async (config) => {
    expect(await warningsOf(config)).toEqual([]);
  });

  it('is not an architecture covered by records for all architectures', async () => {
    const files = { 'a.jsonl': asLines([sampleRecord('one', '1', 'all')]) };
    expect(await warningsOf('arches: [amd64]\ncombined: [amd64]', files)).toEqual([]);
  });

  it('is reported for the rule whose records lack the field, whatever other records have', async () => {
    const files = { 'a/a.jsonl': records, 'b/b.jsonl': asLines([sampleRecord('three', '1', 'amd64')]) };
    const config = 'inputs: [{ files: "a/*", omit: [MD5sum] }, { files: "b/*", omit: [MD5sum] }]';
    expect(await warningsOf(config, files)).toEqual([
      'repomill.yaml: inputs[1].omit: no record has the field "MD5sum"',
    ]);
  });

  it('is found in large files and in files that are read as a whole', async () => {
    const many = Array.from({ length: 6000 }, (_, i) => sampleRecord(`r${i}`, '1', 'amd64', { note: 'x'.repeat(40) }));
    for (const [name, content] of [
      ['a.jsonl', asLines(many)],
      ['a.json', JSON.stringify(many)],
    ] as const) {
      const config = 'inputs: [{ files: "*", omit: [note, nota] }]';
      expect(await warningsOf(config, { [name]: content }), name).toEqual([
        'repomill.yaml: inputs[0].omit: no record has the field "nota"; did you mean "note"?',
      ]);
    }
  });

  it('does not exist in the example configuration', async () => {
    const warnings: string[] = [];
    const progress = { warn: (message: string) => warnings.push(message) };
    await build({ input: DEBIAN, config: DEBIAN_CONFIG, out: freshPath(), progress });
    expect(warnings).toEqual([]);
  });
});
