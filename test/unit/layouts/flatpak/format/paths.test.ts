import { describe, expect, it } from 'vitest';
import {
  flatpakSummaryPath,
  parseFlatpakPath,
  signaturePath,
  summaryDeltaPath,
} from '../../../../../src/layouts/flatpak/format/paths.ts';
import { type Digest, isDigest } from '../../../../../src/model/digest.ts';
import { deltaIndexPath, objectPath } from '../../../../../src/ostree/paths.ts';

const [A, B] = [digest('a1'.repeat(32)), digest('b2'.repeat(32))];
const NAME_OF_A = deltaIndexPath(A).replace(/^delta-indexes\/(..)\/(.*)\.index$/, '$1$2');

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
    expect(parseFlatpakPath(deltaIndexPath(A))).toEqual({ kind: 'delta-index' });
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
    ['an index instead of a signature', `summaries/${A}.idx`],
    ['an index of static deltas with a shorter name', `delta-indexes/${NAME_OF_A.slice(0, 2)}/short.index`],
    ['an index of static deltas without a folder', `delta-indexes/${NAME_OF_A}.index`],
    ['a file of the native layout', 'index.json'],
    ['a line end after a path', 'summary.idx\n'],
    ['a line end after a summary', `summaries/${A}.gz\n`],
    ['objects', objectPath(A, 'commit')],
    ['refs', 'refs/heads/config'],
  ])('does not know %s', (_, path) => {
    expect(parseFlatpakPath(path)).toBeUndefined();
  });
});

function digest(hex: string): Digest {
  if (isDigest(hex)) return hex;
  throw new TypeError(`expected a digest, found ${hex}`);
}
