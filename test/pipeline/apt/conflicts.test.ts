/**
 * Records that an archive cannot have: all of them are found in one run, each with its file and line, and nothing is written.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildArchive, DAY, makeDebs, packagesOf, readIndex, START } from '../../apt-archive.ts';
import { controlOf, makeDeb } from '../../debian-package.ts';
import { failureOf } from '../../failure.ts';
import { asLines, sampleRecord } from '../../sample-records.ts';
import { makeWorkspace, stateOf, writeFiles } from '../../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));
const inputOf = (files: Readonly<Record<string, string | Uint8Array>>): string => writeFiles(freshPath(), files);

/** The problems of an input as `file:line message`. Nothing may be written. */
async function problemsOf(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<{ readonly problems: readonly string[]; readonly hint: string | undefined }> {
  const out = freshPath();
  const { code, problems, hint } = await failureOf(buildArchive(inputOf(files), out));
  expect(code).toBe('metadata');
  expect(existsSync(out)).toBe(false);
  return { problems: problems.map(({ file, line, message }) => `${file}:${line ?? ''} ${message}`), hint };
}

const sample = (name: string, version: string, arch: string, fields = {}): string =>
  asLines([sampleRecord(name, version, arch, fields)]);

describe('two records of one name, version and arch', () => {
  it('are a conflict that names both places', async () => {
    const { problems } = await problemsOf({
      'a.jsonl': sample('alpha', '1.0', 'amd64') + sample('beta', '1.0', 'amd64'),
      'b.jsonl': sample('beta', '1.0', 'amd64', { summary: 'different' }),
    });
    expect(problems).toEqual(['b.jsonl:1 beta 1.0 (amd64) is also defined at a.jsonl:2, with different content']);
  });

  it('are a conflict, too, if one is for two architectures', async () => {
    const both = asLines([{ ...sampleRecord('beta', '1.0', 'amd64'), arch: ['amd64', 'arm64'] }]);
    const { problems } = await problemsOf({ 'a.jsonl': both, 'b.jsonl': sample('beta', '1.0', 'arm64') });
    expect(problems).toEqual([expect.stringMatching(/^b\.jsonl:1 beta 1\.0 \(arm64\) is also defined at a\.jsonl:1/)]);
  });

  it('are one if their content is the same', async () => {
    const out = freshPath();
    const same = sample('beta', '1.0', 'amd64');
    await buildArchive(inputOf({ 'a.jsonl': same, 'b.jsonl': same }), out);
    expect(await packagesOf(out)).toEqual(['beta 1.0 amd64']);
  });

  it('are two if a directory of each suite says so', async () => {
    const out = freshPath();
    const input = inputOf({
      'repomill.yaml': 'inputs: [{ files: "<suite>/<component>/<arch>/*.jsonl" }]\n',
      'one/main/amd64/a.jsonl': sample('beta', '1.0', 'all'),
      'two/main/amd64/a.jsonl': sample('beta', '2.0', 'all'),
    });
    await buildArchive(input, out);
    expect(await packagesOf(out, 'one/main/binary-amd64')).toEqual(['beta 1.0 all']);
    expect(await packagesOf(out, 'two/main/binary-amd64')).toEqual(['beta 2.0 all']);
  });
});

describe('records that apt could not install', () => {
  const without = (name: string, ...fields: readonly string[]): string => {
    const record: Record<string, unknown> = { ...sampleRecord(name, '1.0', 'amd64') };
    for (const field of fields) delete record[field];
    return asLines([record]);
  };

  it('are all reported in one run, in the order of files and lines', async () => {
    const { problems, hint } = await problemsOf({
      'a.jsonl': [
        sample('Alpha', '1.0', 'amd64'),
        sample('good', '1.0', 'amd64'),
        sample('x', '1.0', 'amd64'),
        sample('under_score', '1.0', 'amd64'),
        sample('beta', '1.0 beta', 'amd64'),
        sample('beta', 'v', 'am_d64'),
        without('gamma', 'size'),
        without('delta', 'size', 'sha256', 'path'),
      ].join(''),
      'b.jsonl': sample('-dash', '1', 'amd64') + sample('epsilon', 'x:1', 'amd64'),
    });
    const names =
      'apt knows names of at least two lower-case letters, digits, "+", "-" and ".", starting with a letter or digit';
    const versions =
      'apt knows versions of letters, digits, ".", "+", "~" and "-", after a number and ":" if there is an epoch';
    expect(problems).toEqual([
      `a.jsonl:1 the name "Alpha": ${names}`,
      `a.jsonl:3 the name "x": ${names}`,
      `a.jsonl:4 the name "under_score": ${names}`,
      `a.jsonl:5 the version "1.0 beta" of beta: ${versions}`,
      'a.jsonl:6 the arch "am_d64" of beta: apt knows lower-case letters, digits and "-"',
      'a.jsonl:7 gamma 1.0 (amd64): expected size, found nothing',
      'a.jsonl:8 delta 1.0 (amd64): expected path, size, sha256, found nothing',
      `b.jsonl:1 the name "-dash": ${names}`,
      `b.jsonl:2 the version "x:1" of epsilon: ${versions}`,
    ]);
    expect(hint).toBe(
      'a package needs a path, a size and a sha256, or a file that they can be taken from: .deb files, or `packages:` with their root',
    );
  });

  it('are reported beside conflicts', async () => {
    const { problems } = await problemsOf({
      'a.jsonl': sample('alpha', '1.0', 'amd64') + sample('Beta', '1.0', 'amd64'),
      'b.jsonl': sample('alpha', '1.0', 'amd64', { summary: 'different' }),
    });
    expect(problems.map((problem) => problem.replace(/ .*/, ''))).toEqual(['a.jsonl:2', 'b.jsonl:1']);
  });

  it('leave an archive as it was', async () => {
    const out = freshPath();
    await buildArchive(inputOf({ 'a.jsonl': sample('alpha', '1.0', 'amd64') }), out);
    const before = stateOf(out);
    await failureOf(buildArchive(inputOf({ 'a.jsonl': sample('Alpha', '2.0', 'amd64') }), out, { at: START + DAY }));
    expect(stateOf(out)).toEqual(before);
  });
});

describe('fields that a stanza cannot say', () => {
  it('are left out with one warning that names each once', async () => {
    const out = freshPath();
    const nested = { links: { home: 'x' }, files: [{ a: 1 }], 'two words': 'x', Package: 'other', Installed: true };
    const report = await buildArchive(
      inputOf({ 'a.jsonl': sample('alpha', '1.0', 'amd64', nested) + sample('beta', '1.0', 'amd64', nested) }),
      out,
    );
    expect(report.warnings.filter((warning) => warning.startsWith('left out'))).toEqual([
      'left out of the stanzas, which have texts and lists of texts alone, and each field once: "links", "files", "two words", "Package"',
    ]);
    const text = await readIndex(out, 'stable/main/binary-amd64/Packages');
    expect(text.match(/^(?:links|files|two words|Package|Installed).*$/gm)).toEqual([
      'Package: alpha',
      'Installed: yes',
      'Package: beta',
      'Installed: yes',
    ]);
  });
});

describe('files of packages', () => {
  const config = 'name: sample\napt: { pool: copy }\n';

  it('in one place with two contents are a conflict', async () => {
    const [one, two] = await Promise.all(['1', '2'].map((text) => makeDeb({ data: [['f', text]] })));
    const other = await makeDeb({ control: controlOf({ Package: 'other', Source: 'hello' }) });
    if (one === undefined || two === undefined) throw new TypeError('no package');
    const { problems } = await problemsOf({ 'a/hello.deb': one, 'b/hello.deb': other });
    expect(problems).toEqual([
      'b/hello.deb:1 would be pool/main/h/hello/hello.deb, as is a/hello.deb:1, with different content',
    ]);
  });

  it('that change under one name are refused, and nothing is written', async () => {
    const out = freshPath();
    const before = { 'repomill.yaml': config, ...(await makeDebs(['hello 1.0'])) };
    await buildArchive(inputOf(before), out);
    const state = stateOf(out);
    const after = { 'repomill.yaml': config, ...(await makeDebs(['hello 1.0'], { filler: 10 })) };
    const error = await failureOf(buildArchive(inputOf(after), out, { at: START + DAY }));
    expect(error.code).toBe('metadata');
    expect(error.problems.map(({ file, message }) => `${file} ${message}`)).toEqual([
      expect.stringMatching(/^debs\/hello_1\.0_amd64\.deb .*pool\/main\/h\/hello\/hello_1\.0_amd64\.deb/),
    ]);
    expect(stateOf(out)).toEqual(state);
  });

  it.each(['../../../etc (1)', '/etc', 'a/b', '..', 'UPPER', 'two words', ''])(
    'of the source %j stay in the pool',
    async (source) => {
      const [parent, deb] = [freshPath(), await makeDeb()];
      const record = { name: 'hello', version: '1.0', arch: 'amd64', path: 'debs/hello_1.0.deb', Source: source };
      const input = inputOf({
        'repomill.yaml': 'inputs: ["*.jsonl"]\npackages: { root: . }\napt: { pool: copy }\n',
        'all.jsonl': asLines([record]),
        'debs/hello_1.0.deb': deb,
      });
      const out = join(parent, 'a/b/c/out');
      await buildArchive(input, out);
      expect(await readIndex(out, 'stable/main/binary-amd64/Packages')).toContain(
        'Filename: pool/main/h/hello/hello_1.0.deb\n',
      );
      const files = readdirSync(parent, { recursive: true }).map(String);
      expect(files.filter((path) => path.endsWith('.deb'))).toEqual(['a/b/c/out/pool/main/h/hello/hello_1.0.deb']);
    },
  );
});
