/**
 * What `repomill init --from` and `repomill build --explain` show a person who has metadata in a form that repomill never saw.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repomill } from '../launcher.ts';
import { listPaths, makeWorkspace, writeFiles } from '../workspace.ts';

const plugins = [1, 2, 3].map((i) => ({
  id: `plugin-${i}`,
  name: `Plugin number ${i}`,
  version: `1.${i}.0`,
  description: `Does ${i}`,
}));

/** A directory with metadata in `in/`, in which commands run. */
function place(files: Readonly<Record<string, string>>): string {
  const directory = makeWorkspace();
  writeFiles(join(directory, 'in'), files);
  return directory;
}

describe('init --from', () => {
  it('writes a configuration that builds, and shows the records as they will be', async () => {
    const cwd = place({ 'plugins.json': JSON.stringify({ generated: 'today', plugins }) });
    const { exitCode, stdout, stderr } = await repomill(['init', 'new', '--from', 'in'], { cwd });
    expect(exitCode).toBe(0);
    expect(readFileSync(join(cwd, 'new/repomill.yaml'), 'utf8')).toBe(`name: in

# Guessed from a sample of the files. docs/inputs.md explains each key.
inputs:
  - files: plugins.json
    # Where the records are in each document.
    records: plugins.*
    # Ours: theirs.
    fields:
      name: id
      summary: description
      title: name
    # No field or path names an architecture.
    defaults: { arch: all }
`);
    expect(stdout).toContain('plugin-2 1.2.0 (all)');
    expect(stderr).toBe(
      'wrote new/repomill.yaml; 3 packages would be published; next:\n' +
        '  repomill build in --config new/repomill.yaml --out public\n',
    );
    expect(listPaths(cwd)).toEqual(['in/plugins.json', 'new/repomill.yaml']);
    const built = await repomill(['build', 'in', '--config', 'new/repomill.yaml', '--out', 'public'], { cwd });
    expect(built).toMatchObject({ exitCode: 0, stderr: '' });
    expect(built.stdout).toContain('3 packages');
  });

  it('takes the name and the architecture from the path where no field has them', async () => {
    const file = JSON.stringify({ version: '1.0', homepage: 'https://example.org' });
    const cwd = place({ 'amd64/one.json': file, 'arm64/two.json': file });
    expect((await repomill(['init', 'new', '--from', 'in'], { cwd })).stdout).toContain('files: <arch>/<name>.json');
  });

  it('makes a further field part of the version where it alone tells records apart', async () => {
    const builds = ['a', 'b'].map((build) => ({ name: 'x', version: '1', build }));
    const cwd = place({ 'all.json': JSON.stringify(builds) });
    expect((await repomill(['init', 'new', '--from', 'in'], { cwd })).stdout).toContain('version: "{version}-{build}"');
  });

  it('does not ask what tells records apart that are the same, in a file and a compressed one', async () => {
    const Packages = 'Package: a\nVersion: 1\nArchitecture: amd64\nDescription: A\n';
    const cwd = place({ 'main/Packages': Packages, 'main/Packages.gz': Packages });
    const { stdout, stderr } = await repomill(['init', 'new', '--from', 'in'], { cwd });
    expect(stdout).toContain('files: main/Packages\n');
    expect(stderr).toMatch(/^wrote new\/repomill\.yaml; 1 package would be published/);
  });

  it('looks at the start of a large file only', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 30_000 }, (_, i) => [`package-${i}`, { vers: `1.${i}`, desc: 'x'.repeat(50) }]),
    );
    const cwd = place({ 'all.json': JSON.stringify({ packages: many }) });
    const { stdout, stderr } = await repomill(['init', 'new', '--from', 'in'], { cwd });
    expect(stdout).toContain('records: packages.<name>');
    expect(stdout).toContain('version: vers');
    expect(stderr).toContain('30,000 packages would be published');
  });

  it('names a preset where the files are those of a known registry', async () => {
    const app = JSON.stringify({ version: '1.0', url: 'https://example.org/a.zip', hash: 'a'.repeat(64) });
    const cwd = place({ 'bucket/app.json': app });
    expect((await repomill(['init', 'new', '--from', 'in'], { cwd })).stdout).toContain('preset: scoop');
  });

  it('names the files of a preset where they are only a part of the registry, and refuses to choose between two', async () => {
    const app = JSON.stringify({ version: '1.0', url: 'https://example.org/a.zip', hash: 'a'.repeat(64) });
    const cwd = place({ 'app.json': app });
    expect((await repomill(['init', 'new', '--from', 'in'], { cwd })).exitCode).toBe(0);
    expect(readFileSync(join(cwd, 'new/repomill.yaml'), 'utf8')).toBe(`name: in

# app.json looks like the registry of this preset. For more, see templates/presets/scoop.yaml.
inputs: [{ preset: scoop, files: "<name>.json" }]
`);
    writeFiles(join(cwd, 'in'), { 'index.yaml': 'apiVersion: v1\nentries: {}\n' });
    expect(await repomill(['init', 'other', '--from', 'in'], { cwd })).toMatchObject({
      exitCode: 2,
      stderr:
        'repomill: error: in: looks like several registries: scoop (app.json) and helm (index.yaml)\n' +
        '  name those to read in repomill.yaml, such as `inputs: [{ preset: scoop, files: "<name>.json" }, { preset: helm }]`\n',
    });
  });

  it('says what a person must decide, and exits with 0, because the file is there', async () => {
    const cwd = place({ 'all.json': JSON.stringify([{ name: 'a', colour: 'red' }]) });
    const { exitCode, stderr } = await repomill(['init', 'new', '--from', 'in'], { cwd });
    expect(exitCode).toBe(0);
    expect(stderr).toBe(
      'all.json:1: expected version, found name, colour\n' +
        'to decide: all.json: which field is the version (`fields: { version: … }`): records have name ("a"), colour ("red")\n' +
        'wrote new/repomill.yaml, which does not build yet; after changing it:\n' +
        '  repomill build in --config new/repomill.yaml --out public\n',
    );
  });

  it('never overwrites a configuration', async () => {
    const cwd = place({ 'all.json': JSON.stringify(plugins) });
    writeFiles(join(cwd, 'new'), { 'repomill.yaml': 'name: mine\n' });
    expect((await repomill(['init', 'new', '--from', 'in'], { cwd })).exitCode).not.toBe(0);
    expect(readFileSync(join(cwd, 'new/repomill.yaml'), 'utf8')).toBe('name: mine\n');
  });
});

describe('build --explain', () => {
  const config = 'name: x\ninputs: [{ files: "*.json", fields: { name: id, title: name }, defaults: { arch: all } }]\n';

  it('shows the records of one file before and after the mapping, and where each field came from', async () => {
    const cwd = place({ 'repomill.yaml': config, 'all.json': JSON.stringify(plugins.slice(0, 1)) });
    const { exitCode, stdout } = await repomill(['build', 'in', '--explain', 'in/all.json'], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`all.json: reader json, input *.json

line 1, as the file has it
  id           plugin-1
  name         Plugin number 1
  version      1.1.0
  description  Does 1
as a record
  version                     1.1.0
  description                 Does 1
  name         from id        plugin-1
  title        from name      Plugin number 1
  arch         from defaults  all
`);
    expect(listPaths(cwd)).toEqual(['in/all.json', 'in/repomill.yaml']);
  });

  it('shows why a record is not valid', async () => {
    const cwd = place({ 'repomill.yaml': config, 'all.json': '[{"id": "a/b", "version": "1"}]' });
    const { stdout } = await repomill(['build', 'in', '--explain', 'all.json'], { cwd });
    expect(stdout).toContain(
      'not valid:\n  field "id": expected no slash, backslash or control character, found "a/b"\n',
    );
  });

  it('takes a path from the input or from the working directory, however it is written', async () => {
    const cwd = place({ 'repomill.yaml': config, 'all.json': JSON.stringify(plugins) });
    for (const file of ['all.json', './all.json', 'in/all.json', './in//all.json', join(cwd, 'in', 'all.json')]) {
      const { stdout } = await repomill(['build', './in/', '--explain', file], { cwd });
      expect(stdout).toMatch(/^all\.json: reader json/);
    }
  });

  it('gives JSON to scripts', async () => {
    const cwd = place({ 'repomill.yaml': config, 'all.json': JSON.stringify(plugins) });
    const { stdout } = await repomill(['build', 'in', '--explain', 'all.json', '--json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      file: 'all.json',
      reader: 'json',
      records: [{ fields: { name: 'plugin-1' } }, { fields: { name: 'plugin-2' } }, { fields: { name: 'plugin-3' } }],
      hasMore: false,
    });
  });

  it('refuses a file that no input reads, with the patterns', async () => {
    const cwd = place({ 'repomill.yaml': config, 'all.json': '[]', 'notes.txt': '' });
    expect(await repomill(['build', 'in', '--explain', 'notes.txt'], { cwd })).toMatchObject({
      exitCode: 2,
      stderr: 'repomill: error: notes.txt: no input reads this file\n  inputs read: *.json\n',
    });
  });
});
