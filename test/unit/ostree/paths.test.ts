import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Digest, isDigest } from '../../../src/model/digest.ts';
import {
  deltaIndexPath,
  isDeltaIndexPath,
  objectPath,
  parseSuperblockPath,
  staticDeltaPath,
} from '../../../src/ostree/paths.ts';

/** Digests, and the base64 that OSTree has for them: Python's, without padding and with "_" for the slash. */
const NAMES: readonly (readonly [string, string])[] = [
  ['ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb', 'ypeBEsobvcr6wjGzmiPcTaeG7_gUfE5yuYB3ha_uSLs'],
  ['122c597083bd438b7f6d72af75d025948899647711b806bdd2cd82fa69713db3', 'EixZcIO9Q4t_bXKvddAllIiZZHcRuAa90s2C+mlxPbM'],
  ['00'.repeat(32), 'A'.repeat(43)],
  ['ff'.repeat(32), `${'_'.repeat(42)}8`],
];
const A = digest('a1'.repeat(32));
const NAME_OF_A = deltaIndexPath(A).replace(/^delta-indexes\/(..)\/(.*)\.index$/, '$1$2');

describe('paths of objects and of indexes of static deltas', () => {
  it.each(NAMES)('start with the first two characters of %s', (hex, name) => {
    const found = digest(hex);
    expect(objectPath(found, 'filez')).toBe(`objects/${hex.slice(0, 2)}/${hex.slice(2)}.filez`);
    expect(deltaIndexPath(found)).toBe(`delta-indexes/${name.slice(0, 2)}/${name.slice(2)}.index`);
    expect(isDeltaIndexPath(deltaIndexPath(found))).toBe(true);
  });
});

describe('parseSuperblockPath', () => {
  it.each(NAMES)('finds the commit %s', (hex, name) => {
    expect(parseSuperblockPath(`${name.slice(0, 2)}/${name.slice(2)}/superblock`)).toEqual({ to: hex });
    const between = `${name}-${NAME_OF_A}`;
    expect(staticDeltaPath({ to: digest(hex) })).toBe(`deltas/${name.slice(0, 2)}/${name.slice(2)}`);
    expect(parseSuperblockPath(`${between.slice(0, 2)}/${between.slice(2)}/superblock`)).toEqual({ from: hex, to: A });
  });

  it('finds both commits of any pair', () => {
    const digests = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((bytes) => digest(Buffer.from(bytes).toString('hex')));
    const name = (of: Digest): string => deltaIndexPath(of).replace(/^delta-indexes\/(..)\/(.*)\.index$/, '$1$2');
    fc.assert(
      fc.property(digests, digests, (from, to) => {
        const both = `${name(from)}-${name(to)}`;
        expect(parseSuperblockPath(`${both.slice(0, 2)}/${both.slice(2)}/superblock`)).toEqual({ from, to });
        expect(staticDeltaPath({ from, to })).toBe(`deltas/${both.slice(0, 2)}/${both.slice(2)}`);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['a shorter name', `${NAME_OF_A.slice(0, 2)}/${NAME_OF_A.slice(2, -1)}`],
    ['a longer name', `${NAME_OF_A.slice(0, 2)}/${NAME_OF_A.slice(2)}A`],
    ['padding', `${NAME_OF_A.slice(0, 2)}/${NAME_OF_A.slice(2)}=`],
    ['a slash within', `${NAME_OF_A.slice(0, 2)}/${NAME_OF_A.slice(2, 20)}/${NAME_OF_A.slice(20)}`],
    ['no folder', NAME_OF_A],
    ['a folder of three characters', `${NAME_OF_A.slice(0, 3)}/${NAME_OF_A.slice(3)}`],
    ['bits after the last byte', `AA/${'A'.repeat(40)}B`],
    ['base64 for addresses', `AA/${'A'.repeat(39)}-A`],
    ['a commit and an empty name', `${NAME_OF_A.slice(0, 2)}/${NAME_OF_A.slice(2)}-`],
    ['an empty name and a commit', `-A/${NAME_OF_A}`],
    ['three commits', `${NAME_OF_A.slice(0, 2)}/${NAME_OF_A.slice(2)}-${NAME_OF_A}-${NAME_OF_A}`],
    ['hexadecimal digits', `${A.slice(0, 2)}/${A.slice(2)}`],
  ])('refuses %s', (_, path) => {
    expect(parseSuperblockPath(`${path}/superblock`)).toBeUndefined();
  });

  it('refuses other files of a static delta', () => {
    expect(parseSuperblockPath(`${NAME_OF_A.slice(0, 2)}/${NAME_OF_A.slice(2)}/0`)).toBeUndefined();
    expect(parseSuperblockPath(`${NAME_OF_A.slice(0, 2)}/${NAME_OF_A.slice(2)}`)).toBeUndefined();
  });
});

function digest(hex: string): Digest {
  if (isDigest(hex)) return hex;
  throw new TypeError(`expected a digest, found ${hex}`);
}
