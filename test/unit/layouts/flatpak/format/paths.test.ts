import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  flatpakSummaryPath,
  parseFlatpakPath,
  signaturePath,
  summaryDeltaPath,
} from '../../../../../src/layouts/flatpak/format/paths.ts';
import { type Digest, isDigest } from '../../../../../src/model/digest.ts';
import { deltaIndexPath, objectPath, parseStaticDeltaPath } from '../../../../../src/ostree/paths.ts';

/** Digests, and the base64 that OSTree has for them: Python's, without padding and with "_" for the slash. */
const NAMES: readonly (readonly [string, string])[] = [
  ['ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb', 'ypeBEsobvcr6wjGzmiPcTaeG7_gUfE5yuYB3ha_uSLs'],
  ['122c597083bd438b7f6d72af75d025948899647711b806bdd2cd82fa69713db3', 'EixZcIO9Q4t_bXKvddAllIiZZHcRuAa90s2C+mlxPbM'],
  ['00'.repeat(32), 'A'.repeat(43)],
  ['ff'.repeat(32), `${'_'.repeat(42)}8`],
];
const [A, B] = [digest('a1'.repeat(32)), digest('b2'.repeat(32))];
const NAME_OF_A = deltaIndexPath(A).replace(/^delta-indexes\/(..)\/(.*)\.index$/, '$1$2');

describe('paths of objects and of the index of static deltas', () => {
  it.each(NAMES)('put the first two characters of %s first', (hex, name) => {
    const found = digest(hex);
    expect(objectPath(found, 'filez')).toBe(`objects/${hex.slice(0, 2)}/${hex.slice(2)}.filez`);
    expect(deltaIndexPath(found)).toBe(`delta-indexes/${name.slice(0, 2)}/${name.slice(2)}.index`);
    expect(parseFlatpakPath(deltaIndexPath(found))).toEqual({ kind: 'delta-index' });
  });
});

describe('parseFlatpakPath', () => {
  it('knows every path that the layout writes', () => {
    expect(parseFlatpakPath('summary.idx')).toEqual({ kind: 'index' });
    expect(parseFlatpakPath('summary.idx.sig')).toEqual({ kind: 'index-signature' });
    expect(parseFlatpakPath('summary')).toEqual({ kind: 'old-summary' });
    expect(parseFlatpakPath('summary.sig')).toEqual({ kind: 'old-signature' });
    expect(parseFlatpakPath('config')).toEqual({ kind: 'config' });
    expect(parseFlatpakPath(flatpakSummaryPath(A))).toEqual({ kind: 'summary', sha256: A });
    expect(parseFlatpakPath(summaryDeltaPath(A, B))).toEqual({ kind: 'delta', from: A, to: B });
    expect(parseFlatpakPath(signaturePath(A))).toEqual({ kind: 'signature', index: A });
  });

  it.each([
    ['the empty path', ''],
    ['names that every object has', 'constructor'],
    ['names that every object has', '__proto__'],
    ['names that every object has', 'toString'],
    ['the folder of summaries', 'summaries/'],
    ['a summary elsewhere', `${A}.gz`],
    ['a summary in a folder', `summaries/a/${A}.gz`],
    ['a summary in another case', `summaries/${A.toUpperCase()}.gz`],
    ['a summary with a shorter name', `summaries/${A.slice(1)}.gz`],
    ['a summary with a longer name', `summaries/${A}0.gz`],
    ['a summary with another end', `summaries/${A}.gz.bak`],
    ['a summary that is not compressed', `summaries/${A}`],
    ['a file of two digests that is no delta', `summaries/${A}-${B}.gz`],
    ['a signature of two digests', `summaries/${A}-${B}.idx.sig`],
    ['a delta from nothing', `summaries/${A}.delta`],
    ['a delta of three', `summaries/${A}-${B}-${A}.delta`],
    ['a delta from an empty name', `summaries/-${B}.delta`],
    ['an index in place of a signature', `summaries/${A}.idx`],
    ['an index of static deltas with a shorter name', `delta-indexes/${NAME_OF_A.slice(0, 2)}/short.index`],
    ['an index of static deltas without a folder', `delta-indexes/${NAME_OF_A}.index`],
    ['what a build of the native layout writes', 'index.json'],
    ['a line end behind a path', 'summary.idx\n'],
    ['a line end behind a summary', `summaries/${A}.gz\n`],
    ['objects', objectPath(A, 'commit')],
    ['refs', 'refs/heads/config'],
  ])('does not know %s', (_, path) => {
    expect(parseFlatpakPath(path)).toBeUndefined();
  });
});

describe('parseStaticDeltaPath', () => {
  it.each(NAMES)('finds the commit %s', (hex, name) => {
    expect(parseStaticDeltaPath(`${name.slice(0, 2)}/${name.slice(2)}`)).toEqual({ to: hex });
    const between = `${name}-${NAME_OF_A}`;
    expect(parseStaticDeltaPath(`${between.slice(0, 2)}/${between.slice(2)}`)).toEqual({ from: hex, to: A });
  });

  it('finds both commits of any pair again', () => {
    const digests = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((bytes) => digest(Buffer.from(bytes).toString('hex')));
    const name = (of: Digest): string => deltaIndexPath(of).replace(/^delta-indexes\/(..)\/(.*)\.index$/, '$1$2');
    fc.assert(
      fc.property(digests, digests, (from, to) => {
        const both = `${name(from)}-${name(to)}`;
        expect(parseStaticDeltaPath(`${both.slice(0, 2)}/${both.slice(2)}`)).toEqual({ from, to });
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
    ['bits behind the last byte', `AA/${'A'.repeat(40)}B`],
    ['base64 for addresses', `AA/${'A'.repeat(39)}-A`],
    ['a commit and an empty name', `${NAME_OF_A.slice(0, 2)}/${NAME_OF_A.slice(2)}-`],
    ['an empty name and a commit', `-A/${NAME_OF_A}`],
    ['three commits', `${NAME_OF_A.slice(0, 2)}/${NAME_OF_A.slice(2)}-${NAME_OF_A}-${NAME_OF_A}`],
    ['hexadecimal digits', `${A.slice(0, 2)}/${A.slice(2)}`],
  ])('refuses %s', (_, path) => {
    expect(parseStaticDeltaPath(path)).toBeUndefined();
  });
});

function digest(hex: string): Digest {
  if (isDigest(hex)) return hex;
  throw new TypeError(`expected a digest, found ${hex}`);
}
