import { describe, expect, it } from 'vitest';
import { findFlaw } from '../../../../../src/layouts/apt/generate/find-flaw.ts';
import type { PackageRecord } from '../../../../../src/model/record.ts';
import { digestOf } from '../../../../../src/platform/hash/sha256.ts';

const record: PackageRecord = {
  ...{ name: 'hello', version: '1.0', arch: 'amd64', path: 'pool/x.deb', size: 0 },
  sha256: digestOf(new Uint8Array()),
};
const without = (...fields: readonly string[]): PackageRecord => ({
  ...record,
  ...Object.fromEntries(fields.map((field) => [field, undefined])),
});

describe('findFlaw', () => {
  it.each(['hello', 'g++', 'libstdc++6', '0ad', '7zip', 'gtk+3.0', 'a-', 'x.y'])(
    'finds none in the name %s',
    (name) => {
      expect(findFlaw({ ...record, name })).toBeUndefined();
    },
  );

  it.each([
    '',
    'x',
    'Hello',
    'hello_world',
    'hello world',
    '-hello',
    '+x',
    '.x',
    'héllo',
    'a/b',
    'a:amd64',
    'hello\n',
    '../x',
  ])('finds the name %j', (name) => {
    expect(findFlaw({ ...record, name })).toMatch(
      /^the name ".*": apt knows names of at least two lower-case letters, digits, "\+", "-" and "\.", starting with a letter or digit$/,
    );
  });

  it.each(['0', '1.0', '1:1.0-1', '1:1:1', '1:2:', '2.0~rc1', '1.0+dfsg-1~bpo12+1', 'v1', '1.0-1-2', '000:1', '1.0A'])(
    'finds none in the version %s',
    (version) => {
      expect(findFlaw({ ...record, version })).toBeUndefined();
    },
  );

  it.each([
    ...['', ' ', '1 0', '1_0', '-1', '~1', ':1', 'x:1', '1:', '1.0-', '1:1-', '1/2', '1.0\n', '1.0\nPackage: evil'],
    ...['ü', '1,0', '1(0)', '9999999999:1', '1.0@'],
  ])('finds the version %j', (version) => {
    expect(findFlaw({ ...record, version })).toMatch(
      /^the version ".*" of hello: apt knows versions of letters, digits, "\.", "\+", "~" and "-", after a number and ":" if there is an epoch$/,
    );
  });

  it.each(['amd64', 'all', 'kfreebsd-amd64', 'any', 'x32'])('finds none in the arch %s', (arch) => {
    expect(findFlaw({ ...record, arch })).toBeUndefined();
  });

  it.each([['AMD64'], ['x86_64'], ['amd 64'], ['-x'], [''], ['a/b'], ['../x']])('finds the arch %j', (arch) => {
    expect(findFlaw({ ...record, arch: ['amd64', arch] })).toBe(
      `the arch "${arch}" of hello: apt knows lower-case letters, digits and "-"`,
    );
  });

  it.each([
    [['path'], 'path'],
    [['size'], 'size'],
    [['sha256'], 'sha256'],
    [['sha256', 'path', 'size'], 'path, size, sha256'],
  ])('finds what is missing: %j', (fields, named) => {
    expect(findFlaw(without(...fields))).toBe(`hello 1.0 (amd64): expected ${named}, found nothing`);
  });

  it('asks source packages for no file', () => {
    expect(findFlaw({ ...without('path', 'size', 'sha256'), arch: 'source' })).toBeUndefined();
  });
});
