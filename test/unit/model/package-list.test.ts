import { describe, expect, it } from 'vitest';
import { decodeText, encodeText } from '../../../src/bytes/bytes.ts';
import { decodePackageList, encodePackageList } from '../../../src/model/package-list.ts';
import { digestOf } from '../../../src/platform/hash/sha256.ts';

const [a, b] = [digestOf(encodeText('a')), digestOf(encodeText('b'))];

describe('the list of package files', () => {
  const files = [
    { path: 'pool/größe 1.zip', size: 9_007_199_254_740_991, sha256: a },
    { path: 'a - 1', size: 0, sha256: b, lastNamed: 12 },
  ];
  const text = `${b} 0 12 a - 1\n${a} 9007199254740991 - pool/größe 1.zip\n`;

  it('has a line for each file, in the order of paths', () => {
    expect(decodeText(encodePackageList(files))).toBe(text);
  });

  it('is read as it was written', () => {
    expect(decodePackageList(encodeText(text))).toEqual(files.toReversed());
    expect(decodePackageList(encodePackageList([]))).toEqual([]);
  });

  it.each([
    ['a line without an end', `${a} 1 - a`, 'line 1: expected a line end'],
    ['an empty line', `${a} 1 - a\n\n`, 'line 2: expected a digest, a size, a version and a path'],
    ['a digest that is short', `${a.slice(1)} 1 - a\n`, 'line 1: expected a digest, a size, a version and a path'],
    ['a size with a zero in front', `${a} 01 - a\n`, 'line 1: expected a digest, a size, a version and a path'],
    ['a size beyond all numbers', `${a} 9007199254740992 - a\n`, 'line 1: expected numbers below 2^53'],
    ['a version that is no number', `${a} 1 x a\n`, 'line 1: expected a digest, a size, a version and a path'],
    ['no path', `${a} 1 - \n`, 'line 1: expected a digest, a size, a version and a path'],
    ['a path that leads out', `${a} 1 - pool/../../x\n`, 'line 1: expected a relative path'],
    ['an absolute path', `${a} 1 - /etc/passwd\n`, 'line 1: expected a relative path'],
    ['paths out of order', `${a} 1 - b\n${a} 1 - a\n`, 'line 2: expected paths in order'],
    ['a path twice', `${a} 1 - a\n${b} 1 - a\n`, 'line 2: expected paths in order'],
  ])('is refused: %s', (_title, bad, message) => {
    expect(() => decodePackageList(encodeText(bad))).toThrow(
      expect.objectContaining({ code: 'format', message: `package list: ${message}` }),
    );
  });
});
