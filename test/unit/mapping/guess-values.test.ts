import { describe, expect, it } from 'vitest';
import { guessOrder } from '../../../src/mapping/guess-order.ts';
import {
  looksLikeArch,
  looksLikeDigest,
  looksLikeIdentifier,
  looksLikeVersion,
} from '../../../src/mapping/guess-values.ts';

describe('what looks like an architecture', () => {
  it.each([
    'amd64',
    'x86_64',
    'noarch',
    'linux-x64',
    'linux-64',
    'win32-arm64',
    'x86_64-linux',
    'armv7l',
    'i686',
    '64bit',
  ])('is %s', (text) => expect(looksLikeArch(text)).toBe(true));

  it.each(['main', 'linux', 'stable', 'x', 'python', '1.0', ''])('is not %j', (text) => {
    expect(looksLikeArch(text)).toBe(false);
  });
});

describe('what looks like a version', () => {
  it.each(['1.0', 'v1.2.3', '1.0.2-1', '2:1.0~rc1+b1', '1.1-SNAPSHOT', 'dev-main', '0.3.1950'])('is %s', (text) =>
    expect(looksLikeVersion(text)).toBe(true),
  );

  it.each(['1', 'main', '2024-01-01', 'x1.0', '1.0 beta', '>=1.0', 'abc123', ''])('is not %j', (text) => {
    expect(looksLikeVersion(text)).toBe(false);
  });
});

describe('what looks like a digest', () => {
  it.each(['ab'.repeat(32), 'AB'.repeat(32), `sha256:${'ab'.repeat(32)}`, `SHA-256:${'ab'.repeat(32)}`])(
    'is %s',
    (text) => expect(looksLikeDigest(text)).toBe(true),
  );

  it.each(['ab'.repeat(20), 'ab'.repeat(64), `md5:${'ab'.repeat(16)}`, ''])('is not %j', (text) => {
    expect(looksLikeDigest(text)).toBe(false);
  });
});

describe('what looks like an identifier', () => {
  it.each(['left-pad', '@acme/ui', 'com.example.App', 'a'])('is %s', (text) =>
    expect(looksLikeIdentifier(text)).toBe(true),
  );

  it.each(['A title', '1001', '682c06a0-de6a-54ab-a142-c8b1cf79cde6', 'ab'.repeat(20), ''])('is not %j', (text) => {
    expect(looksLikeIdentifier(text)).toBe(false);
  });
});

describe('the order that versions need', () => {
  it.each<[readonly string[], string | undefined]>([
    [['1.0', '2:1.0-1', '1.2~rc1'], undefined],
    [['1.0.0', '1.0.1'], undefined],
    // a word after a hyphen makes a semantic version older
    [['1.0.0', '1.1.0-beta.1'], 'semver'],
    [['1.0.0', 'v1.1.0-rc'], 'semver'],
    [['1.0', '1.1-beta'], undefined],
    [['v22.1.0', 'v20.13.0'], 'loose'],
    [['dev-main', '1.0'], 'loose'],
    [[], undefined],
  ])('of %j is %s', (versions, order) => {
    expect(guessOrder(versions)).toBe(order);
  });
});
