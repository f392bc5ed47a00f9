import { describe, expect, it } from 'vitest';
import { isDigest } from '../../../src/model/digest.ts';

const digest = '0123456789abcdef'.repeat(4);

describe('a digest', () => {
  it('is 64 lower-case hexadecimal digits', () => {
    expect(isDigest(digest)).toBe(true);
  });

  it.each([
    ['63 digits', digest.slice(1)],
    ['65 digits', `${digest}0`],
    ['upper case', digest.toUpperCase()],
    ['one letter in upper case', digest.replace('a', 'A')],
    ['a digit beyond f', digest.replace('f', 'g')],
    ['white space before it', ` ${digest.slice(1)}`],
    ['a line end after it', `${digest}\n`],
    ['a whole line', `x\n${digest}`],
    ['a prefix', `sha256:${digest}`],
    ['digits of a different script', digest.replaceAll('0', '٠')],
    ['nothing', ''],
    ['undefined', undefined],
    ['null', null],
    ['a number', 1],
    ['a list of one', [digest]],
    ['an object that reads as one', { toString: () => digest }],
  ])('is not %s', (_title, value) => {
    expect(isDigest(value)).toBe(false);
  });
});
