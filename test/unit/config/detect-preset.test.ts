import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { detectPreset, detectPresets, formatInput } from '../../../src/config/detect-preset.ts';
import { makeTar } from '../../archive.ts';
import { failureOf } from '../../failure.ts';
import { makeWorkspace, writeFiles } from '../../workspace.ts';

const workspace = makeWorkspace();
let counter = 0;
const inputOf = (files: Readonly<Record<string, string | Uint8Array>>): string =>
  writeFiles(join(workspace, String(counter++)), files);

const app = '{ "version": "1.0", "url": "https://example.org/a.zip", "hash": "x" }';
const port = '{ "name": "zlib", "version": "1.3" }';
const manifest = 'PackageIdentifier: A.B\nPackageVersion: 1.0\nManifestType: singleton\n';
const chart = 'apiVersion: v1\nentries:\n  a:\n    - { name: a, version: 1.0.0, arch: amd64 }\n';
const opkg = 'Package: a\nVersion: 1\nArchitecture: x86_64\nFilename: a.ipk\n';
const tweak = 'Package: a\nVersion: 1\nArchitecture: iphoneos-arm64\nFilename: ./a.deb\nSHA256: x\n';
const index = '{"repo": {}, "packages": {}}';
const alpine = 'C:Q1\nP:a\nV:1-r0\nA:x86_64\n';
const formula = '[{"name": "a", "full_name": "sample/tap/a", "versions": {"stable": "1"}}]';
const desc = '%NAME%\na\n';

describe('a directory without a configuration', () => {
  it.each<[string, string, string | undefined, Readonly<Record<string, string>>]>([
    ['scoop', 'bucket/a.json', undefined, { 'bucket/a.json': app, 'package.json': '{}' }],
    ['scoop', 'a.json', '<name>.json', { 'a.json': app }],
    ['vcpkg', 'ports/zlib/vcpkg.json', undefined, { 'ports/zlib/vcpkg.json': port, 'versions/z-/zlib.json': '{}' }],
    ['vcpkg', 'zlib/vcpkg.json', '*/vcpkg.json', { 'zlib/vcpkg.json': port }],
    ['winget', 'manifests/a/A/B/1/A.B.yaml', undefined, { 'manifests/a/A/B/1/A.B.yaml': manifest }],
    ['winget', 'A/B/1/A.B.yaml', '**/*.yaml', { 'A/B/1/A.B.yaml': manifest }],
    ['helm', 'docs/index.yaml', undefined, { 'docs/index.yaml': chart, 'charts/a/Chart.yaml': 'name: a\n' }],
    [
      'conda',
      'noarch/repodata.json',
      undefined,
      { 'noarch/repodata.json': '{"packages": {"a": {"arch": null, "build": "0"}}}' },
    ],
    [
      'conda',
      'noarch/repodata.json',
      undefined,
      { 'noarch/repodata.json': '{"info": {"subdir": "noarch"}, "packages.conda": {}}' },
    ],
    ['fdroid', 'repo/index-v2.json', undefined, { 'repo/index-v2.json': index, 'repo/index-v1.json': index }],
    ['fdroid-v1', 'repo/index-v1.json', undefined, { 'repo/index-v1.json': index }],
    ['ckan', 'A/A-1.ckan', undefined, { 'A/A-1.ckan': '{"spec_version": 1, "identifier": "A"}' }],
    ['crates', 'se/rd/serde', undefined, { 'se/rd/serde': '{"name":"serde","vers":"1.0.0","cksum":"x"}\n' }],
    ['alpine', 'v3/main/x86_64/APKINDEX', undefined, { 'v3/main/x86_64/APKINDEX': alpine, 'a/APKINDEX': alpine }],
    ['alpine', 'main/APKINDEX', '**/APKINDEX{,.tar}', { 'main/APKINDEX': alpine }],
    ['openwrt', 'Packages', undefined, { Packages: opkg, 'Packages.bom.cdx.json': '{"version": 1}' }],
    ['openwrt', 'x86/64/Packages', undefined, { 'x86/64/Packages': opkg }],
    ['cydia', 'Packages', undefined, { Packages: tweak, 'depictions/a.json': '{}' }],
    ['homebrew', 'jq.json', undefined, { 'jq.json': formula.slice(1, -1) }],
    ['homebrew', 'api/formula.json', '**/{formula,cask}.json', { 'api/formula.json': formula, 'api/a.json': formula }],
  ])('looks like %s because of %s', async (preset, file, reads, files) => {
    expect(await detectPreset(inputOf(files))).toEqual({ preset, file, ...(reads === undefined ? {} : { reads }) });
  });

  it('is recognised by a database of Arch, and by an index that is compressed', async () => {
    const database = gzipSync(await makeTar([['a-1-1/desc', desc]]));
    expect(await detectPreset(inputOf({ 'x86_64/a.db.tar.gz': database, 'x86_64/a.db.tar.gz.old': database }))).toEqual(
      { preset: 'arch', file: 'x86_64/a.db.tar.gz' },
    );
    const compressed = gzipSync(await makeTar([['APKINDEX', alpine]]));
    expect(await detectPreset(inputOf({ 'armhf/APKINDEX.tar.gz': compressed }))).toEqual({
      preset: 'alpine',
      file: 'armhf/APKINDEX.tar.gz',
    });
    expect((await detectPreset(inputOf({ 'Packages.gz': gzipSync(tweak) })))?.preset).toBe('cydia');
  });

  it.each<[string, Readonly<Record<string, string | Uint8Array>>]>([
    [
      'records in our form',
      { 'bucket/a.json': '{ "name": "a", "version": "1", "arch": "all", "url": "https://x.org/" }' },
    ],
    ['a flat repository of Debian', { Packages: tweak.replace('iphoneos-arm64', 'amd64') }],
    ['a database of something else', { 'cache/thumbs.db': 'SQLite format 3\0' }],
    ['a file that is broken', { 'Packages.gz': gzipSync(tweak).subarray(0, 12) }],
    ['a repodata.json of something else', { 'repodata.json': '{"packages": {"a": {"file_name": "a.whl"}}}' }],
    ['files in hidden folders', { '.github/index.yaml': chart }],
    ['nothing', {}],
  ])('is no registry with %s', async (_title, files) => {
    expect(await detectPreset(inputOf(files))).toBeUndefined();
  });

  it('is recognised although the first files are about something else', async () => {
    const others = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`bucket/${i}.json`, '{"name": "x"}']));
    expect((await detectPreset(inputOf({ ...others, 'bucket/app.json': app })))?.file).toBe('bucket/app.json');
  });

  it('is not guessed if it is two registries: a person has to name them', async () => {
    const input = inputOf({ 'a.json': app, 'docs/index.yaml': chart });
    expect(await detectPresets(input)).toHaveLength(2);
    expect(await failureOf(detectPreset(input))).toMatchObject({
      code: 'usage',
      message: 'looks like several registries: scoop (a.json) and helm (docs/index.yaml)',
      hint: 'name those to read in repomill.yaml, such as `inputs: [{ preset: scoop, files: "<name>.json" }, { preset: helm }]`',
    });
  });
});

describe('an entry of inputs for a preset', () => {
  it('names the files only if they are not those of the preset', () => {
    expect(formatInput({ preset: 'scoop', file: 'x' })).toBe('{ preset: scoop }');
    expect(formatInput({ preset: 'scoop', file: 'x', reads: '<name>.json' })).toBe(
      '{ preset: scoop, files: "<name>.json" }',
    );
  });
});
