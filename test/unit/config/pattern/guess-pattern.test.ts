import { describe, expect, it } from 'vitest';
import { parseFilePattern } from '../../../../src/config/pattern/file-pattern.ts';
import { guessPattern } from '../../../../src/config/pattern/guess-pattern.ts';

describe('the guessed pattern', () => {
  it.each<[readonly string[], readonly string[], string]>([
    [['a.json'], [], 'a.json'],
    [['a.json', 'b.json'], [], '*.json'],
    [['a.json', 'b.json'], ['name'], '<name>.json'],
    [['x/a.json', 'x/b.json'], ['name'], 'x/<name>.json'],
    [['x/index.json', 'y/index.json'], ['name'], '<name>/index.json'],
    [['x/index.json', 'y/index.json'], [], '*/index.json'],
    [['amd64/a.json', 'arm64/b.json'], ['name'], '<arch>/<name>.json'],
    [['amd64/Packages.gz', 'arm64/Packages.gz'], [], '<arch>/Packages'],
    // a file of its own in a folder is about what the folder is called
    [['J/JSON/Versions.toml'], ['name'], 'J/<name>/Versions.toml'],
    [['J/JSON/Versions.toml'], [], 'J/JSON/Versions.toml'],
    [['all.json'], ['name'], 'all.json'],
    // different depths
    [['p/a/package.json', 'p/@x/b/package.json'], [], 'p/**/package.json'],
    [['p/a/package.json', 'p/@x/b/package.json'], ['name'], 'p/**/<name>/package.json'],
    [['a.json', 'x/b.json'], [], '**/*.json'],
    [['a.json', 'x/b.json'], ['name'], '**/<name>.json'],
    [['package.json', 'x/package.json'], ['name'], '**/package.json'],
    [['a.json', 'b.yaml'], [], '*'],
    [['a[1].json'], [], 'a?1?.json'],
  ])('for %j with %j is %s', (paths, fields, pattern) => {
    expect(guessPattern(paths, fields)).toBe(pattern);
    for (const path of paths) expect(parseFilePattern(pattern).match(path), path).toBeDefined();
  });
});
