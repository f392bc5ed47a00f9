import { describe, expect, it } from 'vitest';
import { deltaIndexPath } from '../../../../../src/ostree/paths.ts';
import { commitName, type FileFault, harmed, indexOfDeltas, sha } from './faults.ts';
import { draftRepository, packDeltaIndex, writeRepository } from './tiny-repository.ts';

const FILE_FAULTS: readonly FileFault[] = [
  ['no index of static deltas', (all) => `${indexOfDeltas(all)}: `, (all) => void all.files.delete(indexOfDeltas(all))],
  [
    'an index of a static delta that has changed',
    (all) => `${indexOfDeltas(all)}: `,
    (all) => void all.files.set(indexOfDeltas(all), packDeltaIndex(commitName(all), sha('other'))),
  ],
  [
    'an index of static deltas to a different commit',
    (all) => `${indexOfDeltas(all)}: expected static deltas to ${commitName(all)}`,
    (all) => void all.files.set(indexOfDeltas(all), packDeltaIndex(sha('other'), sha('superblock'))),
  ],
  [
    'an index of static deltas that are gone',
    () => `${deltaIndexPath(sha('gone'))}: no static delta leads to its commit`,
    (all) => void all.files.set(deltaIndexPath(sha('gone')), new Uint8Array(0)),
  ],
  [
    'a folder in deltas/ with a different name',
    () => 'deltas/ab/c/superblock: expected a folder named after commits',
    (all) => void all.files.set('deltas/ab/c/superblock', new Uint8Array(0)),
  ],
];

describe('the audit of static deltas', () => {
  it.each(FILE_FAULTS)('finds and names %s', async (_, finding, fault) => {
    const expected = finding(writeRepository(draftRepository()));
    expect(await harmed(fault)).toContain(expected);
  });
});
