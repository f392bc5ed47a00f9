import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  deltaOf,
  drafted,
  type Fault,
  type FileFault,
  flipped,
  harmed,
  lastFlipped,
  newestOf,
  olderOf,
  replace,
  sha,
  summaryOf,
} from './faults.ts';
import { draftRepository, writeRepository } from './tiny-repository.ts';

const FAULTS: readonly Fault[] = [
  [
    'a version in a history that is missing',
    /^summaries\/\w+\.gz: expected a file, found none/m,
    (draft) => {
      summaryOf(draft, 'x86_64').history = [sha('a')];
    },
  ],
];

const FILE_FAULTS: readonly FileFault[] = [
  [
    'no older version',
    (all) => `summaries/${olderOf(all)}.gz: expected a file, found none`,
    replace(
      (all) => `summaries/${olderOf(all)}.gz`,
      () => undefined,
    ),
  ],
  [
    'a different older version',
    (all) => `summaries/${olderOf(all)}.gz: SHA-256: expected ${olderOf(all)}`,
    replace(
      (all) => `summaries/${olderOf(all)}.gz`,
      () => gzipSync('x'),
    ),
  ],
  ['no delta', (all) => `${deltaOf(all)}: expected a file, found none`, replace(deltaOf, () => undefined)],
  ['a delta that is cut off', (all) => `${deltaOf(all)}: gzip: `, replace(deltaOf, (bytes) => bytes.subarray(0, -1))],
  [
    'a delta that leads elsewhere',
    (all) => `${deltaOf(all)}: applying it does not give ${newestOf(all)}`,
    replace(deltaOf, lastFlipped),
  ],
  [
    'a delta with an unknown operation',
    (all) => `${deltaOf(all)}: summary delta: expected an operation`,
    replace(deltaOf, (bytes) =>
      gzipSync(
        flipped(
          gunzipSync(bytes).map((byte, i) => (i === 15 ? 0x30 : byte)),
          12,
        ),
      ),
    ),
  ],
];

describe('the audit of a history', () => {
  it.each(FAULTS)('finds %s', async (_, finding, fault) => {
    expect(await drafted(fault)).toMatch(finding);
  });

  it.each(FILE_FAULTS)('finds and names %s', async (_, finding, fault) => {
    const expected = finding(writeRepository(draftRepository()));
    expect(await harmed(fault)).toContain(expected);
  });
});
