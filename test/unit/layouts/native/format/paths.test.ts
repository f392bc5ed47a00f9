import { describe, expect, it } from 'vitest';
import {
  COMBINED_PATH,
  deltaPath,
  detailsPath,
  dictionaryPath,
  INDEX_PATH,
  parseTreePath,
  summaryPath,
} from '../../../../../src/layouts/native/format/paths.ts';
import type { Digest } from '../../../../../src/model/digest.ts';

const a = 'a0'.repeat(32) as Digest;
const b = 'b1'.repeat(32) as Digest;

describe('a path of the tree', () => {
  it.each([
    ['index.json', INDEX_PATH, { kind: 'index' }],
    ['combined.jsonl.gz', COMBINED_PATH, { kind: 'combined' }],
    [`summaries/${a}.gz`, summaryPath(a), { kind: 'summary', sha256: a }],
    [`deltas/${a}-${b}.bsdiff`, deltaPath(a, b), { kind: 'delta', from: a, to: b }],
    [`details/${a}.dictionary`, dictionaryPath(a), { kind: 'dictionary', sha256: a }],
    [`details/plain/${a}.zz`, detailsPath(a, undefined), { kind: 'details', sha256: a }],
    [`details/${b}/${a}.zz`, detailsPath(a, b), { kind: 'details', dictionary: b, sha256: a }],
  ])('%s is written and read', (path, written, parsed) => {
    expect(written).toBe(path);
    expect(parseTreePath(path)).toEqual(parsed);
  });
});

describe('a path that is not of the tree', () => {
  it.each([
    '',
    '/',
    '/index.json',
    './index.json',
    'index.json/',
    'index.json\n',
    'INDEX.json',
    'sub/index.json',
    'combined.jsonl',
    `summaries/${a}`,
    `summaries/${a}.gz.tmp`,
    `summaries/${a}.gz\n`,
    `summaries/${a}0.gz`,
    `summaries/${a.slice(1)}.gz`,
    `summaries/${a.toUpperCase()}.gz`,
    `summaries/${a}-${b}.gz`,
    `summaries//${a}.gz`,
    `summaries\\${a}.gz`,
    `x/summaries/${a}.gz`,
    'summaries/.gz',
    `deltas/${a}.bsdiff`,
    `deltas/${a}-${b}`,
    `deltas/${a}-.bsdiff`,
    `deltas/${a}-${b}-${a}.bsdiff`,
    `deltas/${a}_${b}.bsdiff`,
    `deltas/${a}-plain.bsdiff`,
    `details/${a}`,
    `details/${a}.zz`,
    `details/plain.dictionary`,
    `details/plain/${a}`,
    `details/Plain/${a}.zz`,
    `details/plain/plain.zz`,
    `details/${a}/plain.zz`,
    `details/${b.slice(1)}/${a}.zz`,
    `details/${b}/${a}/${a}.zz`,
    `details/../plain/${a}.zz`,
    `details/${b}/${a}.dictionary`,
  ])('is not recognised: %j', (path) => {
    expect(parseTreePath(path)).toBeUndefined();
  });
});
