import { describe, expect, it } from 'vitest';
import { guessedFields, guessSources } from '../../../src/mapping/guess-source.ts';

describe('guessSources', () => {
  // Fields as registries of the wild have them.
  it.each<[string, readonly string[], string | undefined]>([
    ['name', ['spec_version', 'identifier', 'name', 'abstract'], 'identifier'],
    ['name', ['"Package Name"', 'Version'], '"Package Name"'],
    ['size', ['"Size (bytes)"', 'Version'], '"Size (bytes)"'],
    ['version', ['tag_name', 'name'], 'tag_name'],
    ['url', ['url', 'browser_download_url'], 'browser_download_url'],
    ['name', ['spec_version', 'identifier', 'abstract'], 'identifier'],
    ['name', ['id', 'version'], 'id'],
    ['name', ['PackageIdentifier', 'PackageVersion'], 'PackageIdentifier'],
    ['name', ['InternalName', 'AssemblyVersion'], 'InternalName'],
    ['version', ['PackageIdentifier', 'PackageVersion'], 'PackageVersion'],
    ['version', ['name', 'vers', 'deps', 'cksum'], 'vers'],
    ['version', ['name', 'Version'], 'Version'],
    ['sha256', ['name', 'vers', 'deps', 'cksum'], 'cksum'],
    ['sha256', ['download_hash.sha1', 'download_hash.sha256'], 'download_hash.sha256'],
    ['sha256', ['digest', 'urls'], 'digest'],
    ['sha256', ['url', 'hash'], 'hash'],
    ['size', ['download', 'download_size'], 'download_size'],
    ['arch', ['subdir', 'build'], 'subdir'],
    ['arch', ['name', 'architecture'], 'architecture'],
    ['url', ['download', 'download_size'], 'download'],
    ['summary', ['desc', 'versions'], 'desc'],
    ['summary', ['abstract'], 'abstract'],
    ['licence', ['name', 'license'], 'license'],
    ['homepage', ['home', 'icon'], 'home'],
    ['tags', ['keywords', 'home'], 'keywords'],
  ])('for %s of %j begins with the likeliest', (field, paths, source) => {
    expect(guessSources(field, paths)[0]).toBe(source);
  });

  it.each<[string, readonly string[]]>([
    ['name', []],
    ['name', ['colour', 'shape']],
    ['version', ['name', 'spec']],
    ['colour', ['colour']],
  ])('has none for %s of %j', (field, paths) => {
    expect(guessSources(field, paths)).toEqual([]);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['licence', ['license', 'License', 'name'], ['license', 'License']],
    ['homepage', ['Repository', 'repository', 'home_page'], ['home_page', 'Repository', 'repository']],
    ['path', ['fileName', 'filename', 'fileName'], ['fileName', 'filename']],
  ])('has each of several for %s of %j, once', (field, paths, sources) => {
    expect(guessSources(field, paths)).toEqual(sources);
  });

  it('guesses the three fields that every record needs first', () => {
    expect(guessedFields.slice(0, 3)).toEqual(['name', 'version', 'arch']);
  });
});
