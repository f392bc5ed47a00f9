/**
 * What a build says of files that it did not read, and of a directory in which it found nothing: what is there, and what to write.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build } from '../../src/build.ts';
import { failureOf } from '../failure.ts';
import { makeWorkspace, sha256Of, writeFiles } from '../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const freshPath = (): string => join(workspace, String(counter++));

type Files = Readonly<Record<string, string>>;

const record = (name: string): string => JSON.stringify({ name, version: '1', arch: 'all' });

async function buildOf(files: Files): ReturnType<typeof build> {
  return await build({ input: writeFiles(join(freshPath(), 'in'), files), out: freshPath() });
}

/** The configuration that a hint shows between its backquotes. */
function pasted(hint: string | undefined): string {
  return `${/`(.*)`/.exec(hint ?? '')?.[1]}\n`;
}

describe('files that no reader recognises', () => {
  const files = {
    'a.json': record('a'),
    'b.yaml': 'name: b\nversion: "1"\narch: all\n',
    'x/c.info': record('c'),
    'x/d.info': record('d'),
    'feed.xml': '<feed/>\n',
    'x/noise': 'a\u0000b',
  };

  it('are told by kind, with a reader for those that one can read', async () => {
    const { skipped, unread, packages } = await buildOf(files);
    expect(packages).toBe(2);
    expect(skipped).toEqual(['feed.xml', 'x/c.info', 'x/d.info', 'x/noise']);
    expect(unread).toEqual({
      kinds: [
        { files: '**/*.info', count: 2, example: 'x/c.info', reader: 'json' },
        { files: '**/*.xml', count: 1, example: 'feed.xml' },
        { files: 'x/**', count: 1, example: 'x/noise' },
      ],
      hint: 'to read more, write `{ name: in, inputs: ["**/*.json", "**/*.yaml", { files: "**/*.info", reader: json }] }` in repomill.yaml',
    });
  });

  it('are read with the configuration of the hint, beside what was read before', async () => {
    const { unread } = await buildOf(files);
    expect(await buildOf({ ...files, 'repomill.yaml': pasted(unread?.hint) })).toMatchObject({
      packages: 4,
      skipped: [],
    });
  });

  it('are read with the line of the hint below a configuration without inputs', async () => {
    const { unread } = await buildOf({ ...files, 'repomill.yaml': 'name: own\n' });
    expect(pasted(unread?.hint)).toBe('inputs: ["**/*.json", "**/*.yaml", { files: "**/*.info", reader: json }]\n');
    const config = `name: own\n${pasted(unread?.hint)}`;
    expect(await buildOf({ ...files, 'repomill.yaml': config })).toMatchObject({ packages: 4 });
  });

  it.each<[string, Files, string]>([
    ['JSON lines', { 'i/se': `${record('x')}\n${record('y')}\n` }, 'json-lines'],
    ['JSON with comments', { 'a.info': `// one\n${record('x')}` }, 'jsonc'],
    ['TOML', { 'a.info': 'name = "x"\nversion = "1"\narch = "all"\n' }, 'toml'],
    ['YAML', { 'a.info': '---\nname: x\nversion: "1"\narch: all\n' }, 'yaml'],
    [
      'stanzas',
      { 'a.info': 'Version: 1\nPackage: x\nArchitecture: all\n\nPackage: y\nVersion: 1\nArchitecture: all\n' },
      'deb822',
    ],
  ])('can be %s', async (_title, other, reader) => {
    const { unread } = await buildOf({ 'a.json': record('a'), ...other });
    expect(unread?.kinds).toMatchObject([{ reader }]);
    const config = pasted(unread?.hint);
    expect((await buildOf({ 'a.json': record('a'), ...other, 'repomill.yaml': config })).packages).toBeGreaterThan(1);
  });

  it('are for `init --from` to guess if their records lack what a record needs', async () => {
    const { unread } = await buildOf({ 'a.json': record('a'), 'b.info': '{"id":"b","ver":"1"}' });
    expect(unread?.hint).toMatch(/^let `repomill init DIR --from .*in` guess how to read them$/);
  });

  it('have no hint if nothing reads them', async () => {
    const { unread } = await buildOf({ 'a.json': record('a'), 'b.xml': '<b/>' });
    expect(unread).toEqual({ kinds: [{ files: '**/*.xml', count: 1, example: 'b.xml' }] });
  });

  it('are not told if their names say that they are about something else, but they are counted', async () => {
    const others = { 'README.md': '# a', LICENSE: 'MIT', 'logo.png': 'x', 'pool/a.deb': 'x', 'a.json.asc': 'x' };
    const { skipped, unread } = await buildOf({ 'a.json': record('a'), ...others });
    expect(skipped).toEqual(['LICENSE', 'README.md', 'a.json.asc', 'logo.png', 'pool/a.deb']);
    expect(unread).toBeUndefined();
  });

  it('are not told if they repeat the records of others', async () => {
    const stanza = `Package: a\nVersion: 1\nArchitecture: x86_64\nFilename: a.ipk\nSize: 1\nSHA256sum: ${sha256Of('a')}\n`;
    const { skipped, unread } = await buildOf({
      'repomill.yaml': 'name: a\n',
      Packages: stanza,
      'Packages.manifest': stanza,
    });
    expect(skipped).toEqual(['Packages.manifest']);
    expect(unread).toBeUndefined();
  });

  it('are not told where inputs name files', async () => {
    const config = 'name: a\ninputs: ["*.json"]\n';
    const { unread } = await buildOf({ 'a.json': record('a'), 'b.info': record('b'), 'repomill.yaml': config });
    expect(unread).toBeUndefined();
  });
});

describe('a directory without package records', () => {
  const hintOf = async (files: Files): Promise<readonly unknown[]> => {
    const { code, message, hint } = await failureOf(buildOf(files));
    expect(code).toBe('metadata');
    return [message, hint];
  };
  const allowEmpty = 'or add --allow-empty to publish a repository without packages';

  it('is told with what was tried, what is there, and how to read it', async () => {
    expect(await hintOf({ 'a.info': record('a'), 'b.info': record('b'), 'README.md': '#' })).toEqual([
      'no package records found; nothing was written',
      'tried: **/*; found 2 files **/*.info (such as a.info); to read more, write ' +
        `\`{ name: in, inputs: [{ files: "**/*.info", reader: json }] }\` in repomill.yaml, ${allowEmpty}`,
    ]);
    expect(await hintOf({ 'a.xml': '<a/>' })).toEqual([
      'no package records found; nothing was written',
      `tried: **/*; found a.xml; set \`inputs:\` in repomill.yaml to read other files, ${allowEmpty}`,
    ]);
  });

  it('is told with the preset, what that looks for, and the preset that fits', async () => {
    const mod = JSON.stringify({ spec_version: 1, identifier: 'A', version: '1', name: 'A mod' });
    expect(await hintOf({ 'repomill.yaml': 'name: a\npreset: scoop\n', 'A/A-1.ckan': mod, 'A/A-2.ckan': mod })).toEqual(
      [
        'no package records found with the preset scoop; nothing was written',
        'the preset scoop looks for bucket/<name>.json; found 2 files **/*.ckan (such as A/A-1.ckan); ' +
          `A/A-1.ckan looks like a different preset: write \`preset: ckan\`, ${allowEmpty}`,
      ],
    );
    expect(await hintOf({ 'repomill.yaml': 'name: a\npreset: winget\n', 'a.xml': '<a/>' })).toEqual([
      'no package records found with the preset winget; nothing was written',
      'the preset winget looks for manifests/**/*.yaml; found a.xml; choose a preset that fits, let `repomill init DIR ' +
        `--from INPUT\` guess, ${allowEmpty}`,
    ]);
  });
});

describe('a preset whose files are something else', () => {
  it('is named, with its pattern and the preset that fits', async () => {
    const app = JSON.stringify({ version: '1', url: 'https://example.org/a.zip', hash: sha256Of('a') });
    const files = { 'bucket/a.json': app, 'repomill.yaml': 'name: a\npreset: homebrew\n' };
    expect((await failureOf(buildOf(files))).hint).toBe(
      'the preset homebrew looks for **/*.json; found bucket/a.json; bucket/a.json looks like a different preset: write ' +
        '`preset: scoop`, or add --allow-empty to publish a repository without packages',
    );
  });

  it('is named where its records are not in the document', async () => {
    const files = { 'index.yaml': 'name: a\nversion: "1"\n', 'repomill.yaml': 'name: a\npreset: helm\n' };
    expect((await failureOf(buildOf(files))).hint).toBe(
      'no file fits the preset helm, which reads **/index.yaml; choose a preset that fits, let `repomill init DIR --from INPUT` ' +
        'guess, or copy the preset and change it',
    );
  });

  it('is not blamed for one bad record among others', async () => {
    const files = {
      'bucket/a.json': '{"version":"1","homepage":"https://example.org"}',
      'bucket/b.json': '{"homepage":"https://example.org"}',
      'repomill.yaml': 'name: a\npreset: scoop\n',
    };
    expect((await failureOf(buildOf(files))).hint).toMatch(/^say in repomill\.yaml where they are/);
  });
});
