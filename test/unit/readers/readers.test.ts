import { describe, expect, it } from 'vitest';
import { readerFor, readerNamed, readerNames, readers } from '../../../src/readers/readers.ts';
import { memoryFile, readAll } from './memory-file.ts';

describe('the readers', () => {
  it.each([
    ['a.json', '', 'json'],
    ['a.jsonl', '', 'json-lines'],
    ['a.ndjson', '', 'json-lines'],
    ['a.jsonc', '', 'jsonc'],
    ['a.toml', '', 'toml'],
    ['a.csv', '', 'csv'],
    ['a.tsv', '', 'tsv'],
    ['a.yaml', '', 'yaml'],
    ['a.yml', '', 'yaml'],
    ['Packages', '', 'deb822'],
    ['deb.example_dists_stable_main_binary-amd64_Packages', '', 'deb822'],
    ['control', '', 'control'],
    ['demo_control', 'Package: a\n', 'control'],
    ['all.txt', 'Package: a\n', 'deb822'],
    ['all.txt', '\ufeffpackage: a\n', 'deb822'],
  ])('recognise %s that begins with %j as %3$s', (name, content, reader) => {
    expect(readerFor(memoryFile(name, content))?.name).toBe(reader);
  });

  it.each([
    ['repomill.yaml', 'name: x\n'],
    ['README.md', '# Packages\n'],
    ['Packages.diff', ''],
    ['notes.txt', 'Packages: a\n'],
    ['json', '{}'],
    ['a.json5', '{}'],
    ['a.JSON~', '{}'],
    ['empty', ''],
    ['image.png', '\x89PNG\r\n\x1a\n'],
  ])('leave %s that begins with %j alone', (name, content) => {
    expect(readerFor(memoryFile(name, content))).toBeUndefined();
  });

  it('are found by their names in a configuration', () => {
    expect(readers.map(({ name }) => name)).toEqual([
      'json',
      'json-lines',
      'jsonc',
      'yaml',
      'toml',
      'csv',
      'tsv',
      'apkindex',
      'arch',
      'gentoo',
      'openwrt',
      'sources',
      'control',
      'deb822',
      'deb',
      'dsc',
    ]);
    expect(readers.map(({ name }) => readerNamed(name))).toEqual(readers);
    expect(readerNames.filter((name) => readerNamed(name)?.name !== name)).toEqual(['pacman', 'portage', 'opkg']);
    expect(readerNamed('toString')).toBeUndefined();
    expect(readerNamed('')).toBeUndefined();
  });

  it.each(readers)('pass on errors of reading the file: $name', async (reader) => {
    const file = memoryFile('x', 'Package: a\n\n');
    const broken = {
      ...file,
      async *chunks() {
        yield* file.chunks();
        throw new Error('lost');
      },
      stored: () => Promise.reject(new Error('lost')),
    };
    await expect(readAll(reader, broken)).rejects.toThrow('lost');
  });
});
