import { describe, expect, it } from 'vitest';
import { foldPath, namedFilesOf, namesContent } from '../../../src/model/package-file.ts';
import { digestOf } from '../../../src/platform/hash/sha256.ts';

const sha256 = digestOf(new Uint8Array());

describe('the files that a record names', () => {
  it('are its own, with what is known of it, and those of its package deltas', () => {
    const deltas = [
      { from: '1', size: 5, sha256, path: 'pool/1-2.delta' },
      { from: '0', size: 5, sha256, url: 'https://example.org/0-2' },
    ];
    expect(namedFilesOf({ name: 'a', path: 'pool/a', size: 3, packageDeltas: deltas })).toEqual([
      { path: 'pool/a', size: 3 },
      { path: 'pool/1-2.delta', size: 5, sha256 },
    ]);
  });

  it.each([
    ['a record with a URL', { url: 'https://example.org/a', size: 3, sha256 }],
    ['package deltas that are no list', { packageDeltas: 'x' }],
    ['package deltas that are no objects', { packageDeltas: [1, null, 'x'] }],
  ])('are no files: %s', (_title, record) => {
    expect(namedFilesOf(record)).toEqual([]);
  });
});

describe('a path names the content', () => {
  it.each([
    ['pool/a-1.0.zip', '1.0', true],
    ['pool/a_1.0-2_all.deb', '3:1.0-2', true],
    [`by-hash/${sha256}`, '1.0', true],
    [`pool/a-${sha256.slice(0, 8)}.zip`, '1.0', true],
    ['pool/d41d8cd98f00b204e9800998ecf8427e/a.zip', '1.0', true],
    ['pool/a.zip', '1.0', false],
    ['pool/a-1.1.zip', '1.0', false],
    ['pool/latest/a.zip', '1.0', false],
  ])('%s, of version %s: %s', (path, version, expected) => {
    expect(namesContent({ path, size: 0, sha256 }, version)).toBe(expected);
  });
});

describe('folding', () => {
  it('makes paths equal that differ in case, or in how an accent is written', () => {
    expect(foldPath('Pool/Foo.ZIP')).toBe('pool/foo.zip');
    expect(foldPath('u\u0308ber')).toBe(foldPath('\u00dcBER'));
    expect(foldPath('a b')).not.toBe(foldPath('a_b'));
  });
});
